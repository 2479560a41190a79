// SPDX-License-Identifier: Apache-2.0
//
// Feature cnx.sink-marks/1: connect_dead_letters.
#include <thread>

#include "ddl.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class Marks : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    sink_ = started();
  }

  static cnx_mark mark(std::int64_t offset, std::int64_t timestamp_ms = 1000, std::int32_t partition = 0) {
    return {str(kTopic), partition, CNX_MARK_NONE, offset, timestamp_ms};
  }
  /// Passes offsets `from` … `to` - 1; those of `dead` are marked.
  void pass(std::int64_t from, std::int64_t to, std::vector<cnx_mark> dead) {
    const std::int64_t epoch = from == 0 ? claim(*sink_) : epoch_;
    epoch_ = epoch;
    ASSERT_TRUE(sink_->begin(claimant(), {{step(epoch, from, to)}}).ok());
    ASSERT_TRUE(sink_->bury(dead).ok());
    ASSERT_TRUE(commit(*sink_).ok());
  }
  static Status commit(MysqlSink& sink) {
    bool unknown = false;
    return sink.commit(unknown);
  }
  static Status begin(MysqlSink& sink) {
    cnx_mark_position position{str(kTopic), 0, 0, 0};
    return sink.begin_replay({&position, 1});
  }
  static Status replay(MysqlSink& sink, std::string_view id, std::vector<cnx_mark> marks) {
    CNX_TRY(begin(sink));
    if (Status redeemed = sink.redeem(id, marks); !redeemed.ok()) {
      sink.abort();
      return redeemed;
    }
    return commit(sink);
  }
  std::vector<int> states(std::vector<cnx_mark> marks) {
    EXPECT_TRUE(sink_->read_marks(marks).ok());
    std::vector<int> found;
    for (const cnx_mark& one : marks) found.push_back(one.state);
    return found;
  }

  std::unique_ptr<MysqlSink> sink_;
  std::int64_t epoch_ = 0;
};

TEST_F(Marks, StandAndFallWithTheTransaction) {
  const std::int64_t epoch = claim(*sink_);
  ASSERT_TRUE(sink_->begin(claimant(), {{step(epoch, 0, 10)}}).ok());
  ASSERT_TRUE(sink_->bury({{mark(3), mark(7)}}).ok());
  sink_->abort();
  EXPECT_THAT(states({mark(3), mark(7)}), ElementsAre(CNX_MARK_NONE, CNX_MARK_NONE));
  ASSERT_TRUE(sink_->begin(claimant(), {{step(epoch, 0, 10)}}).ok());
  ASSERT_TRUE(sink_->bury({{mark(3), mark(7)}}).ok());
  ASSERT_TRUE(commit(*sink_).ok());
  EXPECT_THAT(states({mark(7), mark(5), mark(3)}), ElementsAre(CNX_MARK_DEAD, CNX_MARK_NONE, CNX_MARK_DEAD));
}

TEST_F(Marks, AreSpentOnce) {
  pass(0, 10, {mark(3), mark(7)});
  ASSERT_TRUE(replay(*sink_, "one", {mark(3)}).ok());
  EXPECT_THAT(states({mark(3), mark(7)}), ElementsAre(CNX_MARK_REPLAYED, CNX_MARK_DEAD));
  const Status again = replay(*sink_, "two", {mark(3), mark(7)});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().action, Action::kFenced);
  EXPECT_THAT(again.error().message, HasSubstr("orders[0] offset 3: was replayed meanwhile by 'one'"));
  EXPECT_THAT(states({mark(7)}), ElementsAre(CNX_MARK_DEAD));
}

TEST_F(Marks, OfRecordsThatShallNotBeWrittenAreDiscardedForGood) {
  pass(0, 10, {mark(3), mark(7)});
  ASSERT_TRUE(replay(*sink_, ":discard/one", {mark(3)}).ok());
  EXPECT_THAT(states({mark(3), mark(7)}), ElementsAre(CNX_MARK_DISCARDED, CNX_MARK_DEAD));
  const Status later = replay(*sink_, "two", {mark(3)});
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().action, Action::kFenced);
  EXPECT_THAT(later.error().message, HasSubstr("offset 3: was discarded meanwhile by ':discard/one'"));
  EXPECT_EQ(*sink_->replay_outcome(":discard/one", {{mark(3)}}), CNX_COMMITTED);
  EXPECT_EQ(*sink_->replay_outcome(":discard/two", {{mark(3)}}), CNX_OUTCOME_FENCED);
  EXPECT_EQ(*sink_->replay_outcome(":discard/two", {{mark(7)}}), CNX_NOT_COMMITTED);
}

TEST_F(Marks, AreReplayedByAWorkerWhoseNameIsDiscard) {
  pass(0, 10, {mark(3)});
  ASSERT_TRUE(replay(*sink_, "discard/0a1b2c3d", {mark(3)}).ok());
  EXPECT_THAT(states({mark(3)}), ElementsAre(CNX_MARK_REPLAYED));
}

