// SPDX-License-Identifier: Apache-2.0
#include "runtime/accounts.h"

#include <gmock/gmock.h>

#include "base/clock.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const kafka::TopicPartition kAt{"orders", 0};

/// A task that broke off with `records` of one partition in doubt, which it owned under `epoch`.
struct Broken {
  Broken(Doubts& doubts, std::int64_t epoch, std::int64_t new_offset, std::uint64_t records) {
    ledger.take(records);
    Committed sums;
    sums.written = records;
    doubts.add({{kAt.topic, kAt.partition, epoch, 0, new_offset}, sums, &ledger, &status});
  }
  ManualClock clock;
  errors::Ledger ledger;
  TaskStatus status{"orders-mysql", 0, false, clock};
};

class AccountsTest : public ::testing::Test {
 protected:
  /// A claim that raised the epoch to `epoch` and found the partition at `next_offset`.
  static ClaimedPosition claim(std::int64_t epoch, std::int64_t next_offset, bool again = false) {
    ClaimedPosition position;
    position.epoch = epoch;
    position.next_offset = next_offset;
    position.again = again;
    return position;
  }

  testing::LogLines lines;
  ManualClock clock;
  errors::Ledger ledger;
  TaskStatus status{"orders-mysql", 1, false, clock};
  Doubts doubts;
  Accounts accounts{ledger, doubts, status};
};

TEST_F(AccountsTest, ACommitInDoubtIsCountedWhenNobodyHasHadThePartitionSince) {
  const Broken broken(doubts, 4, 5, 3);
  accounts.claimed(kAt, claim(5, 5));
  EXPECT_EQ(broken.ledger.sums().written, 3u);
  EXPECT_EQ(broken.ledger.pending() + doubts.records(), 0u);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(AccountsTest, WhatAnotherWorkerMayHaveCountedIsNotCountedTwice) {
  const Broken broken(doubts, 4, 5, 3);
  accounts.claimed(kAt, claim(6, 5));  // it claimed at 0 and wrote up to 5, or claimed at 5
  EXPECT_EQ(broken.ledger.sums().written, 0u);
  EXPECT_EQ(broken.ledger.sums().released, 3u);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("the 3 records before 5 is not known")));
}

TEST_F(AccountsTest, BelowTheNewOffsetNothingWasCommittedWhoeverHadThePartitionSince) {
  const Broken broken(doubts, 4, 5, 3);
  accounts.claimed(kAt, claim(7, 2));
  EXPECT_EQ(broken.ledger.sums().released, 3u);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(AccountsTest, AClaimThatWasMadeTwiceSinceItsAnswerWasLostIsNoOtherWorker) {
  const Broken broken(doubts, 4, 5, 3);
  accounts.claimed(kAt, claim(6, 5, true));
  EXPECT_EQ(broken.ledger.sums().written, 3u);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(AccountsTest, TwoTasksInDoubtAboutOnePartitionAreBothSettled) {
  const Broken first(doubts, 3, 5, 3);
  const Broken second(doubts, 4, 9, 4);
  EXPECT_EQ(doubts.records(), 7u);
  accounts.claimed(kAt, claim(5, 9));
  EXPECT_EQ(first.ledger.sums().released, 3u);
  EXPECT_EQ(second.ledger.sums().written, 4u);
  EXPECT_EQ(first.ledger.pending() + second.ledger.pending() + doubts.records(), 0u);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("the 3 records before 5")));
}

TEST_F(AccountsTest, OfTwoCommitsOfTheSameRecordsOneIsCounted) {
  const Broken first(doubts, 3, 5, 3);
  const Broken second(doubts, 4, 5, 3);
  accounts.claimed(kAt, claim(5, 5));
  EXPECT_EQ(first.ledger.sums().written, 0u);
  EXPECT_EQ(first.ledger.sums().released, 3u);
  EXPECT_EQ(second.ledger.sums().written, 3u);
}

TEST_F(AccountsTest, AClaimOfAnotherPartitionSettlesNothing) {
  const Broken broken(doubts, 4, 5, 3);
  accounts.claimed({"orders", 1}, claim(5, 5));
  EXPECT_EQ(broken.ledger.pending(), 3u);
  EXPECT_EQ(doubts.records(), 3u);
}

}  // namespace
}  // namespace cnx::host::runtime
