// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "ddl.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class Offsets : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    sink_ = started();
  }

  cnx_offset_row claim_at(std::int64_t earliest, std::int32_t partition = 0, std::string_view owner = "worker-1/a") {
    std::vector<cnx_offset_row> rows(1);
    rows[0].topic = str(kTopic);
    rows[0].partition = partition;
    rows[0].next_offset = earliest;
    const Status claimed = sink_->claim(claimant(owner), rows);
    EXPECT_TRUE(claimed.ok()) << (claimed.ok() ? "" : claimed.error().message);
    return rows[0];
  }
  Status commit() {
    bool unknown = false;
    return sink_->commit(unknown);
  }
  std::string stored() {
    return line("SELECT next_offset, epoch, owner, group_id, last_offset, last_timestamp_ms FROM connect_offsets");
  }

  std::unique_ptr<MysqlSink> sink_;
};

TEST_F(Offsets, AFirstClaimMakesTheRowAtTheEarliestOffset) {
  const cnx_offset_row row = claim_at(17);
  EXPECT_EQ(row.present, 0);
  EXPECT_EQ(row.next_offset, 17);
  EXPECT_EQ(row.epoch, 1);
  EXPECT_EQ(row.last_offset, -1);
  EXPECT_EQ(stored(), "17|1|worker-1/a|connect-test|NULL|NULL");
}

TEST_F(Offsets, ALaterClaimRaisesTheEpochAndTellsWhatWasThere) {
  const auto first = claim_at(17);
  const std::vector<cnx_offset_step> steps = {step(first.epoch, 17, 20)};
  ASSERT_TRUE(sink_->begin(claimant(), steps).ok());
  ASSERT_TRUE(commit().ok());
  const auto second = claim_at(0, 0, "worker-2/b");
  EXPECT_EQ(second.present, 1);
  EXPECT_EQ(second.next_offset, 20);
  EXPECT_EQ(second.epoch, 2);
  EXPECT_EQ(second.last_offset, 19);
  EXPECT_EQ(second.last_timestamp_ms, 1'700'000'000'000);
  EXPECT_EQ(view(second.owner), "worker-1/a");
  EXPECT_EQ(view(second.topic_id), "topic-id");
  EXPECT_EQ(view(second.cluster_id), "cluster-id");
  EXPECT_EQ(stored(), "20|2|worker-2/b|connect-test|19|1700000000000");
}

// Otherwise a topic made anew would be found out once and, at the next start, be taken for the old one.
TEST_F(Offsets, AClaimLeavesTheIdsOfTopicAndClusterAsTheyWereFirstSeen) {
  claim_at(0);
  cnx_claimant other = claimant();
  other.topic_id = str("another-topic-id");
  std::vector<cnx_offset_row> rows(1);
  rows[0].topic = str(kTopic);
  ASSERT_TRUE(sink_->claim(other, rows).ok());
  EXPECT_EQ(line("SELECT topic_id FROM connect_offsets"), "topic-id");
}

TEST_F(Offsets, RowsAndOffsetsCommitTogetherOrNotAtAll) {
  const auto row = claim_at(0);
  const Rows rows({ColumnSpec::int64("id").key()}, {{std::int64_t{1}}});
  const std::vector<cnx_offset_step> steps = {step(row.epoch, 0, 1)};
  CollectedRejects rejects;
  ASSERT_TRUE(sink_->begin(claimant(), steps).ok());
  ASSERT_TRUE(sink_->write(rows.view(), Selection(rows.raw(), {}), rejects.sink()).ok());
  sink_->abort();
  EXPECT_EQ(stored(), "0|1|worker-1/a|connect-test|NULL|NULL");
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "0");
  ASSERT_TRUE(sink_->begin(claimant(), steps).ok());
  ASSERT_TRUE(sink_->write(rows.view(), Selection(rows.raw(), {}), rejects.sink()).ok());
  ASSERT_TRUE(commit().ok());
  EXPECT_EQ(stored(), "1|1|worker-1/a|connect-test|0|1700000000000");
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "1");
}

TEST_F(Offsets, AnOwnerThatWasReplacedIsFencedAndToldByWhom) {
  const auto mine = claim_at(0);
  claim_at(0, 0, "worker-2/b");
  const std::vector<cnx_offset_step> steps = {step(mine.epoch, 0, 1)};
  const Status begun = sink_->begin(claimant(), steps);
  ASSERT_FALSE(begun.ok());
  EXPECT_EQ(begun.error().action, Action::kFenced);
  EXPECT_THAT(begun.error().message, HasSubstr("orders[0]"));
  EXPECT_THAT(begun.error().message, HasSubstr("'worker-2/b' of group 'connect-test'"));
  // Rolled back: the connection is free for other calls.
  EXPECT_TRUE(sink_->read_all().ok());
}

TEST_F(Offsets, AnUnexpectedOffsetOrAMissingRowFencesToo) {
  const auto row = claim_at(5);
  const std::vector<cnx_offset_step> wrong = {step(row.epoch, 4, 6)};
  EXPECT_EQ(sink_->begin(claimant(), wrong).error().action, Action::kFenced);
  sql("DELETE FROM connect_offsets");
  const std::vector<cnx_offset_step> gone = {step(row.epoch, 5, 6)};
  const Status begun = sink_->begin(claimant(), gone);
  EXPECT_EQ(begun.error().action, Action::kFenced);
  EXPECT_THAT(begun.error().message, HasSubstr("is gone"));
}

