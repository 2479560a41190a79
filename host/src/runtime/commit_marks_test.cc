// SPDX-License-Identifier: Apache-2.0
//
// Dead records are marked in the transaction that passes them.
#include "runtime/commit.h"
#include "runtime/testing/commit_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CommitMarksTest : public testing::CommitTest {
 protected:
  CommitMarksTest() { target.has_marks = true; }
};

TEST_F(CommitMarksTest, MarksStandInTheTransactionOfOffsetsAndRows) {
  auto batch = sealed({{0, 0}, {0, 1, Fate::kDead}, {1, 0, Fate::kDead}});
  static_cast<void>(commit(*batch));
  EXPECT_THAT(journal, ElementsAre("send 2", "begin", "bury 2", "write 1", "commit"));
  EXPECT_THAT(target.marks, ElementsAre("0@1", "1@0"));
}

TEST_F(CommitMarksTest, ABatchWithoutDeadRecordsSetsNone) {
  auto batch = sealed({{0, 0}});
  static_cast<void>(commit(*batch));
  EXPECT_THAT(journal, ElementsAre("begin", "write 1", "commit"));
}

TEST_F(CommitMarksTest, OnlyDeadRecordsTakeATransactionToo) {
  auto batch = sealed({{0, 0, Fate::kDead}, {0, 1, Fate::kFiltered}});
  static_cast<void>(commit(*batch));
  EXPECT_THAT(journal, ElementsAre("send 1", "begin", "bury 1", "commit"));
  EXPECT_THAT(target.marks, ElementsAre("0@0"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 2);
}

TEST_F(CommitMarksTest, RecordsThatTheSinkRefusesAreMarkedAsWell) {
  target.on_write = refuse({"0@1"}, true);
  auto batch = sealed(range(0, 0, 2));
  static_cast<void>(commit(*batch));
  EXPECT_THAT(target.marks, ElementsAre("0@1"));
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@2"));
}

TEST_F(CommitMarksTest, ALostAnswerLeavesNoMarkWithoutItsCommit) {
  target.commit_faults.push_back({retry_error("lost"), false, true});
  auto batch = sealed({{0, 0, Fate::kDead}, {0, 1}});
  EXPECT_FALSE(run(*batch).ok());
  EXPECT_THAT(target.marks, IsEmpty());
  static_cast<void>(commit(*batch));
  EXPECT_THAT(target.marks, ElementsAre("0@0"));
}

TEST_F(CommitMarksTest, AMarkThatCannotBeSetEndsTheAttempt) {
  target.bury_faults.push_back(retry_error("locked"));
  auto batch = sealed({{0, 0, Fate::kDead}, {0, 1}});
  EXPECT_EQ(run(*batch).error().action, Action::kRetry);
  EXPECT_THAT(journal, ElementsAre("send 1", "begin", "bury 1", "abort"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
}

// A sink may take the guards' answers with the marks.
TEST_F(CommitMarksTest, AFenceThatTheMarksTellIsOneToo) {
  target.bury_faults.push_back(fenced_error("another owner"));
  auto batch = sealed({{0, 0, Fate::kDead}, {0, 1}});
  const auto result = run(*batch);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFenced);
  EXPECT_THAT(journal, ElementsAre("send 1", "begin", "bury 1", "abort"));
  EXPECT_THAT(target.marks, IsEmpty());
  EXPECT_EQ(claims[p(0)].next_offset, 0);
}

TEST_F(CommitMarksTest, RecordsOfPartitionsThatAreNotOursAreNotMarked) {
  auto batch = sealed({{0, 0, Fate::kDead}, {1, 0, Fate::kDead, 1, kGeneration + 1}});
  static_cast<void>(commit(*batch));
  EXPECT_THAT(target.marks, ElementsAre("0@0"));
}

}  // namespace
}  // namespace cnx::host::runtime
