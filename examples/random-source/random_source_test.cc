// SPDX-License-Identifier: Apache-2.0
//
// The built plugin through the host's loader.
#include <gmock/gmock.h>

#include <set>

#include "cnx/testing/kit/kit.hpp"
#include "plugin/loader.h"
#include "plugin/source_instance.h"

namespace cnx::host::plugin {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kRandomSource = CNX_PLUGIN_DIR "/random-source.so";

const Component& random_source() {
  static const Result<Plugin> plugin = load_plugin(kRandomSource);
  if (!plugin.ok()) throw std::runtime_error(plugin.error().message);
  return plugin.value().components.at(0);
}

class RandomSource : public ::testing::Test {
 protected:
  void make(ConfigValues set, const SourceStart& from = {}, int task_count = 1) {
    ConfigValues all{{"topic", "t"}, {"rate", "0"}, {"record.bytes", "120"}, {"keys", "0"}, {"seed", "1"}};
    for (auto& [name, value] : set) {
      std::erase_if(all, [&, wanted = name](const auto& pair) { return pair.first == wanted; });
      all.emplace_back(name, value);
    }
    host_ = std::make_unique<HostContext>(HostServices{"load", 0, task_count, &clock_, stop_.token()});
    auto made = SourceInstance::create(random_source(), *host_, all);
    if (!made.ok()) {
      refusal_ = made.error().message;
      return;
    }
    source_ = std::move(made).value();
    auto plan = source_->start(from);
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    plan_ = plan.value();
  }
  /// The values of one poll; takes over its position.
  std::vector<std::string> poll(std::int64_t wait_ms = 0) {
    auto batch = source_->poll(clock_.monotonic_ns() + wait_ms * 1'000'000);
    if (!batch.ok()) return {batch.error().message};
    std::vector<std::string> values;
    for (std::uint64_t i = 0; i < batch->record_count(); ++i) {
      values.emplace_back(view(batch->record(i).value));
      keys_.emplace(view(batch->record(i).key));
    }
    if (batch->position_count() > 0) position_ = batch->position(0).value.value();
    ended_ = batch->end();
    return values;
  }
  std::vector<std::string> all() {
    std::vector<std::string> values;
    do {
      for (std::string& value : poll()) values.push_back(std::move(value));
    } while (!ended_);
    return values;
  }

  ManualClock clock_;
  StopSource stop_;
  std::unique_ptr<HostContext> host_;
  std::unique_ptr<SourceInstance> source_;
  SourcePlan plan_;
  std::string refusal_;
  std::string position_;
  std::set<std::string> keys_;
  bool ended_ = false;
};

TEST_F(RandomSource, SendsAsManyRecordsOfTheSizeAsItIsTold) {
  make({{"count", "2500"}, {"record.bytes", "1000"}});
  const auto values = all();
  EXPECT_THAT(values, AllOf(SizeIs(2500), Each(SizeIs(1000))));
  EXPECT_THAT(values[7], AllOf(StartsWith("{\"number\":7,\"key\":7,\"amount\":"), EndsWith("\"}")));
  EXPECT_THAT(keys_, SizeIs(2500));
  EXPECT_EQ(position_, "2500");
}

TEST_F(RandomSource, TheSameSeedGivesTheSameBytesAndAnotherOthers) {
  make({{"count", "100"}});
  const auto first = all();
  make({{"count", "100"}});
  EXPECT_EQ(all(), first);
  make({{"count", "100"}, {"seed", "2"}});
  EXPECT_NE(all(), first);
}

TEST_F(RandomSource, GoesOnFromItsPositionWithTheSameRecords) {
  make({{"count", "100"}});
  const auto whole = all();
  SourceStart from;
  from.positions = {{"next", "60", plan_.range_id}};
  make({{"count", "100"}}, from);
  EXPECT_EQ(all(), std::vector<std::string>(whole.begin() + 60, whole.end()));
}

TEST_F(RandomSource, APositionOfOtherRecordsIsNotItsOwn) {
  SourceStart from;
  from.positions = {{"next", "60", "count=100 seed=9 bytes=120 keys=0"}};
  make({{"count", "100"}}, from);
  EXPECT_THAT(all(), SizeIs(100));
}

TEST_F(RandomSource, HasAsManyKeysAsItIsTold) {
  make({{"count", "1000"}, {"keys", "10"}});
  EXPECT_THAT(all(), SizeIs(1000));
  EXPECT_THAT(keys_, SizeIs(10));
}

TEST_F(RandomSource, KeepsToItsRate) {
  make({{"rate", "100"}});
  EXPECT_FALSE(plan_.bounded);
  clock_.advance_ms(250);
  EXPECT_THAT(poll(), SizeIs(25));
  EXPECT_THAT(poll(), IsEmpty());
  clock_.advance_ms(1000);
  EXPECT_THAT(poll(), SizeIs(::testing::AllOf(::testing::Ge(100u), ::testing::Le(101u))));
}

TEST_F(RandomSource, AStopEndsItsWait) {
  make({{"rate", "1"}});
  stop_.request();
  const auto batch = source_->poll(clock_.monotonic_ns() + 60'000'000'000);
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().action, Action::kCancelled);
}

TEST_F(RandomSource, RefusesToBeTwo) {
  make({}, {}, 2);
  EXPECT_THAT(refusal_, HasSubstr("set tasks.max to 1"));
}

TEST_F(RandomSource, ConformsToTheContract) {
  // Small and slow: the suite lives some hundred lives of it.
  for (const auto& limit : {std::pair<std::string, std::string>{"count", "2000"}, {"rate", "1000"}}) {
    for (const auto& check : cnx::testing::kit::run(kRandomSource, {{{"topic", "t"}, limit}, {}})) {
      EXPECT_THAT(check.outcome.faults, IsEmpty()) << check.component << " " << check.name;
      EXPECT_EQ(check.outcome.not_tried, "") << check.component << " " << check.name;
    }
  }
}

}  // namespace
}  // namespace cnx::host::plugin
