// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/strings.h"
#include "kafka/client_handle.h"
#include "kafka/library.h"

namespace cnx::host::kafka {
namespace {

struct Kept {
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view kDelivery =
    "the host commits offsets together with the rows; another value would lose records";
constexpr std::string_view kWorker = "it follows from worker.group.id, worker.id and the connector's name";
constexpr std::string_view kProtocol = "the host's delivery protocol depends on its value";
constexpr std::string_view kCallbacks =
    "it loads or calls foreign code, or takes over what the host hears from the client";

// Properties that the host keeps to itself. Aliases of librdkafka stand beside their names.
constexpr Kept kKept[] = {
    {"bootstrap.servers", "set worker.bootstrap.servers"},
    {"metadata.broker.list", "set worker.bootstrap.servers"},
    {"group.id", kWorker},
    {"group.instance.id", kWorker},
    {"group.protocol", "only the classic protocol has the static membership that the host builds on"},
    {"group.remote.assignor", "it belongs to a group protocol that the host does not use"},
    {"transactional.id", kWorker},
    {"transaction.timeout.ms", kProtocol},
    {"enable.auto.commit", kDelivery},
    {"auto.commit.enable", kDelivery},
    {"enable.auto.offset.store", kDelivery},
    {"auto.offset.reset", "the host must hear of lost records; set the start with 'offsets reset'"},
    {"isolation.level", "records of aborted transactions must not reach a sink"},
    {"enable.partition.eof", kProtocol},
    {"enable.idempotence", "without it a retry writes a record twice or out of order"},
    {"enable.gapless.guarantee", kProtocol},
    {"acks", "fewer acknowledgements than all would lose records with a broker"},
    {"request.required.acks", "fewer acknowledgements than all would lose records with a broker"},
    {"produce.offset.report", kProtocol},
    {"delivery.report.only.error", kProtocol},
    {"allow.auto.create.topics", "the host makes its topics by topic.creation"},
    {"queued.max.messages.kbytes", "it follows from the consumer's memory bound"},
    {"offset.store.method", kDelivery},
    {"offset.store.path", kDelivery},
    {"plugin.library.paths", kCallbacks},
    {"opaque", kCallbacks},
    {"default_topic_conf", kCallbacks},
    {"enabled_events", kCallbacks},
    {"log.queue", kCallbacks},
    {"interceptors", kCallbacks},
};

const Properties& overrides_of(ClientRole role, const ClientConfig& config) {
  switch (role) {
    case ClientRole::kConsumer:
      return config.consumer;
    case ClientRole::kProducer:
      return config.producer;
    case ClientRole::kAdmin:
      break;
  }
  return config.admin;
}

std::vector<std::string> known_properties() {
  const ConfPtr conf(rd_kafka_conf_new());
  std::size_t count = 0;
  const char** dump = rd_kafka_conf_dump(conf.get(), &count);
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < count; i += 2) names.emplace_back(dump[i]);
  rd_kafka_conf_dump_free(dump, count);
  // Without a default they are not dumped.
  for (const char* name : {"sasl.username", "sasl.password", "ssl.ca.location", "ssl.key.location", "ssl.key.password",
                           "ssl.certificate.location", "ssl.keystore.location", "ssl.keystore.password"}) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  }
  return names;
}

// librdkafka quotes the value in some of its reasons; a password must not get out that way.
bool may_hold_secret(std::string_view name) {
  for (const std::string_view part : {"password", "secret", "username", "jaas", "pem", "oauthbearer.config"}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  return false;
}

Status set(rd_kafka_conf_t& conf, std::string_view prefix, const std::string& name, const std::string& value) {
  char reason[512] = "";
  const rd_kafka_conf_res_t result = rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), reason, sizeof reason);
  if (result == RD_KAFKA_CONF_OK) return {};
  if (result == RD_KAFKA_CONF_UNKNOWN) {
    const auto near = closest(name, known_properties());
    return config_error(fmt::format("{}{}: librdkafka {} has no such property{}", prefix, name, library_version(),
                                    near ? fmt::format("; did you mean {}{}?", prefix, *near) : ""));
  }
  return config_error(
      fmt::format("{}{}: {}", prefix, name,
                  may_hold_secret(name) ? "the value is not accepted (not shown: it may be secret)" : reason));
}

Status apply_overrides(rd_kafka_conf_t& conf, std::string_view prefix, const Properties& overrides) {
  for (const auto& [name, value] : overrides) {
    const auto* kept = std::ranges::find(kKept, std::string_view(name), &Kept::name);
    if (kept != std::end(kKept)) {
      return config_error(fmt::format("{}{} cannot be set: {}", prefix, name, kept->reason));
    }
    CNX_TRY(set(conf, prefix, name, value));
  }
  return {};
}

}  // namespace

std::string_view override_prefix(ClientRole role) {
  switch (role) {
    case ClientRole::kConsumer:
      return "consumer.override.";
    case ClientRole::kProducer:
      return "producer.override.";
    case ClientRole::kAdmin:
      break;
  }
  return "admin.override.";
}

Status check_overrides(ClientRole role, const Properties& overrides) {
  const ConfPtr conf(rd_kafka_conf_new());
  return apply_overrides(*conf, override_prefix(role), overrides);
}

Status check(const ClientConfig& config) {
  if (trim(config.bootstrap_servers).empty()) {
    return config_error("bootstrap.servers is empty; name at least one broker as host:port");
  }
  const ConfPtr conf(rd_kafka_conf_new());
  CNX_TRY(apply_overrides(*conf, "", config.common));
  for (const ClientRole role : {ClientRole::kConsumer, ClientRole::kProducer, ClientRole::kAdmin}) {
    CNX_TRY(check_overrides(role, overrides_of(role, config)));
  }
  return {};
}

std::string library_version() { return rd_kafka_version_str(); }

bool has_property(const char* name) {
  const ConfPtr conf(rd_kafka_conf_new());
  std::size_t size = 0;
  return rd_kafka_conf_get(conf.get(), name, nullptr, &size) == RD_KAFKA_CONF_OK;
}

Result<ConfPtr> make_conf(ClientRole role, const ClientConfig& config, const Properties& ours) {
  CNX_TRY(check(config));
  ConfPtr conf(rd_kafka_conf_new());
  const Properties base = {
      {"bootstrap.servers", config.bootstrap_servers},
      {"client.id", config.client_id},
      {"log.connection.close", "false"},  // idle connections are closed by the broker all the time
      {"socket.keepalive.enable", "true"},
      {"reconnect.backoff.max.ms", "2000"},
  };
  for (const auto& [name, value] : base) CNX_TRY(set(*conf, "", name, value));
  // KIP-714: metrics that a broker may ask clients for. Until the broker has said that it wants none, ending a client
  // waits for a second.
  if (has_property("enable.metrics.push")) CNX_TRY(set(*conf, "", "enable.metrics.push", "false"));
  for (const auto& [name, value] : ours) CNX_TRY(set(*conf, "", name, value));
  CNX_TRY(apply_overrides(*conf, "", config.common));
  CNX_TRY(apply_overrides(*conf, override_prefix(role), overrides_of(role, config)));
  return conf;
}

}  // namespace cnx::host::kafka
