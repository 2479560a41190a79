// SPDX-License-Identifier: Apache-2.0
//
// The keys that the host itself understands. Kafka Connect's names where it has one.
#pragma once

#include "config/config_key.h"

namespace cnx::host::config {

enum class ConnectorKind { kSource, kSink };

/// "source", "sink".
[[nodiscard]] const char* name_of(ConnectorKind kind);

/// Keys under `worker:`. bootstrap.servers is required only where a broker is needed.
[[nodiscard]] const ConfigTable& worker_keys(bool needs_broker);
/// Keys of every connector.
[[nodiscard]] const ConfigTable& connector_keys();
/// Keys of every source, or of every sink, besides connector_keys().
[[nodiscard]] const ConfigTable& kind_keys(ConnectorKind kind);

}  // namespace cnx::host::config
