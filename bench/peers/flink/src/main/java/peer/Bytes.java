// SPDX-License-Identifier: Apache-2.0
package peer;

import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;

/** A record's value as it is: it is parsed from its bytes, without a text in between. */
final class Bytes extends AbstractDeserializationSchema<byte[]> {
  private static final long serialVersionUID = 1;

  @Override
  public byte[] deserialize(byte[] message) {
    return message;
  }
}
