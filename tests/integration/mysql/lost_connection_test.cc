// SPDX-License-Identifier: Apache-2.0
//
// The connection is lost at each statement of each call: once with the answer (the server did what it was asked), once
// with the request. Whatever the call says, the host's next step leads to the right state.
#include <functional>

#include "answer_dropping_proxy.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class LostConnection : public MysqlTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    proxy_ = std::make_unique<AnswerDroppingProxy>(options_.host, options_.port);
    sink_ = started({{"connection.url", "mysql://127.0.0.1:" + std::to_string(proxy_->port()) + "/" + database_}});
  }
  void TearDown() override {
    sink_.reset();
    proxy_.reset();
    MysqlTest::TearDown();
  }

  [[nodiscard]] bool answer_is_lost() const { return GetParam() == std::string_view("Answer"); }
  void lose(int nth) { answer_is_lost() ? proxy_->drop_answer(nth) : proxy_->drop_request(nth); }

  // Runs `call` with a loss at its first statement, then at its second and so on, until one run sees no loss. `check`
  // is told what the call said.
  void at_each_statement(int expected, const std::function<void()>& prepare, const std::function<Status()>& call,
                         const std::function<void(const Status&)>& check) {
    int statement = 1;
    for (;; ++statement) {
      SCOPED_TRACE("statement " + std::to_string(statement));
      prepare();
      if (HasFatalFailure()) return;
      lose(statement);
      const Status said = call();
      if (proxy_->disarm()) {
        EXPECT_TRUE(said.ok()) << said.error().message;
        break;
      }
      check(said);
      if (HasFailure()) return;
    }
    EXPECT_GE(statement - 1, expected) << "statements of the call at which the connection was lost";
  }

  static void expect_retry(const Status& said) {
    ASSERT_FALSE(said.ok());
    EXPECT_EQ(said.error().action, Action::kRetry) << said.error().message;
  }

  void begin() { ASSERT_TRUE(sink_->begin(claimant(), steps_).ok()); }
  Status write() { return sink_->write(rows_.view(), Selection(rows_.raw(), {}), rejects_.sink()); }
  Status commit() {
    bool unknown = false;
    return sink_->commit(unknown);
  }
  std::string stored() { return line("SELECT next_offset, owner FROM connect_offsets"); }
  std::string rows_in_table() { return line("SELECT COUNT(*) FROM t"); }
  // A claim from the beginning, so that a test can go the same way again.
  void start_over() {
    sink_->abort();
    sql("DELETE FROM connect_offsets");
    sql("DELETE FROM t");
    steps_ = {step(claim(*sink_), 0, 1)};
    ASSERT_TRUE(sink_->prepare(rows_.view()).ok());
  }

  const Rows rows_{{ColumnSpec::int64("id").key()}, {{std::int64_t{1}}, {std::int64_t{2}}}};
  CollectedRejects rejects_;
  std::unique_ptr<AnswerDroppingProxy> proxy_;
  std::unique_ptr<MysqlSink> sink_;
  std::vector<cnx_offset_step> steps_;
};
INSTANTIATE_TEST_SUITE_P(Lost, LostConnection, ::testing::Values("Answer", "Request"),
                         [](const auto& about) { return std::string(about.param); });

TEST_P(LostConnection, AClaimIsMadeAgain) {
  std::vector<cnx_offset_row> rows(1);
  const auto claim_once = [&] {
    rows.assign(1, {});
    rows[0].topic = str(kTopic);
    rows[0].next_offset = 17;
    return sink_->claim(claimant(), rows);
  };
  at_each_statement(
      5, [&] { sql("DELETE FROM connect_offsets"); }, claim_once,
      [&](const Status& said) {
        // Where nothing was under way yet the sink may open a new connection itself.
        if (!said.ok()) {
          expect_retry(said);
          const Status again = claim_once();
          ASSERT_TRUE(again.ok()) << again.error().message;
        }
        EXPECT_EQ(rows[0].next_offset, 17);
        EXPECT_EQ(line("SELECT next_offset, epoch FROM connect_offsets"), "17|" + std::to_string(rows[0].epoch));
      });
}

TEST_P(LostConnection, BeginAndItsGuardsAreMadeAgain) {
  at_each_statement(
      2, [&] { start_over(); }, [&] { return sink_->begin(claimant(), steps_); },
      [&](const Status& said) {
        if (!said.ok()) {
          expect_retry(said);
          EXPECT_EQ(stored(), "0|worker-1/a");
          begin();
        }
        ASSERT_TRUE(write().ok());
        ASSERT_TRUE(commit().ok());
        EXPECT_EQ(stored(), "1|worker-1/a");
        EXPECT_EQ(rows_in_table(), "2");
      });
}

