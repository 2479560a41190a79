// SPDX-License-Identifier: Apache-2.0
#include "config/connector_check.h"

#include <gtest/gtest.h>

#include "base/secrets.h"
#include "config/settings.h"

namespace cnx::host::config {
namespace {

ConfigKey key(const std::string& name, bool required = false, bool secret = false) {
  ConfigKey out;
  out.name = name;
  out.required = required;
  out.secret = secret;
  return out;
}

ConfigTable sink_table() {
  ConfigTable table{key("connection.url", true), key("connection.password", false, true), key("insert.mode"),
                    key("batch.size")};
  table[1].doc = "Of the user";
  table[2].one_of = {"insert", "upsert"};
  table[2].default_value = "insert";
  return table;
}

ConfigTable source_table() {
  return {key("topic", true), key("accounts.*.client.id", true), key("accounts.*.client.secret", true, true), [] {
            ConfigKey region = key("accounts.*.region");
            region.default_value = "us";
            return region;
          }()};
}

ConfigTable transform_table() {
  ConfigKey zone = key("timezone");
  zone.default_value = "UTC";
  return {zone};
}

class ConnectorCheck : public ::testing::Test {
 protected:
  /// Validates `orders: {…}` of a YAML text; problems are in problems_.
  ResolvedConfig check(ConnectorKind kind, const std::string& body) {
    problems_ = Problems();
    RawConfig raw;
    load_text("connectors:\n  orders:\n" + body, "c.yml", raw, problems_);
    if (raw.connectors.empty()) return {};
    const Section& section = raw.connectors.front();
    const PluginNames names = plugin_names(section, problems_);
    tables_ = {kind, names.connector_class, kind == ConnectorKind::kSink ? &sink_ : &source_, {}};
    for (const auto& transform : names.transforms) {
      tables_.transforms.push_back({transform.name, transform.type, &transform_});
    }
    return validate_connector(section, tables_, problems_);
  }

