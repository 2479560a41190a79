// SPDX-License-Identifier: Apache-2.0
#include "runtime/ownership.h"

#include <gmock/gmock.h>

#include "runtime/testing/fake_consumer.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class OwnershipTest : public ::testing::Test {
 protected:
  /// Claims `partitions` and begins to read them.
  void claim(std::initializer_list<std::int32_t> which) {
    for (const std::int32_t partition : which) {
      const auto offset = ownership.claim(p(partition), kGeneration);
      ASSERT_TRUE(offset.ok()) << offset.error().message;
      if (!offset->has_value()) continue;
      ASSERT_TRUE(ownership.begin_reading(p(partition), kGeneration).ok());
    }
  }
  void release(std::int32_t partition) {
    ownership.leaving(std::vector{p(partition)});
    ownership.release(std::vector{p(partition)});
  }
  Status fenced(const std::vector<kafka::TopicPartition>& of) {
    return ownership.fenced(fenced_error("guards refused"), of);
  }
  /// `milliseconds` pass, with a look around each second.
  void pass(std::int64_t milliseconds) {
    for (; milliseconds > 0; milliseconds -= 1'000) {
      clock.advance_ms(std::min<std::int64_t>(milliseconds, 1'000));
      const Status claimed = ownership.claim_due();
      ASSERT_TRUE(claimed.ok()) << claimed.error().message;
    }
  }
  [[nodiscard]] long count(const std::string& call) const { return std::count(journal.begin(), journal.end(), call); }

  LogLines lines;
  Journal journal;
  ManualClock clock;
  FakeTarget target{journal};
  FakePartitions partitions{journal};
  FakeLog log;
  Claimer claimer{"orders-mysql", target, log, "", {}};
  errors::Ledger ledger;
  Doubts doubts;
  TaskStatus status{"orders-mysql", 0, false, clock};
  Accounts accounts{ledger, doubts, status};
  Ownership ownership{"orders-mysql", 3, target, claimer, partitions, accounts, status, clock};
};

TEST_F(OwnershipTest, AFenceTakesOnlyThosePartitionsThatWereTaken) {
  claim({0, 1, 2});
  target.steal(p(1));
  ASSERT_TRUE(fenced({p(0), p(1), p(2)}).ok());
  EXPECT_THAT(ownership.claims(), UnorderedElementsAre(Key(p(0)), Key(p(2))));
  EXPECT_EQ(count("hold orders[1]"), 1);
  EXPECT_EQ(count("hold orders[0]") + count("hold orders[2]"), 0);
  EXPECT_THAT(lines.warnings, ElementsAre(AllOf(HasSubstr("orders[1]"), HasSubstr("another"))));
}

TEST_F(OwnershipTest, APartitionThatABatchHoldsTwiceIsFencedOnce) {
  claim({0});
  for (int i = 0; i < 4; ++i) {
    target.steal(p(0));
    ASSERT_TRUE(fenced({p(0), p(0)}).ok());
    EXPECT_THAT(ownership.claims(), IsEmpty());
    pass(3'000);
    ASSERT_THAT(ownership.claims(), SizeIs(1));
  }
}

TEST_F(OwnershipTest, FencesAreCountedPerPartition) {
  claim({0, 1});
  for (std::int32_t i = 0; i < 4; ++i) {  // twice each way: eight fences of the task, four of a partition
    target.steal(p(0));
    target.steal(p(1));
    ASSERT_TRUE(fenced({p(0), p(1)}).ok());
    pass(3'000);
  }
  target.steal(p(1));
  const Status fifth = fenced({p(0), p(1)});
  ASSERT_FALSE(fifth.ok());
  EXPECT_EQ(fifth.error().action, Action::kFatal);
  EXPECT_THAT(fifth.error().message, AllOf(HasSubstr("5 times"), HasSubstr("orders[1]")));
}

TEST_F(OwnershipTest, AFenceThatNobodyExplainsCountsForAll) {
  claim({0, 1});
  ASSERT_TRUE(fenced({p(0), p(1)}).ok());
  EXPECT_THAT(ownership.claims(), IsEmpty()) << "else the same batch would be refused for ever";
  EXPECT_THAT(lines.warnings, SizeIs(2));
}

TEST_F(OwnershipTest, WhileItCannotBeAskedWhoWasFencedNothingChanges) {
  claim({0});
  target.verify_faults.push_back(retry_error("database away", 2002));
  EXPECT_EQ(fenced({p(0)}).error().action, Action::kRetry);
  EXPECT_THAT(ownership.claims(), SizeIs(1));
}

TEST_F(OwnershipTest, ATargetThatWentBackIsAWarningWithTheRangeThoughTheGroupKnowsNothing) {
  claim({0});
  ownership.claims().at(p(0)).next_offset = 70;  // committed
  target.offsets[p(0)].next_offset = 40;         // restored
  ASSERT_TRUE(fenced({p(0)}).ok());
  pass(3'000);
  EXPECT_EQ(ownership.claims().at(p(0)).next_offset, 40);
  EXPECT_THAT(lines.warnings, Contains(AllOf(HasSubstr("records 40 … 69"), HasSubstr("restored"))));
  ASSERT_TRUE(ownership.tell_group());
  EXPECT_THAT(partitions.hints, ElementsAre(Pair(p(0), 40))) << "the group follows, so the next claim does not wonder";
}

TEST_F(OwnershipTest, AResetByAPersonIsNoRestoredTarget) {
  claim({0});
  ownership.claims().at(p(0)).next_offset = 70;
  target.offsets[p(0)].next_offset = 40;
  target.offsets[p(0)].owner = "";
  ++target.offsets[p(0)].epoch;
  ASSERT_TRUE(fenced({p(0)}).ok());
  pass(3'000);
  EXPECT_EQ(ownership.claims().at(p(0)).next_offset, 40);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("fenced")));
}

TEST_F(OwnershipTest, TheLagIsShownOfWhatItOwns) {
  partitions.end = 100;
  target.own(p(0), 40);
  claim({0, 1});
  ownership.show_ends();
  EXPECT_EQ(status.snapshot().lag(), 160);
  release(0);
  EXPECT_EQ(status.snapshot().lag(), 100);
}

// ---- claims that fail ----

TEST_F(OwnershipTest, AClaimThatKeepsFailingIsTriedEverMoreRarelyAndTheLogIsNotFlooded) {
  for (int i = 0; i < 1'000; ++i) target.claim_faults.push_back(retry_error("database away", 2002));
  claim({0});
  pass(1'500);
  EXPECT_EQ(count("claim orders[0]"), 2) << "the second after a second";
  pass(3'600'000);
  EXPECT_GE(count("claim orders[0]"), 12);
  EXPECT_LE(count("claim orders[0]"), 20) << "1 s doubling to 10 min";
  EXPECT_GE(lines.warnings.size(), 5u);
  EXPECT_LE(lines.warnings.size(), 12u);
  EXPECT_THAT(lines.warnings.back(), HasSubstr("waiting for"));
  EXPECT_THAT(status.snapshot().message, AllOf(HasSubstr("orders[0]"), HasSubstr("database away")));
}

TEST_F(OwnershipTest, AnotherReasonIsSaidAtOnce) {
  target.claim_faults = {retry_error("database away", 2002), retry_error("database away", 2002),
                         retry_error("row is locked", 1205)};
  claim({0});
  pass(10'000);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("database away"), HasSubstr("row is locked")));
  EXPECT_THAT(ownership.claims(), SizeIs(1));
  EXPECT_EQ(status.snapshot().message, "");
}

TEST_F(OwnershipTest, OnesSuccessEndsTheWaitOfTheOthers) {
  for (int i = 0; i < 40; ++i) target.claim_faults.push_back(retry_error("database away", 2002));
  claim({0, 1, 2});
  while (!target.claim_faults.empty()) pass(10'000);
  pass(700'000);  // at most until the first of them is due
  EXPECT_THAT(ownership.claims(), SizeIs(3));
  const long tries = count("claim orders[0]") + count("claim orders[1]") + count("claim orders[2]");
  EXPECT_EQ(tries, 43);
}

TEST_F(OwnershipTest, AClaimThatNoRetryMendsEndsTheRun) {
  target.claim_faults.push_back(auth_error("access denied", 1045));
  EXPECT_EQ(ownership.claim(p(0), kGeneration).error().action, Action::kAuth);
}

// ---- going away ----

TEST_F(OwnershipTest, APartitionThatIsAboutToGoIsNotClaimed) {
  ownership.leaving(std::vector{p(0)});
  const auto offset = ownership.claim(p(0), kGeneration);
  ASSERT_TRUE(offset.ok());
  EXPECT_FALSE(offset->has_value());
  EXPECT_EQ(count("claim orders[0]"), 0) << "it would fence the new owner";
  ownership.release(std::vector{p(0)});
  claim({0});
  EXPECT_EQ(count("claim orders[0]"), 1) << "assigned once more";
}

TEST_F(OwnershipTest, AWaitingClaimOfAPartitionThatIsAboutToGoIsNotMade) {
  target.claim_faults.push_back(retry_error("database away", 2002));
  claim({0});
  ownership.leaving(std::vector{p(0)});
  pass(60'000);
  EXPECT_EQ(count("claim orders[0]"), 1);
  ownership.release(std::vector{p(0)});
  pass(60'000);
  EXPECT_EQ(count("claim orders[0]"), 1);
  EXPECT_EQ(status.snapshot().message, "");
}

TEST_F(OwnershipTest, FencesOfAnEarlierAssignmentDoNotCount) {
  for (int i = 0; i < 8; ++i) {
    claim({0});
    target.steal(p(0));
    ASSERT_TRUE(fenced({p(0)}).ok());
    release(0);
  }
}

// ---- the look of an idle owner ----

TEST_F(OwnershipTest, ALookThatIsNotAnsweredIsTakenAgain) {
  claim({0});
  target.verify_faults = {retry_error("database away", 2002), retry_error("database away", 2002)};
  clock.advance_ms(5'000);
  ASSERT_TRUE(ownership.look(0).ok());
  clock.advance_ms(2'000);
  ASSERT_TRUE(ownership.look(0).ok());
  clock.advance_ms(3'000);
  ASSERT_TRUE(ownership.look(0).ok());
  EXPECT_EQ(count("verify 1"), 3);
  EXPECT_THAT(lines.warnings, SizeIs(1));
  EXPECT_THAT(ownership.claims(), SizeIs(1));
}

TEST_F(OwnershipTest, ALookThatIsNeverAnsweredEndsTheRunAfterItsRetries) {
  claim({0});
  for (int i = 0; i < 4; ++i) target.verify_faults.push_back(retry_error("database away", 2002));
  for (int i = 0; i < 3; ++i) {
    clock.advance_ms(10'000);
    ASSERT_TRUE(ownership.look(0).ok());
  }
  clock.advance_ms(10'000);
  EXPECT_EQ(ownership.look(0).error().action, Action::kRetry);
}

TEST_F(OwnershipTest, ALookThatIsRefusedEndsTheRunAtOnce) {
  claim({0});
  target.verify_faults.push_back(config_error("no table connect_offsets", 1146));
  clock.advance_ms(5'000);
  EXPECT_EQ(ownership.look(0).error().action, Action::kConfig);
}

TEST_F(OwnershipTest, ALookFindsOnlyThePartitionThatWasTaken) {
  claim({0, 1});
  target.steal(p(1));
  clock.advance_ms(5'000);
  ASSERT_TRUE(ownership.look(0).ok());
  EXPECT_THAT(ownership.claims(), ElementsAre(Key(p(0))));
}

}  // namespace
}  // namespace cnx::host::runtime
