// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_ownership.h"

#include <gmock/gmock.h>

#include <future>

namespace cnx::host::runtime {
namespace {

using ::testing::HasSubstr;

/// What the group's coordinator would say, as the test sets it.
struct Coordinator {
  std::mutex mutex;
  std::optional<Error> failure;
  Result<bool> confirms = true;
  int joins = 0;
  int asked = 0;
};

class FakeMembership final : public kafka::GroupMembership {
 public:
  explicit FakeMembership(Coordinator& coordinator) : coordinator_(coordinator) {}
  std::optional<Error> failure() const override {
    const std::lock_guard lock(coordinator_.mutex);
    return coordinator_.failure;
  }
  Result<bool> confirm(const kafka::TopicPartition&, std::int64_t) override {
    const std::lock_guard lock(coordinator_.mutex);
    ++coordinator_.asked;
    return coordinator_.confirms;
  }

 private:
  Coordinator& coordinator_;
};

class SourceOwnershipTest : public ::testing::Test {
 protected:
  static ConnectorPlan make_plan() {
    ConnectorPlan plan;
    plan.settings.name = "orders";
    return plan;
  }
  static Job make_job() {
    Job job;
    job.worker.group_id = "group";
    job.worker.worker_id = "etl-1";
    job.worker.assignments_topic = "seats";
    return job;
  }
  kafka::TopicPartition other() const { return {"seats", (ownership_.seat().partition + 1) % kSourceSeats}; }
  void assign(const kafka::TopicPartition& at) { EXPECT_EQ(ownership_.on_assigned({&at, 1}, 1).size(), 1U); }
  void revoke(const kafka::TopicPartition& at) { ownership_.on_revoked({&at, 1}); }
  Result<StopToken> begin() {
    return ownership_.begin_turn(
        [this]() -> Status {
          ++standing_by_;
          return standby_answer_;
        },
        stop_.token());
  }

