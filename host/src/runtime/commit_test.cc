// SPDX-License-Identifier: Apache-2.0
#include "runtime/commit.h"

#include "runtime/testing/commit_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class CommitAttemptTest : public testing::CommitTest {};

TEST_F(CommitAttemptTest, AGoodBatchIsOneTransaction) {
  auto batch = sealed({{0, 0}, {1, 0, Fate::kRows, 2}, {0, 1}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("begin", "write 4", "commit"));
  EXPECT_THAT(target.table, ElementsAre("0@0", "1@0", "1@0/1", "0@1"));
  EXPECT_EQ(sums.written, 3u);
  EXPECT_EQ(sums.rows, 4u);
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, OffsetsAndLastRecordsMoveInTheSameTransaction) {
  auto batch = sealed(range(0, 0, 4), {{0, 6}, {1, 3}});  // transaction markers behind the records
  static_cast<void>(commit(*batch));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 6);
  EXPECT_EQ(target.offsets[p(0)].last_offset, 4);
  EXPECT_EQ(target.offsets[p(0)].last_timestamp_ms, timestamp_of(4));
  EXPECT_EQ(target.offsets[p(1)].next_offset, 3);
  EXPECT_EQ(target.offsets[p(1)].last_offset, -1);
  EXPECT_EQ(claims[p(0)].next_offset, 6);
  EXPECT_EQ(claims[p(0)].last_offset, 4);
  EXPECT_EQ(claims[p(1)].next_offset, 3);
}

TEST_F(CommitAttemptTest, APartitionThatStandsStillIsNoStep) {
  own(1, 3);
  auto batch = sealed(range(0, 0, 1), {{1, 3}});  // the end is told again at every start
  static_cast<void>(commit(*batch));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 2);
  EXPECT_EQ(target.offsets[p(1)].next_offset, 3);
}

TEST_F(CommitAttemptTest, RecordsBelowTheClaimAreNeverWrittenAgain) {
  own(0, 3);
  auto batch = sealed(range(0, 2, 4));
  const auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_THAT(result.error().message,
              ::testing::AllOf(HasSubstr("orders[0]"), HasSubstr("offset 2"), HasSubstr("committed 3")));
  EXPECT_THAT(journal, IsEmpty());
  EXPECT_EQ(claims[p(0)].next_offset, 3);
}

TEST_F(CommitAttemptTest, AnEndThatIsBehindMovesNothingBack) {
  own(1, 9);
  auto batch = sealed(range(0, 0, 1), {{1, 3}});
  static_cast<void>(commit(*batch));
  EXPECT_EQ(claims[p(1)].next_offset, 9);
  EXPECT_EQ(target.offsets[p(1)].next_offset, 9);
}

TEST_F(CommitAttemptTest, EachTableIsPreparedOutsideTheTransaction) {
  auto batch = sealed({{0, 0, Fate::kRows, 2}, {0, 1, Fate::kRows, 2}}, {}, 2);
  static_cast<void>(commit(*batch));
  EXPECT_EQ(target.prepared, 2);
  EXPECT_THAT(journal, ElementsAre("begin", "write 2", "write 2", "commit"));
}

TEST_F(CommitAttemptTest, FilteredRecordsOnlyMoveTheOffset) {
  auto batch = sealed({{0, 0, Fate::kFiltered}, {0, 1, Fate::kFiltered}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("advance"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 2);
  EXPECT_EQ(sums.filtered, 2u);
  EXPECT_EQ(sums.filtered_parts.at("no-lines"), 2u);
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, FilteredRecordsOfSeveralPartitionsMoveTogetherOrNotAtAll) {
  auto batch = sealed({{0, 0, Fate::kFiltered}, {1, 0, Fate::kFiltered}});
  target.commit_faults.push_back({retry_error("lost"), false, true});
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
  EXPECT_EQ(target.offsets[p(1)].next_offset, 0);
  EXPECT_EQ(commit(*batch).filtered, 2u);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 1);
  EXPECT_EQ(target.offsets[p(1)].next_offset, 1);
}

TEST_F(CommitAttemptTest, DeadLettersAreAcknowledgedBeforeTheTransaction) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kDead}, {0, 2}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("send 1", "begin", "write 2", "commit"));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1"));
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@2"));
  EXPECT_EQ(sums.dead, 1u);
  EXPECT_EQ(sums.written, 2u);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 3);
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, WithoutAnAcknowledgedDeadLetterNothingIsWritten) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kDead}});
  dead_letters.faults.push_back(retry_error("broker away"));
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_THAT(journal, ElementsAre("send 1"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
}

TEST_F(CommitAttemptTest, DeadLettersAreNotSentAgainWhenTheTransactionIsTriedAgain) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kDead}});
  target.begin_faults.push_back(retry_error("database away"));
  ASSERT_FALSE(run(*batch).ok());
  static_cast<void>(commit(*batch));
  EXPECT_EQ(count("send 1"), 1);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1"));
}

TEST_F(CommitAttemptTest, ABatchOfDeadRecordsStillMovesTheOffset) {
  auto batch = sealed({{0, 0, Fate::kDead}, {0, 1, Fate::kDead}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("send 2", "advance"));
  EXPECT_EQ(sums.dead, 2u);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 2);
}

