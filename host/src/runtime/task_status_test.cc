// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_status.h"

#include <gmock/gmock.h>

#include <thread>

namespace cnx::host::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class TaskStatusTest : public ::testing::Test {
 protected:
  ManualClock clock;
  TaskStatus status{"orders-mysql", 2, false, clock};
};

TEST_F(TaskStatusTest, BeginsUnassigned) {
  const TaskSnapshot seen = status.snapshot();
  EXPECT_EQ(seen.connector, "orders-mysql");
  EXPECT_EQ(seen.task, 2);
  EXPECT_STREQ(name_of(seen.state), "UNASSIGNED");
}

TEST_F(TaskStatusTest, TellsItsWatcherOfEveryState) {
  std::vector<TaskState> heard;
  status.watch([&] { heard.push_back(status.state()); });
  status.set_state(TaskState::kRunning);
  status.set_state(TaskState::kFailed, "gone");
  EXPECT_THAT(heard, ElementsAre(TaskState::kRunning, TaskState::kFailed));
}

TEST_F(TaskStatusTest, AShortCallIsNotStalled) {
  const TaskStatus::Call call(status, 1, "transaction of the sink");
  clock.advance_ms(TaskStatus::kStalledAfterMs - 1);
  EXPECT_EQ(status.snapshot().stalled_in, "");
}

TEST_F(TaskStatusTest, ACallThatDoesNotComeBackShowsAsStalledSinceThen) {
  const TaskStatus::Call call(status, 1, "transaction of the sink");
  clock.advance_ms(TaskStatus::kStalledAfterMs + 500);
  EXPECT_EQ(status.snapshot().stalled_in, "transaction of the sink");
  EXPECT_EQ(status.snapshot().stalled_ms, TaskStatus::kStalledAfterMs + 500);
}

TEST_F(TaskStatusTest, OfTwoStalledCallsTheLongerShows) {
  const TaskStatus::Call writer(status, 1, "transaction of the sink");
  clock.advance_ms(10'000);
  const TaskStatus::Call reader(status, 0, "transforms");
  clock.advance_ms(TaskStatus::kStalledAfterMs);
  EXPECT_EQ(status.snapshot().stalled_in, "transaction of the sink");
}

TEST_F(TaskStatusTest, ACallThatCameBackIsForgotten) {
  {
    const TaskStatus::Call call(status, 0, "transforms");
    clock.advance_ms(TaskStatus::kStalledAfterMs);
  }
  EXPECT_EQ(status.snapshot().stalled_in, "");
}

TEST_F(TaskStatusTest, StateAndMessageGoTogether) {
  status.set_state(TaskState::kFailed, "no such table");
  EXPECT_EQ(status.snapshot().message, "no such table");
  status.set_state(TaskState::kRunning);
  EXPECT_EQ(status.snapshot().message, "");
  EXPECT_EQ(status.state(), TaskState::kRunning);
}

TEST_F(TaskStatusTest, KnowsCommittedOffsetsUntilThePartitionGoes) {
  status.set_committed({"orders", 0}, 5);
  status.set_committed({"orders", 1}, 6);
  status.set_committed({"orders", 0}, 7);
  status.forget_committed({"orders", 1});
  EXPECT_THAT(status.snapshot().committed, ElementsAre(Pair(kafka::TopicPartition{"orders", 0}, 7)));
}

TEST_F(TaskStatusTest, ARunThatEndedLeavesNothingOfItsPartitions) {
  status.set_committed({"orders", 0}, 7);
  status.set_log_end({"orders", 0}, 9);
  status.forget_partitions();
  EXPECT_TRUE(status.snapshot().committed.empty());
  EXPECT_TRUE(status.snapshot().log_ends.empty());
}

TEST_F(TaskStatusTest, AUnitIsReplacedByItsName) {
  status.set_unit({"09:00", CNX_UNIT_PLANNED, -1, 0, 0, 0, 0});
  status.set_unit({"10:00", CNX_UNIT_PLANNED, -1, 0, 0, 0, 0});
  status.set_unit({"09:00", CNX_UNIT_DONE, 12, 12, 1, 1, 0});
  const TaskSnapshot seen = status.snapshot();
  ASSERT_EQ(seen.units.size(), 2u);
  EXPECT_EQ(seen.units[0].name, "09:00");
  EXPECT_EQ(seen.units[0].fetched, 12);
}

TEST_F(TaskStatusTest, MayBeUsedByManyThreads) {
  std::vector<std::thread> threads;
  for (int role = 0; role < 2; ++role)
    threads.emplace_back([&, role] {
      for (int i = 0; i < 500; ++i) {
        const TaskStatus::Call call(status, role, "a call");
        status.count([](TaskCounts& c) { ++c.rows; });
        status.set_committed({"orders", role}, i);
      }
    });
  for (int i = 0; i < 200; ++i) static_cast<void>(status.snapshot());
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(status.snapshot().counts.rows, 1000u);
}

}  // namespace
}  // namespace cnx::host::runtime
