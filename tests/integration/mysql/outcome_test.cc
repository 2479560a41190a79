// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "answer_dropping_proxy.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class Outcome : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    proxy_ = std::make_unique<AnswerDroppingProxy>(options_.host, options_.port);
    sink_ = started({{"connection.url", "mysql://127.0.0.1:" + std::to_string(proxy_->port()) + "/" + database_}});
    steps_ = {step(claim(*sink_), 0, 1)};
  }
  void TearDown() override {
    sink_.reset();
    proxy_.reset();
    MysqlTest::TearDown();
  }

  void begin_and_write() {
    ASSERT_TRUE(sink_->begin(claimant(), steps_).ok());
    CollectedRejects rejects;
    ASSERT_TRUE(sink_->write(rows_.view(), Selection(rows_.raw(), {}), rejects.sink()).ok());
  }
  void expect_unknown_commit() {
    bool unknown = false;
    const Status committed = sink_->commit(unknown);
    ASSERT_FALSE(committed.ok());
    EXPECT_EQ(committed.error().action, Action::kRetry);
    EXPECT_TRUE(unknown);
  }
  cnx_outcome outcome() {
    const auto found = sink_->outcome(claimant(), steps_);
    EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().message);
    return found.ok() ? *found : 0;
  }

  const Rows rows_{{ColumnSpec::int64("id").key()}, {{std::int64_t{1}}}};
  std::unique_ptr<AnswerDroppingProxy> proxy_;
  std::unique_ptr<MysqlSink> sink_;
  std::vector<cnx_offset_step> steps_;
};

TEST_F(Outcome, IsCommittedWhenOnlyTheAnswerWasLost) {
  begin_and_write();
  proxy_->drop_answer();
  expect_unknown_commit();
  EXPECT_EQ(outcome(), CNX_COMMITTED);
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "1");
  // The sink works on.
  EXPECT_TRUE(sink_->begin(claimant(), {{step(steps_[0].epoch, 1, 2)}}).ok());
}

TEST_F(Outcome, IsNotCommittedWhenTheConnectionDiedBefore) {
  begin_and_write();
  sql("KILL " +
      line("SELECT id FROM information_schema.processlist WHERE db='" + database_ + "' AND id<>CONNECTION_ID()"));
  expect_unknown_commit();
  EXPECT_EQ(outcome(), CNX_NOT_COMMITTED);
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "0");
  begin_and_write();
  bool unknown = false;
  EXPECT_TRUE(sink_->commit(unknown).ok());
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "1");
}

TEST_F(Outcome, IsFencedWhenAnotherOwnerTookOver) {
  begin_and_write();
  proxy_->drop_answer();
  expect_unknown_commit();
  sql("UPDATE connect_offsets SET epoch=epoch+1, owner='worker-2/b'");
  EXPECT_EQ(outcome(), CNX_OUTCOME_FENCED);
}

TEST_F(Outcome, CancelEndsACommitThatIsNotAnswered) {
  begin_and_write();
  proxy_->freeze();
  std::thread canceller([&] {
    proxy_->wait_until_swallowed();
    sink_->cancel();
  });
  expect_unknown_commit();
  canceller.join();
  proxy_->thaw();
  EXPECT_EQ(outcome(), CNX_NOT_COMMITTED);
}

TEST_F(Outcome, WaitsForATransactionThatStillHoldsTheRow) {
  sql("START TRANSACTION");
  sql("UPDATE connect_offsets SET next_offset=1");
  std::thread ends([&] {
    wait_for_lock_wait();
    sql("COMMIT");
  });
  EXPECT_EQ(outcome(), CNX_COMMITTED);
  ends.join();
}

}  // namespace
}  // namespace cnx::mysql