TEST_F(CommitAttemptTest, NamedRejectsBecomeDeadLettersOutsideOfAnyTransaction) {
  auto batch = sealed(range(0, 0, 3));
  target.on_write = refuse({"0@1", "0@3"}, true);
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, ElementsAre("begin", "write 4", "abort", "send 2", "begin", "write 2", "commit"));
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@1", "0@3"));
  EXPECT_EQ(dead_letters.last.stage, "TASK_PUT");
  EXPECT_EQ(dead_letters.last.component, "mysql-sink");
  EXPECT_EQ(dead_letters.last.column, "amount");
  EXPECT_EQ(dead_letters.last.native_code, 1264);
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@2"));
  EXPECT_EQ(sums.dead, 2u);
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, AllRowsOfARecordDieTogetherInAllTables) {
  auto batch = sealed({{0, 0, Fate::kRows, 4}, {0, 1, Fate::kRows, 4}}, {}, 2);
  // The second table refuses one row of record 0 after the first table took its rows.
  int writes = 0;
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>& rejects) -> Status {
    if (++writes != 2) return {};
    rejects.push_back({0, "", "too long", 0});
    return record_error("too long");
  };
  const Committed sums = commit(*batch);
  EXPECT_THAT(dead_letters.sent, ElementsAre("0@0"));
  EXPECT_THAT(target.table, ElementsAre("0@1", "0@1/1", "0@1", "0@1/1"));
  EXPECT_EQ(sums.rows, 4u);
  EXPECT_EQ(sums.written, 1u);
}

TEST_F(CommitAttemptTest, RejectsOfAFaultThatIsNoRecordsFaultAreNotBelieved) {
  auto batch = sealed(range(0, 0, 1));
  bool first = true;
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>& rejects) -> Status {
    if (!std::exchange(first, false)) return {};
    rejects.push_back({0, "", "connection lost", 2013});
    return retry_error("connection lost", 2013);
  };
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_EQ(commit(*batch).written, 2u);
  EXPECT_THAT(dead_letters.sent, IsEmpty());
}

TEST_F(CommitAttemptTest, DeadRecordsOfOnePartitionLeaveTheOtherAlone) {
  auto batch = sealed({{0, 0, Fate::kDead}, {1, 0}, {0, 1, Fate::kDead}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 2);
  EXPECT_EQ(target.offsets[p(1)].next_offset, 1);
  EXPECT_EQ(sums.dead, 2u);
  EXPECT_EQ(sums.written, 1u);
}

TEST_F(CommitAttemptTest, RecordsOfAnotherGenerationAreReleased) {
  auto batch = sealed({{0, 0, Fate::kRows, 1, kGeneration - 1},
                       {0, 1, Fate::kDead, 1, kGeneration - 1},
                       {0, 2, Fate::kFiltered, 1, kGeneration - 1},
                       {1, 0}});
  const Committed sums = commit(*batch);
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_THAT(dead_letters.sent, IsEmpty()) << "who owns the partition now sends them";
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
  EXPECT_EQ(sums.released, 3u);
  EXPECT_EQ(sums.written, 1u);
  EXPECT_EQ(sums.rows, 1u);
  EXPECT_THAT(sums.filtered_parts, IsEmpty());
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, ABatchOfPartitionsThatAreNotOursTouchesNothing) {
  auto batch = sealed(range(2, 0, 4));
  const Committed sums = commit(*batch);
  EXPECT_THAT(journal, IsEmpty());
  EXPECT_EQ(sums.released, 5u);
  expect_complete(*batch, sums);
}

TEST_F(CommitAttemptTest, APassingFaultLeavesNoTransactionAndTheSameBatchCanBeTriedAgain) {
  auto batch = sealed(range(0, 0, 2));
  target.write_faults.push_back(retry_error("deadlock", 1213));
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_THAT(journal, ElementsAre("begin", "write 3", "abort"));
  EXPECT_THAT(unresolved, IsEmpty());
  EXPECT_EQ(commit(*batch).written, 3u);
}

TEST_F(CommitAttemptTest, ARefusedCommitIsRolledBack) {
  auto batch = sealed(range(0, 0, 2));
  target.commit_faults.push_back({fatal_error("disk full"), false, false});
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFatal);
  EXPECT_THAT(journal, ElementsAre("begin", "write 3", "commit", "abort"));
  EXPECT_THAT(target.table, IsEmpty());
}

TEST_F(CommitAttemptTest, AnotherOwnerFencesTheWholeBatch) {
  auto batch = sealed({{0, 0}, {1, 0}});
  target.steal(p(1));
  auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFenced);
  EXPECT_THAT(result.error().message, HasSubstr("another"));
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
  EXPECT_EQ(claims[p(0)].next_offset, 0);
}

// A sink may take the guards' answers when rows are on their way.
TEST_F(CommitAttemptTest, AFenceThatTheWriteOrTheCommitTellsIsOneToo) {
  auto batch = sealed({{0, 0}, {1, 0}});
  target.write_faults.push_back(fenced_error("another owner"));
  EXPECT_EQ(run(*batch).error().action, Action::kFenced);
  target.commit_faults.push_back({fenced_error("another owner"), false, false});
  EXPECT_EQ(run(*batch).error().action, Action::kFenced);
  EXPECT_THAT(journal, ElementsAre("begin", "write 2", "abort", "begin", "write 2", "commit", "abort"));
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_EQ(claims[p(0)].next_offset, 0);
}

TEST_F(CommitAttemptTest, ARecordWhoseFateWasNeverDecidedIsMissingFromTheSums) {
  auto batch = sealed({{0, 0}, {0, 1}});
  batch->fates[1] = Fate::kUndecided;
  const Committed sums = commit(*batch);
  EXPECT_EQ(sums.written + sums.filtered + sums.dead + sums.released, 1u);  // which the ledger finds out
}

}  // namespace
}  // namespace cnx::host::runtime