TEST_P(LostConnection, AWriteIsMadeAgainInANewTransaction) {
  at_each_statement(
      1,
      [&] {
        start_over();
        begin();
      },
      [&] { return write(); },
      [&](const Status& said) {
        expect_retry(said);
        EXPECT_THAT(rejects_.rejects, IsEmpty()) << "no record is to blame";
        sink_->abort();
        begin();
        ASSERT_TRUE(write().ok());
        ASSERT_TRUE(commit().ok());
        EXPECT_EQ(stored(), "1|worker-1/a");
        EXPECT_EQ(rows_in_table(), "2");
      });
}

TEST_P(LostConnection, GuardsAndRowsThatAreSentTogetherAreMadeAgain) {
  at_each_statement(
      1,
      [&] {
        start_over();
        begin();
        ASSERT_TRUE(write().ok());
        ASSERT_TRUE(commit().ok());
        steps_ = {step(steps_[0].epoch, 1, 2)};
        sql("DELETE FROM t");
      },
      [&]() -> Status {
        CNX_TRY(sink_->begin(claimant(), steps_));
        return write();
      },
      [&](const Status& said) {
        expect_retry(said);
        EXPECT_THAT(rejects_.rejects, IsEmpty()) << "no record is to blame";
        sink_->abort();
        EXPECT_EQ(stored(), "1|worker-1/a");
        EXPECT_EQ(rows_in_table(), "0");
        begin();
        ASSERT_TRUE(write().ok());
        ASSERT_TRUE(commit().ok());
        EXPECT_EQ(stored(), "2|worker-1/a");
        EXPECT_EQ(rows_in_table(), "2");
      });
}

TEST_P(LostConnection, ACommitIsUnknownUntilTheOutcomeIsAsked) {
  bool unknown = false;
  at_each_statement(
      1,
      [&] {
        start_over();
        begin();
        ASSERT_TRUE(write().ok());
      },
      [&] { return sink_->commit(unknown); },
      [&](const Status& said) {
        expect_retry(said);
        EXPECT_TRUE(unknown);
        const auto outcome = sink_->outcome(claimant(), steps_);
        ASSERT_TRUE(outcome.ok()) << outcome.error().message;
        EXPECT_EQ(*outcome, answer_is_lost() ? CNX_COMMITTED : CNX_NOT_COMMITTED);
        EXPECT_EQ(rows_in_table(), answer_is_lost() ? "2" : "0");
        EXPECT_EQ(stored(), answer_is_lost() ? "1|worker-1/a" : "0|worker-1/a");
      });
}

TEST_P(LostConnection, AnOutcomeIsAskedAgain) {
  at_each_statement(
      4,
      [&] {
        start_over();
        begin();
        ASSERT_TRUE(write().ok());
        ASSERT_TRUE(commit().ok());
      },
      [&]() -> Status {
        auto outcome = sink_->outcome(claimant(), steps_);
        if (!outcome.ok()) return std::move(outcome).error();
        EXPECT_EQ(*outcome, CNX_COMMITTED);
        return {};
      },
      [&](const Status& said) {
        if (said.ok()) return;  // the farewell of the connection that it closes first was lost
        expect_retry(said);
        const auto outcome = sink_->outcome(claimant(), steps_);
        ASSERT_TRUE(outcome.ok()) << outcome.error().message;
        EXPECT_EQ(*outcome, CNX_COMMITTED);
      });
}

TEST_P(LostConnection, AnAdvanceIsMadeAgainWithoutBeingMadeTwice) {
  at_each_statement(
      1, [&] { start_over(); }, [&] { return sink_->advance(claimant(), steps_); },
      [&](const Status& said) {
        expect_retry(said);
        const Status again = sink_->advance(claimant(), steps_);
        ASSERT_TRUE(again.ok()) << again.error().message;
        EXPECT_EQ(stored(), "1|worker-1/a");
      });
}

TEST_P(LostConnection, ReadingTheOffsetsIsMadeAgain) {
  at_each_statement(
      1, [&] { start_over(); },
      [&]() -> Status {
        auto all = sink_->read_all();
        return all.ok() ? Status() : Status(std::move(all).error());
      },
      [&](const Status& said) {
        expect_retry(said);
        const auto all = sink_->read_all();
        ASSERT_TRUE(all.ok()) << all.error().message;
        EXPECT_THAT(*all, SizeIs(1));
      });
}

TEST_P(LostConnection, AStartIsMadeAgain) {
  at_each_statement(
      3, [&] { sink_->stop(); }, [&] { return sink_->start(); },
      [&](const Status& said) {
        if (said.ok()) return;  // the farewell of the connection closed before was lost
        expect_retry(said);
        const Status again = sink_->start();
        ASSERT_TRUE(again.ok()) << again.error().message;
      });
}

}  // namespace
}  // namespace cnx::mysql