  const Job job_ = make_job();
  const ConnectorPlan plan_ = make_plan();
  StopSource stop_;
  Coordinator coordinator_;
  std::atomic<int> interrupts_{0};
  std::atomic<int> standing_by_{0};
  Status standby_answer_;
  SourceOwnership ownership_{job_, plan_,
                             [this](kafka::RebalanceListener&) -> Result<std::unique_ptr<kafka::GroupMembership>> {
                               ++coordinator_.joins;
                               return std::unique_ptr<kafka::GroupMembership>(new FakeMembership(coordinator_));
                             },
                             [this] { ++interrupts_; }};
};

TEST_F(SourceOwnershipTest, TheTurnBeginsWithTheSeat) {
  assign(ownership_.seat());
  const auto turn = begin();
  ASSERT_TRUE(turn.ok());
  EXPECT_FALSE(turn->requested());
  EXPECT_EQ(standing_by_, 0);
  EXPECT_EQ(coordinator_.asked, 0) << "without a fence there is nothing to ask";
}

TEST_F(SourceOwnershipTest, AWorkerThatIsGivenOtherPartitionsStandsByUntilItIsItsTurn) {
  assign(other());
  auto turn = std::async(std::launch::async, [this] { return begin(); });
  while (standing_by_ == 0) std::this_thread::yield();
  assign(ownership_.seat());
  EXPECT_TRUE(turn.get().ok());
}

TEST_F(SourceOwnershipTest, WhoeverStandsByMayGiveUp) {
  assign(other());
  standby_answer_ = fatal_error("no");
  const auto turn = begin();
  ASSERT_FALSE(turn.ok());
  EXPECT_EQ(turn.error().message, "no");
}

TEST_F(SourceOwnershipTest, ARevocationStopsTheTurnAndWaitsForItsEnd) {
  assign(ownership_.seat());
  const auto turn = begin();
  ASSERT_TRUE(turn.ok());
  auto revoked = std::async(std::launch::async, [this] { revoke(ownership_.seat()); });
  while (interrupts_ == 0) std::this_thread::yield();
  EXPECT_TRUE(turn->requested());
  EXPECT_EQ(revoked.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  ownership_.end_turn();
  revoked.get();
}

TEST_F(SourceOwnershipTest, WhatIsLostIsNotWaitedFor) {
  assign(ownership_.seat());
  const auto turn = begin();
  ASSERT_TRUE(turn.ok());
  ownership_.on_lost({&ownership_.seat(), 1});
  EXPECT_TRUE(turn->requested());
}

TEST_F(SourceOwnershipTest, ARevocationOfOtherPartitionsLeavesTheTurnAlone) {
  assign(ownership_.seat());
  const auto turn = begin();
  ASSERT_TRUE(turn.ok());
  revoke(other());
  EXPECT_FALSE(turn->requested());
  EXPECT_EQ(interrupts_, 0);
}

TEST_F(SourceOwnershipTest, AStopOfTheTaskEndsTheTurnAndTheWaitForOne) {
  assign(ownership_.seat());
  const auto turn = begin();
  ASSERT_TRUE(turn.ok());
  stop_.request();
  EXPECT_TRUE(turn->requested());
  ownership_.end_turn();
  EXPECT_EQ(begin().error().action, Action::kCancelled);
}

TEST_F(SourceOwnershipTest, AfterAFenceNoTurnBeginsBeforeTheCoordinatorHasConfirmed) {
  assign(ownership_.seat());
  ASSERT_TRUE(begin().ok());
  ownership_.end_turn();
  coordinator_.confirms = retry_error("nobody answers");
  EXPECT_EQ(ownership_.ask_group().error().action, Action::kRetry);
  EXPECT_EQ(begin().error().action, Action::kRetry) << "a turn now could fence the new owner";
  coordinator_.confirms = true;
  EXPECT_TRUE(begin().ok());
  EXPECT_EQ(coordinator_.asked, 3);
}

TEST_F(SourceOwnershipTest, AMemberOfAnOldGenerationIsNotTheOwner) {
  assign(ownership_.seat());
  ASSERT_TRUE(begin().ok());
  coordinator_.confirms = false;
  const auto ours = ownership_.ask_group();
  ASSERT_TRUE(ours.ok());
  EXPECT_FALSE(*ours);
}

TEST_F(SourceOwnershipTest, ASecondProcessOfOneWorkerIdDisplacesTheFirst) {
  assign(ownership_.seat());
  ASSERT_TRUE(begin().ok());
  ownership_.end_turn();
  coordinator_.failure = fenced_error("fenced");
  const auto turn = begin();
  ASSERT_FALSE(turn.ok());
  EXPECT_EQ(turn.error().action, Action::kFatal);
  EXPECT_THAT(turn.error().message, HasSubstr("worker.id 'etl-1' is used twice in group 'group'"));
  EXPECT_TRUE(ownership_.displaced());
}

TEST_F(SourceOwnershipTest, AMembershipThatEndedIsMadeAnew) {
  coordinator_.failure = retry_error("cannot follow the group");
  EXPECT_EQ(begin().error().action, Action::kRetry);
  coordinator_.failure.reset();
  assign(ownership_.seat());
  EXPECT_TRUE(begin().ok());
  EXPECT_EQ(coordinator_.joins, 2);
  EXPECT_FALSE(ownership_.displaced());
}

TEST(SeatOf, TheSameConnectorSitsOnTheSamePartitionOnEveryWorker) {
  Job job;
  job.worker.group_id = "group";
  job.worker.assignments_topic = "seats";
  std::set<std::int32_t> used;
  for (int i = 0; i < 40; ++i) {
    ConnectorPlan plan;
    plan.settings.name = "source-" + std::to_string(i);
    const kafka::TopicPartition seat = seat_of(job, plan);
    EXPECT_EQ(seat, seat_of(job, plan));
    EXPECT_LT(seat.partition, kSourceSeats);
    used.insert(seat.partition);
  }
  EXPECT_GT(used.size(), 8U) << "sources spread over the partitions";
}

}  // namespace
}  // namespace cnx::host::runtime