TEST_F(Marks, OfARecordThatNeverDiedAreNotSpent) {
  pass(0, 10, {mark(3)});
  EXPECT_EQ(replay(*sink_, "one", {mark(4)}).error().action, Action::kFenced);
}

TEST_F(Marks, AnotherTimestampIsAnotherRecord) {
  pass(0, 10, {mark(3, 1000)});
  EXPECT_THAT(states({mark(3, 999), mark(3, 1000), mark(3, -1)}),
              ElementsAre(CNX_MARK_NONE, CNX_MARK_DEAD, CNX_MARK_DEAD));
  EXPECT_EQ(replay(*sink_, "one", {mark(3, 999)}).error().action, Action::kFenced);
}

TEST_F(Marks, AResetForgetsThemFromThereOn) {
  pass(0, 10, {mark(3), mark(7), mark(8)});
  ASSERT_TRUE(replay(*sink_, "one", {mark(8)}).ok());
  cnx_offset_row row{};
  row.topic = str(kTopic);
  row.next_offset = 7;
  ASSERT_TRUE(sink_->reset({&row, 1}).ok());
  EXPECT_THAT(states({mark(3), mark(7), mark(8)}), ElementsAre(CNX_MARK_DEAD, CNX_MARK_NONE, CNX_MARK_NONE));
  // Read again, it dies again.
  const std::int64_t epoch = claim(*sink_);
  ASSERT_TRUE(sink_->begin(claimant(), {{step(epoch, 7, 10)}}).ok());
  ASSERT_TRUE(sink_->bury({{mark(8)}}).ok());
  ASSERT_TRUE(commit(*sink_).ok());
  EXPECT_THAT(states({mark(7), mark(8)}), ElementsAre(CNX_MARK_NONE, CNX_MARK_DEAD));
}

TEST_F(Marks, TellTheOutcomeOfALostCommit) {
  pass(0, 10, {mark(3), mark(7)});
  const std::vector<cnx_mark> both = {mark(3), mark(7)};
  EXPECT_EQ(sink_->replay_outcome("one", both).value(), CNX_NOT_COMMITTED);
  ASSERT_TRUE(replay(*sink_, "one", both).ok());
  EXPECT_EQ(sink_->replay_outcome("one", both).value(), CNX_COMMITTED);
  EXPECT_EQ(sink_->replay_outcome("two", both).value(), CNX_OUTCOME_FENCED);
  sql("UPDATE connect_dead_letters SET state='read again' WHERE `offset`=7");
  EXPECT_EQ(sink_->replay_outcome("one", both).value(), CNX_COMMITTED);
}

TEST_F(Marks, AReplayHoldsTheConnectorBack) {
  pass(0, 10, {mark(3)});
  ASSERT_TRUE(begin(*sink_).ok());
  const auto task = started();
  Status moved;
  std::thread other([&] { moved = task->advance(claimant(), {{step(epoch_, 10, 11)}}); });
  wait_for_lock_wait();
  ASSERT_TRUE(sink_->redeem("one", {{mark(3)}}).ok());
  ASSERT_TRUE(commit(*sink_).ok());
  other.join();
  EXPECT_TRUE(moved.ok());
}

TEST_F(Marks, OfTwoReplaysOneWins) {
  pass(0, 10, {mark(3)});
  ASSERT_TRUE(begin(*sink_).ok());
  const auto second = started();
  Status lost;
  std::thread other([&] { lost = replay(*second, "two", {mark(3)}); });
  wait_for_lock_wait();
  ASSERT_TRUE(sink_->redeem("one", {{mark(3)}}).ok());
  ASSERT_TRUE(commit(*sink_).ok());
  other.join();
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().action, Action::kFenced);
}

TEST_F(Marks, APositionThatIsNotStoredIsTold) {
  cnx_mark_position position{str(kTopic), 5, 1, 9};
  ASSERT_TRUE(sink_->begin_replay({&position, 1}).ok());
  EXPECT_EQ(position.present, 0);
  sink_->abort();
}

TEST_F(Marks, ThousandsInOneTransaction) {
  std::vector<cnx_mark> many;
  for (std::int64_t offset = 0; offset < 2500; ++offset) many.push_back(mark(offset, 1000 + offset));
  pass(0, 2500, many);
  ASSERT_TRUE(replay(*sink_, "one", many).ok());
  EXPECT_EQ(line("SELECT COUNT(*) FROM connect_dead_letters WHERE state='replayed' AND replay='one'"), "2500");
}

TEST_F(Marks, OverwritingDependsOnTheMode) {
  EXPECT_TRUE(sink_->overwrites());
  EXPECT_FALSE(created({{"insert.mode", "insert"}})->overwrites());
}

TEST_F(Marks, TheTableIsTheOneOfTheSqlFolder) {
  const std::string made = line("SHOW CREATE TABLE connect_dead_letters");
  sql("DROP TABLE connect_dead_letters");
  sql(marks_table_ddl({database_, "connect_dead_letters"}));
  EXPECT_EQ(line("SHOW CREATE TABLE connect_dead_letters"), made);
}

}  // namespace
}  // namespace cnx::mysql
