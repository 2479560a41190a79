// SPDX-License-Identifier: Apache-2.0
//
// The host's own keys as typed values, made once from a validated configuration.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "config/host_keys.h"
#include "config/resolved_config.h"

namespace cnx::host::config {

using ClientSettings = std::map<std::string, std::string>;  ///< librdkafka's names

/// Where the admin server listens.
struct Listener {
  std::string host;        ///< address or name; "" = every interface
  std::uint16_t port = 0;  ///< 0: any free one
  bool tls = false;

  /// Reached from this machine alone: an address of 127.0.0.0/8, ::1 or localhost.
  [[nodiscard]] bool is_loopback() const;
};
/// "http://HOST:PORT" or "https://HOST:PORT"; brackets around IPv6 addresses. nullopt: it is none.
[[nodiscard]] std::optional<Listener> parse_listener(std::string_view text);

/// Who may use the listener, and its certificate. Holds secrets.
struct ListenerAccess {
  std::string certificate;   ///< PEM file
  std::string key;           ///< PEM file
  std::string key_password;  ///< empty: none
  std::string user;          ///< empty: no basic login
  std::string password;
  std::string token;  ///< empty: no bearer token

  [[nodiscard]] bool has_login() const { return !user.empty() || !token.empty(); }
};

struct WorkerSettings {
  std::string bootstrap_servers;
  std::string group_id;
  std::string worker_id;
  std::vector<std::string> plugin_path;  ///< empty: beside the executable
  std::optional<Listener> listener;
  ListenerAccess listener_access;
  std::string log_dir;  ///< empty: no files
  log::Level log_level = log::Level::kInfo;
  bool log_json = false;
  std::string offsets_topic;
  std::string assignments_topic;
  ClientSettings kafka_security;  ///< of all clients: security.protocol, sasl.*, ssl.*
  ClientSettings consumer_override;
  ClientSettings producer_override;
  ClientSettings admin_override;
};

struct ConnectorSettings {
  struct Transform {
    std::string name;
    std::string type;
  };
  std::string name;
  ConnectorKind kind = ConnectorKind::kSink;
  std::string connector_class;
  std::int32_t tasks_max = 1;
  std::vector<Transform> transforms;
  std::int64_t max_retries = 0;
  std::int64_t retry_backoff_ms = 0;
  std::string config_hash;
  ClientSettings consumer_override;  ///< the connector's own; the worker's hold where these say nothing
  ClientSettings producer_override;

  // Sources.
  std::int64_t errors_retry_timeout_ms = 0;
  std::int32_t topic_partitions = -1;   ///< -1: the broker's default
  std::int32_t topic_replication = -1;  ///< -1: the broker's default
  std::map<std::string, std::string> topic_configs;

  // Sinks.
  std::vector<std::string> topics;
  std::int64_t batch_size = 0;
  std::int64_t batch_interval_ms = 0;
  std::int64_t queue_bytes = 0;
  bool tolerate_errors = false;   ///< errors.tolerance=all
  std::string dead_letter_topic;  ///< empty: none
  std::int32_t dead_letter_partitions = -1;
  std::int32_t dead_letter_replication = -1;
  std::int64_t error_rate_limit = 0;  ///< 0: none
  std::int64_t error_rate_window = 0;
};

/// Only from configurations that were validated without problems.
[[nodiscard]] WorkerSettings worker_settings(const ResolvedConfig& worker);
[[nodiscard]] ConnectorSettings connector_settings(const ResolvedConfig& connector, ConnectorKind kind);

}  // namespace cnx::host::config
