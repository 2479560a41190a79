// SPDX-License-Identifier: Apache-2.0
package peer;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.Collector;

/** One order to the rows of its lines: 51 texts in the table's order, null for NULL; the database makes numbers of them. */
public final class OrderRows extends RichFlatMapFunction<byte[], String[]> {
  private static final long serialVersionUID = 1;
  private static final int VALUES = 51;
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private transient ObjectMapper json;

  @Override
  public void open(Configuration unused) {
    json = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  }

  @Override
  public void flatMap(byte[] message, Collector<String[]> rows) throws Exception {
    final JsonNode order = json.readTree(message);
    for (final JsonNode line : list(order.path("orderLines").path("orderLine"))) {
      final Row row = new Row();
      addOrder(row, order);
      addLine(row, line);
      addCharge(row, firstProduct(line));
      addStatus(row, first(line.path("orderLineStatuses").path("orderLineStatus")));
      row.add(order.path("request_time"));
      rows.collect(row.values);
    }
  }

  private static void addOrder(Row row, JsonNode order) {
    row.add(order, "purchaseOrderId", "customerOrderId", "customerEmailId");
    row.addTime(order.path("orderDate"));
    row.add(order.path("shipNode"), "type", "name", "id");
    row.add("kafka_stream");
    final JsonNode shipping = order.path("shippingInfo");
    row.add(shipping, "phone");
    row.addTime(shipping.path("estimatedDeliveryDate"));
    row.addTime(shipping.path("estimatedShipDate"));
    row.add(shipping, "methodCode");
    row.add(shipping.path("postalAddress"), "name", "address1", "address2", "city", "state", "postalCode", "country", "addressType");
  }

  private static void addLine(Row row, JsonNode line) {
    row.add(line, "lineNumber");
    row.add(line.path("item"), "sku", "productName", "condition");
    row.add(line.path("orderLineQuantity"), "amount", "unitOfMeasurement");
    row.addTime(line.path("statusDate"));
    row.add(line.path("fulfillment"), "fulfillmentOption", "shipMethod", "storeId", "shippingProgramType");
  }

  private static void addCharge(Row row, JsonNode charge) {
    row.add(charge, "chargeType", "chargeName");
    row.add(charge.path("chargeAmount"), "amount", "currency");
    row.add(charge.path("tax").path("taxAmount"), "amount");
    row.add(charge.path("tax"), "taxName");
  }

  private static void addStatus(Row row, JsonNode status) {
    row.add(status, "status");
    row.add(status.path("statusQuantity"), "amount");
    row.add(status, "cancellationReason");
    final JsonNode tracking = status.path("trackingInfo");
    row.addTime(tracking.path("shipDateTime"));
    final JsonNode carrier = tracking.path("carrierName");
    row.add(carrier.hasNonNull("carrier") ? carrier.path("carrier") : carrier.path("otherCarrier"));
    row.add(tracking, "carrierMethodCode", "trackingNumber", "trackingURL");
  }

  /** One object stands for a list of one. */
  private static Iterable<JsonNode> list(JsonNode value) {
    return value.isObject() ? List.of(value) : value;
  }

  private static JsonNode first(JsonNode value) {
    return value.isObject() ? value : value.path(0);
  }

  private static JsonNode firstProduct(JsonNode line) {
    for (final JsonNode charge : list(line.path("charges").path("charge"))) {
      if (charge.path("chargeType").asText().equals("PRODUCT")) return charge;
    }
    return MissingNode.getInstance();
  }

  /** Fills a row from left to right. */
  private static final class Row {
    final String[] values = new String[VALUES];
    private int next;

    void add(String value) {
      values[next++] = value;
    }

    void add(JsonNode value) {
      add(value.isMissingNode() || value.isNull() ? null : value.asText());
    }

    void add(JsonNode section, String... keys) {
      for (final String key : keys) add(section.path(key));
    }

    /** Epoch milliseconds or ISO 8601, to the milliseconds and their second. */
    void addTime(JsonNode value) {
      if (value.isMissingNode() || value.isNull()) {
        next += 2;
        return;
      }
      final Instant time = value.isNumber() ? Instant.ofEpochMilli(value.asLong()) : Instant.parse(value.asText());
      add(Long.toString(time.toEpochMilli()));
      add(SECOND.format(time));
    }
  }
}
