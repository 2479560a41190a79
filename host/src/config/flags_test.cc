// SPDX-License-Identifier: Apache-2.0
#include "config/flags.h"

#include <gtest/gtest.h>

namespace cnx::host::config {
namespace {

ConfigKey flagged(const std::string& name, const std::string& flag, KeyType type = KeyType::kString) {
  ConfigKey key;
  key.name = name;
  key.flag = flag;
  key.type = type;
  key.doc = "About " + name;
  return key;
}

class Flags : public ::testing::Test {
 protected:
  void SetUp() override {
    load_text("connectors:\n  src: {topic: raw, hours: 1}\n  snk: {topics: 'other, raw'}\n  snk2: {topics: other}\n",
              "c.yml", raw_, problems_);
  }
  std::vector<PluginFlag> collect() {
    const FlaggedConnector connectors[] = {
        {"src", {ConnectorKind::kSource, "s", &source_, {}}},
        {"src2", {ConnectorKind::kSource, "s", &source_, {}}},
        {"snk", {ConnectorKind::kSink, "k", &sink_, {{"t", "tr", &transform_}}}},
    };
    return collect_flags(connectors, problems_);
  }
  static const PluginFlag& named(const std::vector<PluginFlag>& flags, const std::string& name) {
    for (const PluginFlag& flag : flags) {
      if (flag.longest_name() == name) return flag;
    }
    ADD_FAILURE() << "no flag " << name;
    return flags.front();
  }

  ConfigTable source_{flagged("hours", "-H,--hours", KeyType::kInt), flagged("topic", "-t,--topic"),
                      flagged("plain", "")};
  ConfigTable sink_{flagged("mode", "--mode")};
  ConfigTable transform_{flagged("zone", "--zone")};
  RawConfig raw_;
  Problems problems_;
};

TEST_F(Flags, ComeFromEveryTableThatDeclaresThem) {
  const auto flags = collect();
  EXPECT_EQ(problems_.text(), "");
  std::vector<std::string> names;
  for (const PluginFlag& flag : flags) names.push_back(flag.names);
  EXPECT_EQ(names, (std::vector<std::string>{"--batch-size", "-H,--hours", "--mode", "-t,--topic", "--zone"}));
  const PluginFlag& hours = named(flags, "--hours");
  EXPECT_EQ(hours.type, KeyType::kInt);
  EXPECT_EQ(hours.doc, "About hours");
  ASSERT_EQ(hours.targets.size(), 2u);
  EXPECT_EQ(hours.targets[1].connector, "src2");
  EXPECT_EQ(named(flags, "--zone").targets[0].key, "transforms.t.zone");
}

TEST_F(Flags, SetTheirKeyAndAreThePlaceOfItsProblems) {
  apply_flag(raw_, named(collect(), "--hours"), "2");
  EXPECT_EQ(raw_.find("src")->find("hours")->value, "2");
  EXPECT_EQ(to_string(raw_.find("src")->find("hours")->place), "--hours");
}

TEST_F(Flags, ATopicMovesTheSinksThatReadIt) {
  apply_flag(raw_, named(collect(), "--topic"), "new");
  EXPECT_EQ(raw_.find("src")->find("topic")->value, "new");
  EXPECT_EQ(raw_.find("snk")->find("topics")->value, "other,new");
  EXPECT_EQ(raw_.find("snk2")->find("topics")->value, "other");
}

TEST_F(Flags, ATopicMovesTheSinksFromTheDefaultToo) {
  source_[1].default_value = "raw";
  raw_.find("src")->properties.erase("topic");
  apply_flag(raw_, named(collect(), "--topic"), "new");
  EXPECT_EQ(raw_.find("snk")->find("topics")->value, "other,new");
}

TEST_F(Flags, RefuseTwoMeaningsOfOneName) {
  sink_.push_back(flagged("host", "-H,--host"));
  (void)collect();
  EXPECT_EQ(
      problems_.text(),
      "connectors.snk.host: its flag -H,--host clashes with -H,--hours of connectors.src.hours; run the connectors "
      "one at a time with --only, or set the keys with --set");
}

}  // namespace
}  // namespace cnx::host::config
