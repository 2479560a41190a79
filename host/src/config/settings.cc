// SPDX-License-Identifier: Apache-2.0
#include "config/settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace cnx::host::config {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

constexpr const char* kKafkaSecurityKeys[] = {"security.protocol",
                                              "sasl.mechanism",
                                              "sasl.username",
                                              "sasl.password",
                                              "ssl.ca.location",
                                              "ssl.endpoint.identification.algorithm",
                                              "ssl.certificate.location",
                                              "ssl.key.location",
                                              "ssl.key.password"};

std::int32_t small(std::int64_t value) { return static_cast<std::int32_t>(value); }  // ranges are in the tables

}  // namespace

std::optional<Listener> parse_listener(std::string_view text) {
  const bool tls = text.starts_with("https://");
  if (!tls && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(text.find("//") + 2);
  if (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> port = parse_int(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("/@ []?#,") != std::string_view::npos) return std::nullopt;
  return Listener{std::string(host), static_cast<std::uint16_t>(*port), tls};
}

bool Listener::is_loopback() const {
  if (to_lower(host) == "localhost") return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

WorkerSettings worker_settings(const ResolvedConfig& worker) {
  WorkerSettings out;
  out.bootstrap_servers = worker.text("bootstrap.servers");
  out.group_id = worker.text("worker.group.id");
  out.worker_id = worker.text("worker.id").empty() ? host_name() : worker.text("worker.id");
  out.plugin_path = worker.list("plugin.path");
  out.listener = parse_listener(worker.text("listeners"));
  out.listener_access = {worker.text("listeners.https.ssl.certificate.location"),
                         worker.text("listeners.https.ssl.key.location"),
                         worker.text("listeners.https.ssl.key.password"),
                         worker.text("listeners.basic.username"),
                         worker.text("listeners.basic.password"),
                         worker.text("listeners.bearer.token")};
  out.log_dir = worker.text("log.dir");
  out.log_level = log::level_of(worker.text("log.level")).value_or(log::Level::kInfo);
  out.log_json = worker.text("log.format") == "json";
  out.offsets_topic = worker.text("offsets.topic");
  out.assignments_topic = worker.text("assignments.topic");
  for (const char* name : kKafkaSecurityKeys) {
    if (const std::string& value = worker.text(name); !value.empty()) out.kafka_security.emplace(name, value);
  }
  out.consumer_override = worker.below("consumer.override.");
  out.producer_override = worker.below("producer.override.");
  out.admin_override = worker.below("admin.override.");
  return out;
}

namespace {

void add_source_settings(const ResolvedConfig& connector, ConnectorSettings& out) {
  constexpr std::string_view kCreation = "topic.creation.default.";
  out.errors_retry_timeout_ms = connector.integer("errors.retry.timeout");
  out.topic_partitions = small(connector.integer("topic.creation.default.partitions"));
  out.topic_replication = small(connector.integer("topic.creation.default.replication.factor"));
  out.topic_configs = connector.below(kCreation);
  out.topic_configs.erase("partitions");
  out.topic_configs.erase("replication.factor");
}

void add_sink_settings(const ResolvedConfig& connector, ConnectorSettings& out) {
  out.topics = connector.list("topics");
  out.batch_size = connector.integer("batch.size");
  out.batch_interval_ms = connector.integer("batch.interval.ms");
  out.queue_bytes = connector.integer("queue.bytes");
  out.tolerate_errors = connector.text("errors.tolerance") == "all";
  out.dead_letter_topic = connector.text("errors.deadletterqueue.topic.name");
  out.dead_letter_partitions = small(connector.integer("errors.deadletterqueue.topic.partitions"));
  out.dead_letter_replication = small(connector.integer("errors.deadletterqueue.topic.replication.factor"));
  out.error_rate_limit = connector.integer("errors.rate.limit");
  out.error_rate_window = connector.integer("errors.rate.window");
}

}  // namespace

ConnectorSettings connector_settings(const ResolvedConfig& connector, ConnectorKind kind) {
  ConnectorSettings out;
  out.name = connector.name;
  out.kind = kind;
  out.connector_class = connector.text("connector.class");
  out.tasks_max = small(connector.integer("tasks.max"));
  for (const std::string& name : connector.list("transforms")) {
    out.transforms.push_back({name, connector.text("transforms." + name + ".type")});
  }
  out.max_retries = connector.integer("max.retries");
  out.retry_backoff_ms = connector.integer("retry.backoff.ms");
  out.config_hash = config_hash(connector);
  out.consumer_override = connector.below("consumer.override.");
  out.producer_override = connector.below("producer.override.");
  if (kind == ConnectorKind::kSource) {
    add_source_settings(connector, out);
  } else {
    add_sink_settings(connector, out);
  }
  return out;
}

}  // namespace cnx::host::config
