// SPDX-License-Identifier: Apache-2.0
//
// COMMITs whose answer was lost.
#include "runtime/commit.h"
#include "runtime/testing/commit_fixture.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CommitOutcomeTest : public testing::CommitTest {};

TEST_F(CommitOutcomeTest, ALostAnswerToACommitThatHappenedIsASuccess) {
  auto batch = sealed({{0, 0}, {1, 0}, {0, 1, Fate::kDead}});
  target.commit_faults.push_back({retry_error("lost"), true, true});
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("send 1", "begin", "write 2", "commit", "outcome"));
  EXPECT_EQ(sums.written, 2u);
  EXPECT_EQ(sums.dead, 1u);
  EXPECT_EQ(claims[p(0)].next_offset, 2);
  EXPECT_THAT(target.table, ElementsAre("0@0", "1@0"));
  EXPECT_THAT(unresolved, IsEmpty());
}

TEST_F(CommitOutcomeTest, ALostAnswerToACommitThatDidNotHappenIsTriedAgain) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kDead}});
  target.commit_faults.push_back({retry_error("lost"), false, true});
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_THAT(unresolved, IsEmpty());
  EXPECT_EQ(claims[p(0)].next_offset, 0);
  static_cast<void>(commit(*batch));
  EXPECT_THAT(target.table, ElementsAre("0@0"));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1"));
}

TEST_F(CommitOutcomeTest, ALostAnswerAndANewOwnerIsFenced) {
  auto batch = sealed(range(0, 0, 2));
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.on_commit = [&] { target.steal(p(0)); };
  CommitAttempt attempt(target, dead_letters, claims, "mysql-sink");
  auto result = attempt.run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFenced);
  EXPECT_THAT(attempt.unresolved(), IsEmpty());
  EXPECT_EQ(claims[p(0)].next_offset, 0);
}

TEST_F(CommitOutcomeTest, WhatANewOwnerHasPassedBeforeTheOutcomeCouldBeAskedIsSaid) {
  const LogLines lines;
  auto batch = sealed(range(0, 0, 2));
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.after_commit = [&] { target.steal(p(0)); };
  EXPECT_EQ(run(*batch).error().action, Action::kFenced);
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("orders[0] offset 3 is not known")));
}

TEST_F(CommitOutcomeTest, ANewOwnerBelowTheNewOffsetProvesThatNothingWasCommitted) {
  const LogLines lines;
  auto batch = sealed(range(0, 0, 2));
  target.commit_faults.push_back({retry_error("lost"), false, true});
  target.after_commit = [&] { target.steal(p(0)); };
  EXPECT_EQ(run(*batch).error().action, Action::kFenced);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(CommitOutcomeTest, OnePartitionAtItsNewOffsetProvesTheTransactionThoughAnotherWasTakenSince) {
  auto batch = sealed({{0, 0}, {1, 0}});
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.after_commit = [&] { target.steal(p(0)); };
  const Committed sums = commit(*batch);
  EXPECT_EQ(sums.written, 2u);
  EXPECT_EQ(sums.released, 0u);
  EXPECT_THAT(target.table, ElementsAre("0@0", "1@0"));
}

TEST_F(CommitOutcomeTest, ANewOwnerOfOnePartitionAndNoCommitIsFenced) {
  auto batch = sealed({{0, 0}, {1, 0}});
  target.commit_faults.push_back({retry_error("lost"), false, true});
  target.after_commit = [&] { target.steal(p(0)); };
  EXPECT_EQ(run(*batch).error().action, Action::kFenced);
  EXPECT_THAT(unresolved, IsEmpty());
}

TEST_F(CommitOutcomeTest, AnOutcomeThatCannotBeAskedIsKept) {
  auto batch = sealed({{0, 0}, {1, 0}, {1, 1, Fate::kFiltered}});
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.outcome_faults.push_back(retry_error("database away", 2002));
  CommitAttempt attempt(target, dead_letters, claims, "mysql-sink");
  auto result = attempt.run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  ASSERT_THAT(attempt.unresolved(), SizeIs(2));
  EXPECT_EQ(attempt.unresolved()[0].new_offset, 1);
  EXPECT_EQ(attempt.unresolved()[1].new_offset, 2);
  const Committed first = attempt.count_partition(*batch, p(0));
  const Committed second = attempt.count_partition(*batch, p(1));
  EXPECT_EQ(first.written, 1u);
  EXPECT_EQ(first.rows, 1u);
  EXPECT_EQ(second.written, 1u);
  EXPECT_EQ(second.filtered, 1u);
  EXPECT_EQ(second.filtered_parts.at("no-lines"), 1u);
  EXPECT_EQ(first.released + second.released, 0u);
}

TEST_F(CommitOutcomeTest, ALostAnswerToAnAdvanceThatHappenedIsASuccess) {
  auto batch = sealed({{0, 0, Fate::kFiltered}});
  target.advance_faults.push_back({retry_error("lost"), true, true});
  EXPECT_EQ(commit(*batch).filtered, 1u);
  EXPECT_THAT(journal, ElementsAre("advance", "outcome"));
  EXPECT_EQ(claims[p(0)].next_offset, 1);
}

TEST_F(CommitOutcomeTest, ALostAnswerToAnAdvanceThatDidNotHappenIsTriedAgain) {
  auto batch = sealed({{0, 0, Fate::kFiltered}});
  target.advance_faults.push_back({retry_error("lost"), false, true});
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_THAT(unresolved, IsEmpty());
  EXPECT_EQ(commit(*batch).filtered, 1u);
}

TEST_F(CommitOutcomeTest, AnAdvanceThatWasCancelledIsAskedAbout) {
  auto batch = sealed({{0, 0, Fate::kFiltered}});
  target.advance_faults.push_back({cancelled_error(), true, true});
  target.outcome_faults.push_back(cancelled_error());
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kCancelled);
  EXPECT_THAT(unresolved, SizeIs(1));
}

}  // namespace
}  // namespace cnx::host::runtime