TEST_F(Offsets, OneFencedPartitionRollsTheOthersBack) {
  const auto first = claim_at(0, 0);
  claim_at(0, 1);
  const std::vector<cnx_offset_step> steps = {step(first.epoch, 0, 9, 0), step(99, 0, 9, 1)};
  EXPECT_EQ(sink_->begin(claimant(), steps).error().action, Action::kFenced);
  EXPECT_THAT(lines("SELECT next_offset FROM connect_offsets"), ElementsAre("0", "0"));
}

TEST_F(Offsets, AdvancingMovesTheOffsetAlone) {
  const auto row = claim_at(0);
  cnx_offset_step forward = step(row.epoch, 0, 7);
  forward.last_offset = -1;
  ASSERT_TRUE(sink_->advance(claimant(), {{forward}}).ok());
  EXPECT_EQ(stored(), "7|1|worker-1/a|connect-test|NULL|NULL");
  // The answer to the first try may have been lost.
  EXPECT_TRUE(sink_->advance(claimant(), {{forward}}).ok());
  EXPECT_EQ(stored(), "7|1|worker-1/a|connect-test|NULL|NULL");
  claim_at(0, 0, "worker-2/b");
  forward.old_offset = 7;
  forward.new_offset = 8;
  EXPECT_EQ(sink_->advance(claimant(), {{forward}}).error().action, Action::kFenced);
}

TEST_F(Offsets, ReadsChosenRowsAndAllRowsOfTheConnector) {
  claim_at(3, 0);
  claim_at(4, 1);
  sql("INSERT INTO connect_offsets SELECT 'other', topic, 9, next_offset, epoch, owner, group_id, NULL, NULL, NULL, "
      "NULL, NULL,"
      " NULL FROM connect_offsets WHERE `partition`=0");
  std::vector<cnx_offset_row> rows(2);
  rows[0].topic = rows[1].topic = str(kTopic);
  rows[0].partition = 1;
  rows[1].partition = 9;
  ASSERT_TRUE(sink_->read(rows).ok());
  EXPECT_EQ(rows[0].present, 1);
  EXPECT_EQ(rows[0].next_offset, 4);
  EXPECT_EQ(rows[1].present, 0);
  const auto all = sink_->read_all();
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(*all, SizeIs(2));
}

TEST_F(Offsets, ResettingFencesTheOwnerAndClearsWhatWasRemembered) {
  const auto mine = claim_at(0);
  ASSERT_TRUE(sink_->begin(claimant(), {{step(mine.epoch, 0, 5)}}).ok());
  ASSERT_TRUE(commit().ok());
  cnx_offset_row to{};
  to.topic = str(kTopic);
  to.next_offset = 2;
  cnx_offset_row unseen = to;
  unseen.partition = 3;
  ASSERT_TRUE(sink_->reset({{to, unseen}}).ok());
  EXPECT_THAT(
      lines("SELECT `partition`, next_offset, epoch, owner, last_offset, topic_id, cluster_id FROM connect_offsets"),
      ElementsAre("0|2|2||NULL|NULL|NULL", "3|2|1||NULL|NULL|NULL"));
  EXPECT_EQ(sink_->begin(claimant(), {{step(mine.epoch, 2, 6)}}).error().action, Action::kFenced);
}

TEST_F(Offsets, TopicsThatDifferInCaseAreTwo) {
  claim_at(0);
  std::vector<cnx_offset_row> rows(1);
  rows[0].topic = str("ORDERS");
  ASSERT_TRUE(sink_->claim(claimant(), rows).ok());
  EXPECT_EQ(rows[0].present, 0);
}

TEST_F(Offsets, AClaimOfALockedRowAsksToTryAgainWithinSeconds) {
  const auto mine = claim_at(0);
  const auto other = started();
  ASSERT_TRUE(sink_->begin(claimant(), {{step(mine.epoch, 0, 5)}}).ok());
  std::vector<cnx_offset_row> rows(1);
  rows[0].topic = str(kTopic);
  const auto before = std::chrono::steady_clock::now();
  const Status claimed = other->claim(claimant("worker-2/b"), rows);
  ASSERT_FALSE(claimed.ok());
  EXPECT_EQ(claimed.error().action, Action::kRetry);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
  ASSERT_TRUE(commit().ok());
  EXPECT_TRUE(other->claim(claimant("worker-2/b"), rows).ok());
  EXPECT_EQ(rows[0].next_offset, 5);
}

TEST_F(Offsets, AStepThatLeadsNowhereIsRefused) {
  const auto mine = claim_at(0);
  EXPECT_EQ(sink_->begin(claimant(), {{step(mine.epoch, 5, 5)}}).error().action, Action::kFatal);
}

TEST_F(Offsets, TheTableIsTheOneOfTheSqlFolder) {
  const std::string made = line("SHOW CREATE TABLE connect_offsets");
  sql("DROP TABLE connect_offsets");
  sql(offsets_table_ddl({database_, "connect_offsets"}));
  EXPECT_EQ(line("SHOW CREATE TABLE connect_offsets"), made);
}

}  // namespace
}  // namespace cnx::mysql
