// SPDX-License-Identifier: Apache-2.0
//
// What a user may say about the connection to Kafka. Values may be secrets: they go to librdkafka and nowhere else.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::host::kafka {

/// librdkafka's property names without our prefix → value.
using Properties = std::map<std::string, std::string>;

enum class ClientRole { kConsumer, kProducer, kAdmin };

/// Plain data; copy it freely.
struct ClientConfig {
  std::string bootstrap_servers;           ///< host:port, comma-separated
  std::string client_id = "connect-host";  ///< shown in the broker's logs and quotas
  Properties common;                       ///< of every client: security.protocol, sasl.*, ssl.*
  Properties consumer;                     ///< consumer.override.*
  Properties producer;                     ///< producer.override.*
  Properties admin;                        ///< admin.override.*
};

/// "consumer.override.", "producer.override.", "admin.override.".
[[nodiscard]] std::string_view override_prefix(ClientRole role);

/// Checks names and values of overrides without a broker. CONFIG names the property with its prefix and the closest
/// known one, or why the host keeps that property to itself. Never shows a value of a secret property. [any thread]
[[nodiscard]] Status check_overrides(ClientRole role, const Properties& overrides);

/// The same for all four maps and for bootstrap.servers. [any thread]
[[nodiscard]] Status check(const ClientConfig& config);

/// Version of the librdkafka that is linked, for `version` and support: "2.8.0".
[[nodiscard]] std::string library_version();

}  // namespace cnx::host::kafka
