// SPDX-License-Identifier: Apache-2.0
#include "runtime/drain.h"

#include <gmock/gmock.h>

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

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

/// A source and two sinks of its topic; no broker can be asked for the end of the log.
class DrainTest : public ::testing::Test {
 protected:
  DrainTest() {
    job.connectors.push_back(connector("source", config::ConnectorKind::kSource));
    job.connectors.push_back(connector("mysql", config::ConnectorKind::kSink, {"raw"}));
    job.connectors.push_back(connector("archive", config::ConnectorKind::kSink, {"raw", "other"}));
    clock.advance_ms(1'000);
    stop.request();
  }
  bool done(const EndOffsets& written, const std::vector<TaskSnapshot>& tasks,
            const std::set<std::string>& failed = {}) {
    return drain.done(written, tasks, failed);
  }

  Job job;
  ManualClock clock;
  StopSource stop;                           // questions to a broker end at once
  Result<EndOffsets> target = EndOffsets{};  // what the target says of any sink
  int asked = 0;
  Drain drain{job, clock, stop.token(), [this](const ConnectorPlan&) {
                ++asked;
                return target;
              }};
};

TEST_F(DrainTest, WaitsForEverySinkOfTheTopicAndSaysForWhat) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  EXPECT_FALSE(done(written, {}));
  EXPECT_THAT(drain.waiting_for(),
              AllOf(HasSubstr("'mysql'"), HasSubstr("raw[0]"), HasSubstr("10"), HasSubstr("not assigned")));
  EXPECT_FALSE(done(written, {task("mysql", {{raw(0), 10}, {raw(1), 4}})}));
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("raw[1]"), HasSubstr("now 4")));
  EXPECT_FALSE(done(written, {task("mysql", {{raw(0), 10}, {raw(1), 5}})}));
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, PartitionsOfATasksSiblingsCountTogether) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  EXPECT_FALSE(done(written, {task("mysql", {{raw(0), 10}}), task("mysql", {{raw(1), 6}})}));
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, AnOldWordOfATaskThatLostThePartitionDoesNotCount) {
  const EndOffsets written{{raw(0), 10}};
  const TaskSnapshot now = task("mysql", {{raw(0), 10}}), stale = task("mysql", {{raw(0), 3}});
  EXPECT_FALSE(done(written, {now, stale}));
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
  EXPECT_FALSE(done(written, {stale, now}));
  EXPECT_THAT(drain.waiting_for(), HasSubstr("'archive'"));
}

TEST_F(DrainTest, WhatOtherWorkersHaveCommittedIsReadFromTheTarget) {
  const EndOffsets written{{raw(0), 10}, {raw(1), 5}};
  const std::vector<TaskSnapshot> tasks{task("mysql", {{raw(0), 10}}), task("archive", {{raw(0), 10}, {raw(1), 5}})};
  target = EndOffsets{{raw(1), 4}};
  EXPECT_FALSE(done(written, tasks));
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("'mysql'"), HasSubstr("raw[1]"), HasSubstr("now 4")));
  EXPECT_FALSE(drain.shared());
  target = EndOffsets{{raw(1), 5}};
  EXPECT_FALSE(done(written, tasks));
  EXPECT_EQ(asked, 1) << "once a second at most";
  clock.advance_ms(1'000);
  EXPECT_FALSE(done(written, tasks));
  EXPECT_TRUE(drain.shared());
  EXPECT_EQ(asked, 2) << "only the sink that does not have everything here";
}

TEST_F(DrainTest, ATargetThatDoesNotAnswerIsWaitedForAndNamed) {
  const EndOffsets written{{raw(0), 10}};
  target = retry_error("database away");
  EXPECT_FALSE(done(written, {}));
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("not assigned"), HasSubstr("database away")));
}

TEST_F(DrainTest, AFailedConnectorIsNotWaitedFor) {
  const EndOffsets written{{raw(0), 10}};
  EXPECT_FALSE(done(written, {task("archive", {{raw(0), 9}})}, {"mysql"}));
  EXPECT_THAT(drain.waiting_for(), AllOf(HasSubstr("'archive'"), HasSubstr("now 9")));
}

TEST_F(DrainTest, TheEndOfTheLogIsWaitedForFiveSecondsAtMost) {
  const EndOffsets written{{raw(0), 10}};
  const std::vector<TaskSnapshot> tasks{task("mysql", {{raw(0), 10}}), task("archive", {{raw(0), 10}})};
  EXPECT_FALSE(done(written, tasks));
  clock.advance_ms(4'999);
  EXPECT_FALSE(done(written, tasks));
  clock.advance_ms(1);
  EXPECT_TRUE(done(written, tasks));
}

}  // namespace
}  // namespace cnx::host::runtime
