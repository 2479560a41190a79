// SPDX-License-Identifier: Apache-2.0
#include "runtime/drain.h"

#include <gmock/gmock.h>

#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using State = Drain::State;

kafka::TopicPartition raw(std::int32_t partition) { return {"raw", partition}; }

ConnectorPlan connector(const std::string& name, config::ConnectorKind kind, std::vector<std::string> topics = {}) {
  ConnectorPlan plan;
  plan.settings.name = name;
  plan.settings.kind = kind;
  plan.settings.topics = std::move(topics);
  return plan;
}

TaskSnapshot task(const std::string& name, std::map<kafka::TopicPartition, std::int64_t> committed) {
  TaskSnapshot snapshot;
  snapshot.connector = name;
  snapshot.committed = std::move(committed);
  return snapshot;
}

class FakeCluster final : public DrainView {
 public:
  Result<std::optional<std::vector<std::int64_t>>> log_ends(const std::string&) override {
    if (away) return retry_error("no broker");
    return ends;
  }
  bool away = false;
  std::optional<std::vector<std::int64_t>> ends{std::vector<std::int64_t>{10, 5}};
};

/// A source and two sinks of its topic.
class DrainTest : public ::testing::Test {
 protected:
  DrainTest() {
    job.connectors.push_back(connector("source", config::ConnectorKind::kSource));
    job.connectors.push_back(connector("mysql", config::ConnectorKind::kSink, {"raw"}));
    job.connectors.push_back(connector("archive", config::ConnectorKind::kSink, {"raw", "other"}));
    clock.advance_ms(1'000);
  }
  State look(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
             const std::set<std::string>& failed = {}) {
    return drain.look(written, tasks, failed);
  }
  /// Looks every second for so long.
  State look_for(std::int64_t seconds, const EndOffsets& written, const std::vector<TaskSnapshot>& tasks) {
    State state = look(written, tasks);
    for (; seconds > 0 && state == State::kWaiting; --seconds) {
      clock.advance_ms(1'000);
      state = look(written, tasks);
    }
    return state;
  }

  testing::LogLines lines;
  Job job;
  ManualClock clock;
  FakeCluster cluster;
  Result<EndOffsets> target = EndOffsets{};  // what the target says of any sink
  int asked = 0;
  Drain drain{job, clock, cluster, [this](const ConnectorPlan&) {
                ++asked;
                return target;
              }};
};

TEST_F(DrainTest, WaitsForEverySinkOfTheTopicAndSaysForWhat) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  EXPECT_EQ(look(written, {}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(),
              AllOf(HasSubstr("'mysql'"), HasSubstr("raw[0]"), HasSubstr("10"), HasSubstr("not assigned")));
  EXPECT_EQ(look(written, {task("mysql", {{raw(0), 10}, {raw(1), 4}})}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("raw[1]"), HasSubstr("now 4")));
  EXPECT_EQ(look(written, {task("mysql", {{raw(0), 10}, {raw(1), 5}})}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, EverythingCommittedAndTheLogAtItsEndIsTheEnd) {
  const EndOffsets written{{raw(0), 9}, {raw(1), 5}};
  const auto all = [](std::int64_t first) {
    return std::vector{task("mysql", {{raw(0), first}, {raw(1), 5}}), task("archive", {{raw(0), 10}, {raw(1), 5}})};
  };
  EXPECT_EQ(look(written, all(9)), State::kWaiting) << "the marker behind the last record";
  EXPECT_EQ(look(written, all(10)), State::kDone);
  EXPECT_EQ(drain.waiting_for(), "");
}

TEST_F(DrainTest, PartitionsOfATasksSiblingsCountTogether) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  EXPECT_EQ(look(written, {task("mysql", {{raw(0), 10}}), task("mysql", {{raw(1), 6}})}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, AnOldWordOfATaskThatLostThePartitionDoesNotCount) {
  const EndOffsets written{{raw(0), 10}};
  const TaskSnapshot now = task("mysql", {{raw(0), 10}}), stale = task("mysql", {{raw(0), 3}});
  EXPECT_EQ(look(written, {now, stale}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
  EXPECT_EQ(look(written, {stale, now}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, AFailedConnectorIsNotWaitedFor) {
  const EndOffsets written{{raw(0), 10}};
  EXPECT_EQ(look(written, {task("archive", {{raw(0), 9}})}, {"mysql"}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("'archive'"), HasSubstr("now 9")));
}

TEST_F(DrainTest, WhatOtherWorkersHaveCommittedIsReadFromTheTarget) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  const std::vector<TaskSnapshot> tasks{task("mysql", {{raw(0), 10}}), task("archive", {{raw(0), 10}, {raw(1), 5}})};
  target = EndOffsets{{raw(1), 4}};
  EXPECT_EQ(look(written, tasks), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("'mysql'"), HasSubstr("raw[1]"), HasSubstr("now 4")));
  EXPECT_FALSE(drain.shared());
  target = EndOffsets{{raw(1), 5}};
  EXPECT_EQ(look(written, tasks), State::kWaiting);
  EXPECT_EQ(asked, 1) << "once a second at most";
  clock.advance_ms(1'000);
  EXPECT_EQ(look(written, tasks), State::kDone);
  EXPECT_TRUE(drain.shared());
  EXPECT_EQ(asked, 2) << "only the sink that does not have everything here";
}

TEST_F(DrainTest, ATargetThatDoesNotAnswerIsWaitedForAndNamed) {
  target = retry_error("database away");
  EXPECT_EQ(look({{raw(0), 10}}, {}), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("not assigned"), HasSubstr("database away")));
}

TEST_F(DrainTest, WhatATaskHereSaysOutweighsWhatTheTargetSaid) {
  target = EndOffsets{{raw(1), 5}};
  EXPECT_EQ(look_for(10, {{raw(1), 5}}, {task("mysql", {{raw(1), 2}}), task("archive", {{raw(1), 5}})}),
            State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("now 2"));
}

TEST_F(DrainTest, ALogThatEndsBeforeWhatWasWrittenIsALossAndNotAWaitForEver) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  cluster.ends = {3, 5};
  EXPECT_EQ(look_for(10, written, {task("mysql", {{raw(0), 4}, {raw(1), 5}})}), State::kLost);
  EXPECT_THAT(drain.lost(), AllOf(HasSubstr("raw[0]"), HasSubstr("records 4 … 9 are lost"), HasSubstr("offset 3"),
                                  HasSubstr("offsets reset --connector mysql --topic raw --partition 0")));
}

TEST_F(DrainTest, ATopicThatIsGoneOrHasFewerPartitionsIsALoss) {
  const EndOffsets written{{raw(1), 5}};
  cluster.ends = {10};
  EXPECT_EQ(look_for(10, written, {}), State::kLost);
  EXPECT_THAT(drain.lost(), HasSubstr("1 partitions only"));
  cluster.ends = std::nullopt;
  EXPECT_EQ(look_for(10, written, {}), State::kLost);
  EXPECT_THAT(drain.lost(), HasSubstr("does not exist"));
}

TEST_F(DrainTest, WhileNobodyAnswersNothingIsLost) {
  cluster.away = true;
  EXPECT_EQ(look_for(20, {{raw(0), 10}}, {}), State::kWaiting);
}

TEST_F(DrainTest, SaysEveryHalfMinuteWhatItWaitsForAndSinceWhenWhileNothingMoves) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  for (std::int64_t offset = 1; offset <= 3; ++offset)
    EXPECT_EQ(look_for(29, written, {task("mysql", {{raw(0), offset}, {raw(1), 5}})}), State::kWaiting);
  EXPECT_THAT(lines.warnings, IsEmpty()) << "it moves";
  EXPECT_EQ(look_for(61, written, {task("mysql", {{raw(0), 3}, {raw(1), 5}})}), State::kWaiting);
  ASSERT_THAT(lines.warnings, SizeIs(3));
  EXPECT_THAT(lines.warnings[0],
              AllOf(HasSubstr("raw[0] up to offset 10 (now 3)"), HasSubstr("since 30 s"), HasSubstr("2 more")));
}

TEST_F(DrainTest, TheEndOfTheLogIsWaitedForFiveSecondsAtMost) {
  const EndOffsets written{{raw(0), 10}};
  cluster.ends = {12, 0};
  const std::vector<TaskSnapshot> tasks{task("mysql", {{raw(0), 10}}), task("archive", {{raw(0), 10}})};
  EXPECT_EQ(look(written, tasks), State::kWaiting);
  EXPECT_EQ(look_for(4, written, tasks), State::kWaiting);
  EXPECT_THAT(drain.waiting_for(), HasSubstr("up to offset 12"));
  EXPECT_EQ(look_for(1, written, tasks), State::kDone);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("open transaction")));
}

TEST_F(DrainTest, APauseAtTheEndIsNoTimeThatTheSinksHad) {
  const EndOffsets written{{raw(0), 10}};
  cluster.ends = {12, 0};
  const auto at = [](std::int64_t offset) {
    return std::vector{task("mysql", {{raw(0), offset}}), task("archive", {{raw(0), 12}})};
  };
  EXPECT_EQ(look(written, at(10)), State::kWaiting);
  clock.advance_ms(600'000);  // nobody looks while people hold a connector
  EXPECT_EQ(look(written, at(10)), State::kWaiting);
  EXPECT_EQ(look_for(3, written, at(10)), State::kWaiting);
  EXPECT_EQ(look(written, at(12)), State::kDone);
  EXPECT_THAT(lines.warnings, Each(Not(HasSubstr("open transaction"))));
}

TEST_F(DrainTest, WhoHasToWaitForRecordsAgainWaitsAnewForTheEndOfTheLog) {
  cluster.ends = {14, 0};
  const auto at = [](std::int64_t offset) {
    return std::vector{task("mysql", {{raw(0), offset}}), task("archive", {{raw(0), 14}})};
  };
  EXPECT_EQ(look_for(4, {{raw(0), 10}}, at(10)), State::kWaiting);
  EXPECT_EQ(look_for(2, {{raw(0), 12}}, at(10)), State::kWaiting);
  EXPECT_EQ(look_for(4, {{raw(0), 12}}, at(12)), State::kWaiting);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

}  // namespace
}  // namespace cnx::host::runtime
