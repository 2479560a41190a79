// SPDX-License-Identifier: Apache-2.0
#include "config/host_keys.h"

#include <utility>

namespace cnx::host::config {
namespace {

ConfigKey text(std::string name, std::string doc) {
  ConfigKey key;
  key.name = std::move(name);
  key.doc = std::move(doc);
  key.since = "0.1.0";
  return key;
}

ConfigKey text(std::string name, std::string default_value, std::string doc) {
  ConfigKey key = text(std::move(name), std::move(doc));
  key.default_value = std::move(default_value);
  return key;
}

ConfigKey list(std::string name, std::string doc) {
  ConfigKey key = text(std::move(name), std::move(doc));
  key.type = KeyType::kList;
  return key;
}

ConfigKey choice(std::string name, std::vector<std::string> one_of, std::string doc) {
  ConfigKey key = text(std::move(name), one_of.front(), std::move(doc));
  key.one_of = std::move(one_of);
  return key;
}

ConfigKey number(std::string name, std::int64_t default_value, Range range, std::string unit, std::string doc) {
  ConfigKey key = text(std::move(name), std::to_string(default_value), std::move(doc));
  key.type = KeyType::kInt;
  key.range = range;
  key.unit = std::move(unit);
  return key;
}

ConfigKey required(ConfigKey key) {
  key.required = true;
  return key;
}

ConfigKey with_flag(ConfigKey key, std::string flag) {
  key.flag = std::move(flag);
  return key;
}

ConfigKey secret(ConfigKey key) {
  key.secret = true;
  return key;
}

ConfigKey boolean(std::string name, std::string doc) {
  ConfigKey key = text(std::move(name), "false", std::move(doc));
  key.type = KeyType::kBool;
  return key;
}

ConfigKey mechanism() {
  ConfigKey key = text("sasl.mechanism", "How the worker logs in, with a SASL_ protocol");
  key.one_of = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
  return key;
}

/// Kafka's names where librdkafka has the same, else librdkafka's.
void add_kafka_security(ConfigTable& table) {
  const ConfigTable keys{
      choice("security.protocol", {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"},
             "How all connections to Kafka are secured; the broker's listener decides which it has to be"),
      mechanism(),
      text("sasl.username", "User of the SASL login"),
      secret(text("sasl.password", "Password of the SASL login")),
      text("ssl.ca.location", "PEM file with the CAs that sign the brokers' certificates; the system's when not set"),
      choice("ssl.endpoint.identification.algorithm", {"https", "none"},
             "https: a broker's certificate must be for its host name; none: any trusted certificate will do"),
      text("ssl.certificate.location", "PEM file with this client's certificate and its chain"),
      text("ssl.key.location", "PEM file with the certificate's private key"),
      secret(text("ssl.key.password", "Password of the private key")),
  };
  table.insert(table.end(), keys.begin(), keys.end());
}

/// librdkafka's settings that hold credentials (its CONFIGURATION.md, "sensitive" ones).
constexpr const char* kSecretClientSettings[] = {
    "sasl.password",
    "ssl.key.password",
    "ssl.key.pem",
    "ssl.keystore.password",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
};

void add_overrides(ConfigTable& table, const std::string& client, const std::string& doc) {
  const std::string prefix = client + ".override.";
  table.push_back(text(prefix + "**", doc));
  for (const char* setting : kSecretClientSettings) {
    ConfigKey key = text(prefix + setting, "librdkafka's setting; never shown");
    key.secret = true;
    table.push_back(std::move(key));
  }
}

constexpr Range kFromZero{0, INT64_MAX};
constexpr Range kFromOne{1, INT64_MAX};
constexpr Range kPartitions{-1, 10'000};
constexpr Range kReplicas{-1, 100};

ConfigTable make_worker_keys(bool needs_broker) {
  ConfigKey brokers = list("bootstrap.servers", "Brokers to begin with: host:port, comma-separated");
  brokers.required = needs_broker;
  ConfigTable table{
      std::move(brokers),
      text("worker.group.id", "connect-host",
           "Workers of one group share the work; part of every consumer group's name"),
      text("worker.id", "This worker within its group, for static membership; the host's name when not set"),
      list("plugin.path", "Folders with plugins (*.so); beside the executable when not set"),
      text("listeners",
           "Where health, metrics and Kafka Connect's REST API are served: http://HOST:PORT or https://HOST:PORT; "
           "nowhere when not set"),
      text("listeners.basic.username", "Who may ask, with listeners.basic.password; /health needs no login"),
      secret(text("listeners.basic.password", "Password of listeners.basic.username")),
      secret(text("listeners.bearer.token", "Who sends it as a bearer token may ask, too; at least 16 characters")),
      boolean("listeners.anonymous", "Serve everyone without a login, although the address is not the loopback's"),
      text("listeners.https.ssl.certificate.location", "PEM file with the https listener's certificate and its chain"),
      text("listeners.https.ssl.key.location", "PEM file with the certificate's private key"),
      secret(text("listeners.https.ssl.key.password", "Password of that private key")),
      text("log.dir", "Folder of the log files; only stderr when not set"),
      choice("log.level", {"INFO", "DEBUG", "WARNING", "ERROR"}, "The least level that is logged"),
      choice("log.format", {"text", "json"}, "'time - LEVEL - message', or one JSON object a line"),
      text("offsets.topic", "connect-host-offsets", "Compacted topic with the positions of sources"),
      text("assignments.topic", "connect-host-assignments",
           "Topic without records; who is given its partitions by a source's consumer group runs the source"),
  };
  add_kafka_security(table);
  add_overrides(table, "consumer", "librdkafka's settings for all consumers");
  add_overrides(table, "producer", "librdkafka's settings for all producers");
  add_overrides(table, "admin", "librdkafka's settings for topic administration");
  return table;
}

ConfigTable make_connector_keys() {
  return {
      text("name", "The connector's name again, as Kafka Connect's JSON has it"),
      required(text("connector.class", "Name of the source or sink plugin")),
      number("tasks.max", 1, {1, 1000}, "tasks", "The most tasks of this connector in one worker"),
      list("transforms", "Names of the transforms, in the order in which records go through them"),
      required(text("transforms.*.type", "Name of the transform plugin")),
      number("max.retries", 3, {0, 1'000'000}, "retries",
             "How often a passing fault is tried again before the task restarts"),
      number("retry.backoff.ms", 100, {1, 3'600'000}, "ms", "Wait before the first retry; doubles with each"),
  };
}

ConfigTable make_source_keys() {
  ConfigTable table{
      number("errors.retry.timeout", 600'000, kFromZero, "ms",
             "How long passing faults are retried without one success before the task fails"),
      number("topic.creation.default.partitions", -1, kPartitions, "partitions",
             "Partitions of topics that are made; -1: the broker's default"),
      number("topic.creation.default.replication.factor", -1, kReplicas, "replicas",
             "Replication of topics that are made; -1: the broker's default"),
      text("topic.creation.default.**", "Topic settings (retention.ms, …) of topics that are made"),
  };
  add_overrides(table, "producer", "librdkafka's settings for this connector's producers");
  return table;
}

ConfigTable make_sink_keys() {
  ConfigTable table{
      required(list("topics", "Topics to read")),
      with_flag(number("batch.size", 1000, {1, 100'000}, "records", "The most records in one transaction"),
                "--batch-size"),
      number("batch.interval.ms", 1000, {0, 3'600'000}, "ms",
             "The longest a record waits for company; an idle writer commits at once"),
      number("queue.bytes", 8'388'608, {1 << 16, std::int64_t{1} << 40}, "bytes",
             "The most that waits between the transforms and the sink, for each task"),
      choice("errors.tolerance", {"none", "all"},
             "none: the first bad record fails the task; all: it is dead-lettered"),
      text("errors.deadletterqueue.topic.name", "Topic for records that cannot be written"),
      number("errors.deadletterqueue.topic.partitions", -1, kPartitions, "partitions",
             "Partitions of that topic when it is made; -1: the broker's default"),
      number("errors.deadletterqueue.topic.replication.factor", -1, kReplicas, "replicas",
             "Replication of that topic when it is made; -1: the broker's default"),
      number("errors.rate.limit", 0, kFromZero, "records",
             "The task stops when more than this many of the last errors.rate.window records are dead; 0: no limit"),
      number("errors.rate.window", 1000, kFromOne, "records",
             "How many of the last records errors.rate.limit looks at"),
  };
  add_overrides(table, "consumer", "librdkafka's settings for this connector's consumers");
  add_overrides(table, "producer", "librdkafka's settings for the dead-letter producer");
  return table;
}

}  // namespace

const char* name_of(ConnectorKind kind) { return kind == ConnectorKind::kSource ? "source" : "sink"; }

const ConfigTable& worker_keys(bool needs_broker) {
  static const ConfigTable with_broker = make_worker_keys(true);
  static const ConfigTable without = make_worker_keys(false);
  return needs_broker ? with_broker : without;
}

const ConfigTable& connector_keys() {
  static const ConfigTable table = make_connector_keys();
  return table;
}

const ConfigTable& kind_keys(ConnectorKind kind) {
  static const ConfigTable source = make_source_keys();
  static const ConfigTable sink = make_sink_keys();
  return kind == ConnectorKind::kSource ? source : sink;
}

}  // namespace cnx::host::config
