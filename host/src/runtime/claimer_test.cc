// SPDX-License-Identifier: Apache-2.0
#include "runtime/claimer.h"

#include <gmock/gmock.h>

#include "runtime/testing/fake_consumer.h"
#include "runtime/testing/fake_target.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ClaimerTest : public ::testing::Test {
 protected:
  Result<ClaimedPosition> claim(std::string cluster = "cluster-a", std::string topic_id = "topic-a") {
    Claimer claimer("orders-mysql", target, log, std::move(cluster), {{kTopic, std::move(topic_id)}});
    return claimer.claim(p(0));
  }
  /// What was stored: 40 … 49 remain to be read of a log 0 … 100, the last record written is 39.
  ClaimedPosition& stored() {
    target.own(p(0), 40);
    ClaimedPosition& row = target.offsets[p(0)];
    row.last_offset = 39;
    row.last_timestamp_ms = timestamp_of(39);
    row.cluster_id = "cluster-a";
    row.topic_id = "topic-a";
    log.timestamps[39] = timestamp_of(39);
    return row;
  }
  /// The claim must be refused for good, leave the row as it is, and say `what` and the way on.
  void expect_lost(const Result<ClaimedPosition>& result, const std::string& what) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().action, Action::kFatal);
    EXPECT_THAT(result.error().message,
                AllOf(HasSubstr(what), HasSubstr("orders[0]"),
                      HasSubstr("offsets reset --connector orders-mysql --topic orders --partition 0")));
    EXPECT_THAT(journal, IsEmpty()) << "claimed all the same";
    EXPECT_EQ(target.offsets[p(0)].epoch, 1);
  }

  Journal journal;
  FakeTarget target{journal};
  FakeLog log{};
  LogLines lines;
};

TEST_F(ClaimerTest, ANewPartitionBeginsAtTheEarliestOffsetWhateverTheGroupWasTold) {
  log.marks = {17, 100};
  log.group_hint = 60;
  const auto claimed = claim();
  ASSERT_TRUE(claimed.ok());
  EXPECT_EQ(claimed->next_offset, 17);
  EXPECT_FALSE(claimed->existed);
  EXPECT_EQ(claimed->epoch, 1);
}

TEST_F(ClaimerTest, AKnownPartitionGoesOnWhereTheTargetStands) {
  stored();
  log.marks = {0, 100};
  log.group_hint = 30;  // the hint may lag
  const auto claimed = claim();
  ASSERT_TRUE(claimed.ok()) << claimed.error().message;
  EXPECT_EQ(claimed->next_offset, 40);
  EXPECT_EQ(claimed->epoch, 2);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(ClaimerTest, RecordsDeletedByRetentionAreAFatalErrorWithTheirRange) {
  stored();
  log.marks = {55, 100};
  expect_lost(claim(), "records 40 … 54");
}

TEST_F(ClaimerTest, EverythingDeletedUpToTheStoredOffsetIsNoLoss) {
  stored();
  log.marks = {40, 100};
  EXPECT_TRUE(claim().ok());
  EXPECT_EQ(log.asked_timestamps, 0) << "the last record is not in the log any more";
}

TEST_F(ClaimerTest, AStoredOffsetBehindTheEndOfTheLogIsALoss) {
  stored();
  log.marks = {0, 39};
  expect_lost(claim(), "stored offset 40");
}

TEST_F(ClaimerTest, AStoredOffsetAtTheEndOfTheLogIsNoLoss) {
  stored();
  log.marks = {0, 40};
  EXPECT_TRUE(claim().ok());
}

TEST_F(ClaimerTest, AnotherRecordAtTheLastOffsetMeansATopicMadeAnew) {
  stored();
  log.marks = {0, 100};
  log.timestamps[39] = timestamp_of(39) + 1;
  expect_lost(claim(), "made anew");
}

TEST_F(ClaimerTest, AnotherTopicIdMeansATopicMadeAnew) {
  stored();
  log.marks = {0, 100};
  expect_lost(claim("cluster-a", "topic-b"), "topic-b");
}

TEST_F(ClaimerTest, AnotherClusterIsALoss) {
  stored();
  log.marks = {0, 100};
  expect_lost(claim("cluster-b"), "cluster-b");
}

TEST_F(ClaimerTest, IdsThatAreNotKnownProveNothing) {
  stored();
  log.marks = {0, 100};
  EXPECT_TRUE(claim("", "").ok());
  target.offsets[p(0)].cluster_id = "";
  target.offsets[p(0)].topic_id = "";
  EXPECT_TRUE(claim().ok());
}

TEST_F(ClaimerTest, ALastRecordThatWasCompactedAwayProvesNothing) {
  stored();
  log.marks = {0, 100};
  log.timestamps.clear();
  EXPECT_TRUE(claim().ok());
}

TEST_F(ClaimerTest, AHintAheadOfTheTargetIsAWarningWithTheRangeThatIsReplayed) {
  stored();
  log.marks = {0, 100};
  log.group_hint = 70;
  ASSERT_TRUE(claim().ok());
  EXPECT_THAT(lines.warnings, ElementsAre(AllOf(HasSubstr("records 40 … 69"), HasSubstr("restored"))));
}

TEST_F(ClaimerTest, AnUnansweredQuestionToTheLogIsPassedOnAndNothingClaimed) {
  stored();
  log.fault = retry_error("no broker");
  const auto claimed = claim();
  ASSERT_FALSE(claimed.ok());
  EXPECT_EQ(claimed.error().action, Action::kRetry);
  EXPECT_THAT(journal, IsEmpty());
}

TEST_F(ClaimerTest, AnOffsetThatAPersonSetIsNoRestoredDatabase) {
  stored().owner = "";
  log.marks = {0, 100};
  log.group_hint = 70;
  const auto claimed = claim();
  ASSERT_TRUE(claimed.ok());
  EXPECT_TRUE(claimed->group_is_ahead);
  EXPECT_THAT(lines.warnings, IsEmpty());
}

TEST_F(ClaimerTest, ARowThatIsGoneThoughTheGroupWasToldOfItIsAReplayWithAWarning) {
  log.marks = {17, 100};
  log.group_hint = 60;
  ASSERT_TRUE(claim().ok());
  EXPECT_THAT(lines.warnings, ElementsAre(HasSubstr("records 17 … 59")));
}

TEST_F(ClaimerTest, ASinkWithoutOffsetsOfItsOwnDoesNotPassOverALossEither) {
  stored();
  target.is_exactly_once = false;
  log.marks = {55, 100};
  expect_lost(claim(), "records 40 … 54");
}

}  // namespace
}  // namespace cnx::host::runtime