  const ConfigTable sink_ = sink_table();
  const ConfigTable source_ = source_table();
  const ConfigTable transform_ = transform_table();
  ConnectorTables tables_{};
  Problems problems_;
};

constexpr const char* kSink = "    connector.class: my-sink\n    topics: a\n    connection.url: u\n";
constexpr const char* kSource = "    connector.class: my-source\n    topic: t\n";

TEST_F(ConnectorCheck, FillsInDefaultsAndGivesEachOwnerItsKeys) {
  const ResolvedConfig config = check(
      ConnectorKind::kSink,
      std::string(kSink) + "    batch.size: 020\n    transforms: flat\n    transforms.flat: {type: my-transform}\n");
  EXPECT_EQ(problems_.text(), "");
  EXPECT_EQ(config.integer("tasks.max"), 1);
  EXPECT_TRUE(config.find("tasks.max")->is_default);
  EXPECT_EQ(config.text("insert.mode"), "insert");
  EXPECT_EQ(config.text("transforms.flat.timezone"), "UTC");
  EXPECT_EQ(values_for(config, tables_.connector_use()),
            (ComponentValues{{"batch.size", "20"}, {"connection.url", "u"}, {"insert.mode", "insert"}}));
  EXPECT_EQ(values_for(config, tables_.transform_use(0)), (ComponentValues{{"timezone", "UTC"}}));
}

TEST_F(ConnectorCheck, ReportsEveryProblemAtOnceInTheOrderOfTheFile) {
  (void)check(ConnectorKind::kSink,
              "    connector.class: my-sink\n    topcs: a\n    batch.size: 1000000\n    insert.mode: upsrt\n"
              "    tasks.max: many\n");
  EXPECT_EQ(
      problems_.text(),
      "c.yml:2:3: connectors.orders.connection.url: is missing; my-sink needs it; add it under connectors.orders\n"
      "c.yml:4:5: connectors.orders.topcs: is not a known key; did you mean 'topics'?\n"
      "c.yml:5:17: connectors.orders.batch.size: '1000000' is outside 1 … 100000 records; choose a number in that "
      "range\n"
      "c.yml:6:18: connectors.orders.insert.mode: 'upsrt' is none of insert, upsert; did you mean 'upsert'?\n"
      "c.yml:7:16: connectors.orders.tasks.max: 'many' is not a whole number; write decimal digits; the unit is tasks");
}

struct BadConnector {
  const char* kind;
  ConnectorKind type;
  std::string body;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const BadConnector& bad) { return out << bad.kind; }

class BadConnectorCheck : public ConnectorCheck, public ::testing::WithParamInterface<BadConnector> {};

TEST_P(BadConnectorCheck, SaysWhereWhichKeyWhyAndWhatToDo) {
  const BadConnector& bad = GetParam();
  (void)check(bad.type, (bad.type == ConnectorKind::kSink ? kSink : kSource) + bad.body);
  EXPECT_EQ(problems_.text(), bad.message);
}

constexpr auto kAsSink = ConnectorKind::kSink;
constexpr auto kAsSource = ConnectorKind::kSource;
const BadConnector kBadConnectors[] = {
    {"FarFromAnyKey", kAsSink, "    colour: red\n",
     "c.yml:6:5: connectors.orders.colour: is not a known key; 'connect-host plugins NAME' lists the keys of a plugin"},
    {"WorkersKey", kAsSink, "    plugin.path: x\n",
     "c.yml:6:5: connectors.orders.plugin.path: is out of place here; move it under 'worker:'"},
    {"SinksKeyInASource", kAsSource, "    batch.interval.ms: 5\n",
     "c.yml:5:5: connectors.orders.batch.interval.ms: is out of place here; it is for sinks; my-source is a source"},
    {"SourcesKeyInASink", kAsSink, "    topic.creation.default: {partitions: 3}\n",
     "c.yml:6:30: connectors.orders.topic.creation.default.partitions: is out of place here; it is for sources; "
     "my-sink is a sink"},
    {"TransformsKeyWithoutPrefix", kAsSink, "    transforms: flat\n    transforms.flat.type: t\n    timezone: UTC\n",
     "c.yml:8:5: connectors.orders.timezone: is out of place here; write it as transforms.flat.…"},
    {"UnlistedTransform", kAsSink, "    transforms.flat.type: t\n",
     "c.yml:6:5: connectors.orders.transforms.flat.type: is out of place here; list the transform's name in "
     "'transforms', or remove the key"},
    {"TransformsKeyMisspelt", kAsSink,
     "    transforms: flat\n    transforms.flat.type: t\n    transforms.flat.timzone: UTC\n",
     "c.yml:8:5: connectors.orders.transforms.flat.timzone: is not a known key; did you mean "
     "'transforms.flat.timezone'?"},
    {"TransformWithoutType", kAsSink, "    transforms: flat\n",
     "c.yml:6:17: connectors.orders.transforms.flat.type: is missing; add it with the name of a transform plugin"},
    {"KafkaConnectsKey", kAsSink, "    value.converter.schemas.enable: false\n",
     "c.yml:6:5: connectors.orders.value.converter.schemas.enable: is not known here; remove it: keys and values pass "
     "as bytes, a transform reads them"},
    {"ToleranceWithoutTopic", kAsSink, "    errors.tolerance: all\n",
     "c.yml:6:23: connectors.orders.errors.tolerance: 'all' needs a topic for dead letters, so that no record is lost; "
     "set errors.deadletterqueue.topic.name"},
    {"DeadLettersIntoTheInput", kAsSink, "    errors: {tolerance: all, deadletterqueue.topic.name: a}\n",
     "c.yml:6:58: connectors.orders.errors.deadletterqueue.topic.name: is one of the topics that this sink reads: dead "
     "letters would come back for ever; name another topic"},
    {"RateLimitBeyondItsWindow", kAsSink, "    errors.rate.limit: 1000\n",
     "c.yml:6:24: connectors.orders.errors.rate.limit: 1000 dead among the last 1000 can never be exceeded; lower it, "
     "or raise errors.rate.window"},
    {"OtherName", kAsSink, "    name: order\n",
     "c.yml:6:11: connectors.orders.name: 'order' is not the connector's name 'orders'; make them equal"},
    {"ReservedSetting", kAsSink, "    consumer.override: {group.id: g}\n",
     "c.yml:6:35: connectors.orders.consumer.override.group.id: may not be overridden; remove it: the group is "
     "connect-<worker.group.id>-<connector>"},
    {"TransformTwice", kAsSink, "    transforms: flat,flat\n    transforms.flat.type: t\n",
     "c.yml:6:17: connectors.orders.transforms: names 'flat' twice; remove one"},
    {"AccountWithoutSecret", kAsSource, "    accounts: {eu: {client.id: '1'}}\n",
     "c.yml:2:3: connectors.orders.accounts.eu.client.secret: is missing; my-source needs it; add it under "
     "connectors.orders"},
    {"AccountsKeyMisspelt", kAsSource, "    accounts: {eu: {client.id: '1', client.secret: x, client.sercet: y}}\n",
     "c.yml:5:55: connectors.orders.accounts.eu.client.sercet: is not a known key; did you mean "
     "'accounts.eu.client.secret'?"},
    {"EmptyRequired", kAsSource, "    accounts: {eu: {client.id: '', client.secret: x}}\n",
     "c.yml:5:32: connectors.orders.accounts.eu.client.id: is empty; give it a value"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, BadConnectorCheck, ::testing::ValuesIn(kBadConnectors),
                         [](const auto& param) { return std::string(param.param.kind); });

TEST_F(ConnectorCheck, FillsInDefaultsOfEveryFreeSegment) {
  const ResolvedConfig config =
      check(kAsSource, std::string(kSource) +
                           "    accounts:\n      eu: {client.id: '1', client.secret: secret-of-eu}\n"
                           "      us: {client.id: '2', client.secret: secret-of-us, region: west}\n");
  EXPECT_EQ(problems_.text(), "");
  EXPECT_EQ(config.text("accounts.eu.region"), "us");
  EXPECT_EQ(config.text("accounts.us.region"), "west");
}

TEST_F(ConnectorCheck, MasksSecretsInEveryProblem) {
  (void)check(kAsSink, std::string(kSink) + "    connection.password: correct-horse\n    insert.mode: correct-horse\n");
  EXPECT_EQ(problems_.text(), "c.yml:7:18: connectors.orders.insert.mode: '****' is none of insert, upsert");
  EXPECT_EQ(secrets().mask("x correct-horse y"), "x **** y");
}

TEST_F(ConnectorCheck, DoesNotCheckWhatStayedUnresolved) {
  Section section{"orders", "connectors.orders", {"c.yml", 1, 1}, {}};
  section.properties["connector.class"] = {"my-sink", {}, {}, false};
  section.properties["topics"] = {"a", {}, {}, false};
  section.properties["connection.url"] = {"${env:NOPE}", {}, {}, true};
  section.properties["tasks.max"] = {"${env:NOPE}", {}, {}, true};
  const ConnectorTables tables{kAsSink, "my-sink", &sink_, {}};
  const ResolvedConfig config = validate_connector(section, tables, problems_);
  EXPECT_EQ(problems_.text(), "");
  EXPECT_TRUE(config.find("tasks.max")->unresolved);
}

TEST_F(ConnectorCheck, ViewHidesSecretsAndHashIgnoresThem) {
  const ResolvedConfig one = check(kAsSink, std::string(kSink) + "    connection.password: view-secret-1\n");
  const ResolvedConfig two = check(kAsSink, std::string(kSink) + "    connection.password: view-secret-2\n");
  const ResolvedConfig other = check(kAsSink, std::string(kSink) + "    tasks.max: 2\n");
  EXPECT_EQ(config_hash(one), config_hash(two));
  EXPECT_NE(config_hash(one), config_hash(other));
  const std::string view = masked_view(one);
  EXPECT_NE(view.find("connection.password = ****\n"), std::string::npos) << view;
  EXPECT_NE(view.find("tasks.max = 1  (default)\n"), std::string::npos) << view;
  EXPECT_EQ(view.find("view-secret"), std::string::npos) << view;
}

std::string worker_problems(const std::string& body, bool needs_broker = true) {
  Problems problems;
  RawConfig raw;
  load_text("worker:\n" + body, "c.yml", raw, problems);
  (void)validate_worker(raw.worker, needs_broker, problems);
  return problems.text();
}

TEST(WorkerCheck, NeedsBrokersOnlyWhereTheyAreUsed) {
  EXPECT_EQ(worker_problems("  log.dir: logs\n"),
            "c.yml:1:1: worker.bootstrap.servers: is missing; connect-host needs it (Brokers to begin with: host:port, "
            "comma-separated); add it under worker");
  EXPECT_EQ(worker_problems("  log.dir: logs\n", false), "");
}

TEST(WorkerCheck, RefusesBadValues) {
  const std::string brokers = "  bootstrap.servers: b:9092\n";
  EXPECT_EQ(
      worker_problems(brokers + "  listeners: ftp://x:1\n"),
      "c.yml:3:14: worker.listeners: 'ftp://x:1' is no listener; write one http://HOST:PORT or https://HOST:PORT, as "
      "http://127.0.0.1:8083");
  EXPECT_EQ(worker_problems(brokers + "  worker.id: 'a b'\n"),
            "c.yml:3:14: worker.worker.id: 'a b' is no worker id; use letters, digits, '.', '_' and '-', at most 80");
  EXPECT_EQ(worker_problems(brokers + "  tasks.max: 3\n"),
            "c.yml:3:3: worker.tasks.max: is out of place here; move it under a connector");
  EXPECT_EQ(worker_problems(brokers + "  log.level: WARN\n"),
            "c.yml:3:14: worker.log.level: 'WARN' is none of INFO, DEBUG, WARNING, ERROR");
  EXPECT_EQ(worker_problems(brokers + "  bootstrap.server: x\n"),
            "c.yml:3:3: worker.bootstrap.server: is not a known key; did you mean 'bootstrap.servers'?");
}

}  // namespace
}  // namespace cnx::host::config
