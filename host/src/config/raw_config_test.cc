// SPDX-License-Identifier: Apache-2.0
#include "config/raw_config.h"

#include <gtest/gtest.h>

#include <map>

namespace cnx::host::config {
namespace {

RawConfig load(const std::string& text, Problems& problems, const std::string& path = "c.yml") {
  RawConfig config;
  load_text(text, path, config, problems);
  return config;
}

std::map<std::string, std::string> plain(const Section& section) {
  std::map<std::string, std::string> out;
  for (const auto& [key, property] : section.properties) out[key] = property.value;
  return out;
}

using Plain = std::map<std::string, std::string>;

std::string problems_of(const std::string& text, const std::string& path = "c.yml") {
  Problems problems;
  (void)load(text, problems, path);
  return problems.text();
}

TEST(LoadFiles, JoinsMapsWithDotsAndListsWithCommas) {
  Problems problems;
  const RawConfig config = load(
      "worker:\n  log: {dir: logs, level: INFO}\nconnectors:\n  orders:\n    connector.class: x\n"
      "    accounts:\n      a: {client.id: '1'}\n    topics: [one, two]\n    none: []\n",
      problems);
  EXPECT_EQ(problems.text(), "");
  EXPECT_EQ(plain(config.worker), (Plain{{"log.dir", "logs"}, {"log.level", "INFO"}}));
  ASSERT_EQ(config.connectors.size(), 1u);
  EXPECT_EQ(config.connectors[0].name, "orders");
  EXPECT_EQ(plain(config.connectors[0]),
            (Plain{{"connector.class", "x"}, {"accounts.a.client.id", "1"}, {"topics", "one,two"}, {"none", ""}}));
  EXPECT_EQ(to_string(config.connectors[0].find("accounts.a.client.id")->place), "c.yml:7:22");
}

TEST(LoadFiles, TakesKafkaConnectsJsonForTheSameThing) {
  Problems problems;
  const Plain expected{{"connector.class", "mysql-sink"}, {"tasks.max", "3"}, {"topics", "a,b"}};
  RawConfig config;
  load_text(R"({"name": "s1", "config": {"connector.class": "mysql-sink", "tasks.max": "3", "topics": "a,b"}})",
            "s1.json", config, problems);
  load_text(R"({"name": "s2", "connector.class": "mysql-sink", "tasks.max": 3, "topics": ["a", "b"]})", "s2.json",
            config, problems);
  load_text("connectors:\n  s3:\n    connector: {class: mysql-sink}\n    tasks.max: 3\n    topics: a,b\n", "s3.yml",
            config, problems);
  ASSERT_EQ(problems.text(), "");
  ASSERT_EQ(config.connectors.size(), 3u);
  EXPECT_EQ(plain(config.connectors[0]), expected);
  EXPECT_EQ(plain(config.connectors[2]), expected);
  Plain with_name = expected;
  with_name["name"] = "s2";
  EXPECT_EQ(plain(config.connectors[1]), with_name);
}

TEST(LoadFiles, MergesFilesAndRefusesANameTwice) {
  Problems problems;
  RawConfig config;
  load_text("worker: {a: 1}\nconnectors:\n  one: {k: v}\n", "a.yml", config, problems);
  load_text("connectors:\n  two: {k: v}\n  one: {k: v}\n", "b.yml", config, problems);
  load_text("worker: {b: 1}\n", "c.yml", config, problems);
  EXPECT_EQ(problems.text(),
            "b.yml:3:3: connectors.one: is defined twice, first at a.yml:3:3; rename or remove one of the two\n"
            "c.yml:1:1: worker: is defined twice, first at a.yml:1:1; keep the worker's keys in one file");
  EXPECT_EQ(config.connectors.size(), 2u);
}

TEST(LoadFiles, NamesAFileThatCannotBeRead) {
  Problems problems;
  const std::string paths[] = {"/does/not/exist.yml"};
  (void)load_files(paths, problems);
  EXPECT_EQ(problems.text(),
            "/does/not/exist.yml: cannot read /does/not/exist.yml: No such file or directory; check the path and its "
            "permissions");
}

struct BadFile {
  const char* kind;
  std::string text;
  std::string message;
  std::string path = "c.yml";
};
std::ostream& operator<<(std::ostream& out, const BadFile& bad) { return out << bad.kind; }

class LoadBadFile : public ::testing::TestWithParam<BadFile> {};

TEST_P(LoadBadFile, SaysWhereWhichKeyWhyAndWhatToDo) {
  EXPECT_EQ(problems_of(GetParam().text, GetParam().path), GetParam().message);
}

const BadFile kBadFiles[] = {
    {"UnknownTopKey", "workers:\n  a: 1\n",
     "c.yml:1:1: workers: is not known at the top of a file; did you mean 'worker'?"},
    {"DottedTopKey", "bootstrap.servers: x\n",
     "c.yml:1:1: bootstrap.servers: is not known at the top of a file; known are: worker, connectors"},
    {"WorkerIsNoMap", "worker: 5\n",
     "c.yml:1:9: worker: must hold keys below it; write 'key: value' lines below it, indented"},
    {"WorkerIsEmpty", "worker:\n", "c.yml:1:1: worker: is empty; write 'key: value' lines below it, indented"},
    {"ConnectorsIsAList", "connectors:\n  - a\n",
     "c.yml:2:3: connectors: must hold keys below it; write 'key: value' lines below it, indented"},
    {"ConnectorName", "connectors:\n  'a b': {k: v}\n",
     "c.yml:2:3: connectors.a b: is no name for a connector; use letters, digits, '.', '_' and '-', at most 150"},
    {"SameKeyNestedAndDotted", "worker:\n  log.level: INFO\n  log: {level: DEBUG}\n",
     "c.yml:3:9: worker.log.level: is set twice, first at c.yml:2:3; remove one of the two"},
    {"NoValue", "worker:\n  log.dir:\n", "c.yml:2:3: worker.log.dir: has no value; write one, or '' for an empty text"},
    {"EmptyMap", "worker:\n  log: {}\n", "c.yml:2:8: worker.log: an empty map sets nothing; remove the key or fill it"},
    {"NestedList", "worker:\n  a: [[x]]\n",
     "c.yml:2:7: worker.a: a list may only hold plain values; write 'key: [a, b]'"},
    {"CommaInItem", "worker:\n  a: ['x,y']\n",
     "c.yml:2:7: worker.a: a list item holds a comma, which separates items; write one item for each part; a comma "
     "within an item is not possible"},
    {"EmptyItem", "worker:\n  a: ['']\n", "c.yml:2:7: worker.a: a list item is empty; remove it"},
    {"BlankInKey", "worker:\n  log level: INFO\n",
     "c.yml:2:3: worker.log level: is not a key; keys are words joined by single dots, without blanks"},
    {"DotAtTheEnd", "worker:\n  log.: {level: INFO}\n",
     "c.yml:2:3: worker.log.: is not a key; keys are words joined by single dots, without blanks"},
    {"MergeKey", "worker: {<<: {a: 1}}\n",
     "c.yml:1:10: worker.<<: merge keys are not supported; repeat the keys, or use an alias for a whole value"},
    {"JsonWithoutName", "{\"config\": {}}", "s.json:1:1: name: is missing; write {\"name\": \"…\", \"config\": {…}}",
     "s.json"},
    {"JsonWithMore", "{\"name\": \"s\",\n \"cofnig\": {}, \"config\": {\"k\": \"v\"}}",
     "s.json:2:2: cofnig: is not known beside 'name' and 'config'; move it into 'config'", "s.json"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, LoadBadFile, ::testing::ValuesIn(kBadFiles),
                         [](const auto& param) { return std::string(param.param.kind); });

class ApplySet : public ::testing::Test {
 protected:
  std::string set(const std::string& assignment) {
    Problems problems;
    apply_set(config_, assignment, problems);
    return problems.text();
  }
  Problems ignored_;
  RawConfig config_ = load("worker: {log.level: INFO}\nconnectors:\n  orders: {k: v}\n  orders.eu: {k: v}\n", ignored_);
};

TEST_F(ApplySet, OverridesAndAdds) {
  EXPECT_EQ(set("worker.log.level=DEBUG"), "");
  EXPECT_EQ(set("connectors.orders.a.b=x=y"), "");
  EXPECT_EQ(set("connectors.orders.empty="), "");
  EXPECT_EQ(config_.worker.find("log.level")->value, "DEBUG");
  EXPECT_EQ(to_string(config_.worker.find("log.level")->place), "--set worker.log.level");
  EXPECT_EQ(config_.find("orders")->find("a.b")->value, "x=y");
  EXPECT_EQ(config_.find("orders")->find("empty")->value, "");
}

TEST_F(ApplySet, FindsAConnectorWhoseNameHoldsDots) {
  EXPECT_EQ(set("connectors.orders.eu.k=w"), "");
  EXPECT_EQ(config_.find("orders.eu")->find("k")->value, "w");
  EXPECT_EQ(config_.find("orders")->find("eu.k"), nullptr);
}

TEST_F(ApplySet, NamesAnUnknownConnector) {
  EXPECT_EQ(set("connectors.oders.k=secret"),
            "--set connectors.oders.k: names neither the worker nor a connector of the files; did you mean 'orders'?");
}

TEST_F(ApplySet, RefusesOtherForms) {
  const std::string form = "write --set worker.KEY=VALUE or --set connectors.NAME.KEY=VALUE";
  EXPECT_EQ(set("worker.log.level"), "--set: an assignment has no '='; " + form);
  EXPECT_EQ(set("log.level=DEBUG"), "--set log.level: names neither the worker nor a connector of the files; " + form);
  EXPECT_EQ(set("worker.=x"), "--set worker.: names neither the worker nor a connector of the files; " + form);
}

TEST(KeepOnly, KeepsTheNamedAndRefusesUnknownOnes) {
  Problems problems;
  RawConfig config = load("connectors:\n  one: {k: v}\n  two: {k: v}\n", problems);
  const std::string none[] = {"one", "tow"};
  keep_only(config, {}, "--only", problems);
  EXPECT_EQ(config.connectors.size(), 2u);
  keep_only(config, none, "--only", problems);
  EXPECT_EQ(problems.text(), "--only tow: names no connector of the files; did you mean 'two'?");
  ASSERT_EQ(config.connectors.size(), 1u);
  EXPECT_EQ(config.connectors[0].name, "one");
}

}  // namespace
}  // namespace cnx::host::config
