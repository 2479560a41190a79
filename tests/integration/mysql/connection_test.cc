// SPDX-License-Identifier: Apache-2.0
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "answer_dropping_proxy.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class Connections : public MysqlTest {
 protected:
  std::string others() {
    return "SELECT id FROM information_schema.processlist WHERE db='" + database_ + "' AND id<>CONNECTION_ID()";
  }
  void kill_others() {
    for (const auto& id : lines(others())) sql("KILL " + id);
  }
  Error start_error(const Pairs& extra) {
    const Status status = created(extra)->start();
    EXPECT_FALSE(status.ok());
    return status.ok() ? Error{} : status.error();
  }
};

TEST_F(Connections, AWrongPasswordIsAnAuthError) {
  const Error error = start_error({{"connection.password", "s3cr3t-wrong"}});
  EXPECT_EQ(error.action, Action::kAuth);
  EXPECT_EQ(error.native_code, 1045);
  EXPECT_THAT(error.message, HasSubstr("connection.password"));
  EXPECT_THAT(error.message, Not(HasSubstr("s3cr3t")));
}

TEST_F(Connections, AnUnknownDatabaseIsAConfigError) {
  const Error error = start_error(
      {{"connection.url", "mysql://" + options_.host + ":" + std::to_string(options_.port) + "/no_such_database"}});
  EXPECT_EQ(error.action, Action::kConfig);
  EXPECT_THAT(error.message, HasSubstr("no_such_database"));
}

TEST_F(Connections, ARefusedConnectionIsWorthARetry) {
  const Error error = start_error({{"connection.url", "mysql://127.0.0.1:1/db"}});
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1:1"));
}

class Gathering : public Connections {
 protected:
  void SetUp() override {
    Connections::SetUp();
    if (IsSkipped()) return;
    ServerInfo server;
    auto opened = open_session(options_, cancel_, server);
    ASSERT_TRUE(opened.ok());
    connection_ = std::move(opened).value();
  }
  /// Without those that the kernel sent again because the server's thread had no core for some milliseconds.
  std::uint32_t packets_sent() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    const auto socket = static_cast<int>(mysql_get_socket(connection_->native()));
    EXPECT_EQ(::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_data_segs_out - info.tcpi_total_retrans;
  }
  void send(int statements) {
    for (int i = 0; i < statements; ++i) ASSERT_TRUE(connection_->send("DO 1", "test").ok());
  }
  void receive(int answers) {
    for (int i = 0; i < answers; ++i) {
      const Status answer = connection_->receive("test");
      ASSERT_TRUE(answer.ok()) << answer.error().message;
    }
  }

  CancelSwitch cancel_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(Gathering, CommandsLeaveInOnePacket) {
  std::uint32_t before = packets_sent();
  send(3);
  EXPECT_EQ(packets_sent() - before, 3u);
  receive(3);
  // The kernel itself lets go after 0.2 s: a turn in which this thread had to wait for a core so long tells nothing.
  for (int turn = 0;; ++turn) {
    ASSERT_LT(turn, 50) << "none of the turns took less than 0.1 s";
    before = packets_sent();
    const auto began = std::chrono::steady_clock::now();
    connection_->gather();
    ASSERT_TRUE(connection_->gathers());
    send(3);
    const std::uint32_t gathered = packets_sent() - before;
    connection_->let_go();
    EXPECT_FALSE(connection_->gathers());
    const std::uint32_t let_go = packets_sent() - before;
    const bool in_time = std::chrono::steady_clock::now() - began < std::chrono::milliseconds(100);
    receive(3);
    if (!in_time) continue;
    EXPECT_EQ(gathered, 0u) << "nothing has left yet";
    EXPECT_EQ(let_go, 1u);
    return;
  }
}

TEST_F(Gathering, AnAnswerIsNeverWaitedForBeforeItsCommandHasLeft) {
  connection_->gather();
  send(2);
  receive(2);
  EXPECT_FALSE(connection_->gathers());
}

TEST_F(Gathering, ADozeForMoreThanComesEndsAndNothingIsLost) {
  connection_->gather();
  send(2);
  connection_->doze(1'000'000);
  receive(2);
  send(1);  // nor does it wait for more than one byte from now on
  receive(1);
}

TEST_F(Gathering, AnAnswersLengthIsKnownByItsText) {
  ASSERT_TRUE(connection_->execute("DO 1", "test").ok());
  EXPECT_EQ(connection_->answer_bytes(), Connection::kLeastAnswer);
  sql("CREATE TABLE t (id INT PRIMARY KEY)");
  sql("INSERT INTO t VALUES (1)");
  const Status updated = connection_->execute("UPDATE " + database_ + ".t SET id=2", "test");
  ASSERT_TRUE(updated.ok()) << updated.error().message;
  EXPECT_EQ(connection_->answer_bytes(), Connection::kLeastAnswer + 1 + 40) << mysql_info(connection_->native());
}

TEST_F(Connections, TheSessionIsStrictInUtcAndBounded) {
  const auto sink = started();
  ServerInfo server;
  CancelSwitch cancel;
  const auto session = open_session(options_, cancel, server);
  ASSERT_TRUE(session.ok());
  const auto rows = (*session)->query(
      std::string(
          "SELECT @@time_zone, @@sql_mode LIKE '%STRICT_ALL_TABLES%', @@autocommit, @@innodb_lock_wait_timeout,") +
          " @@character_set_client, " +
          (is_mariadb() ? "@@tx_isolation, @@idle_transaction_timeout" : "@@transaction_isolation, @@wait_timeout"),
      "test");
  ASSERT_TRUE(rows.ok());
  std::vector<std::string> values;
  for (const auto& value : (*rows)[0]) values.push_back(value.value_or("NULL"));
  EXPECT_THAT(values, ElementsAre("+00:00", "1", "1", "10", "utf8mb4", "READ-COMMITTED", "30"));
  EXPECT_EQ(server.is_mariadb, is_mariadb());
}

TEST_F(Connections, OneFoundDeadWhileIdleIsReopenedWithoutAdo) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
  const auto sink = started();
  const auto epoch = claim(*sink);
  kill_others();
  // At once: begin() itself meets the dead connection.
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  sink->abort();
  kill_others();
  // After ten seconds: idle() finds out.
  host_.advance_ms(11'000);
  sink->idle();
  EXPECT_THAT(lines(others()), SizeIs(1));
  EXPECT_TRUE(sink->read_all().ok());
}

TEST_F(Connections, AConnectionLostWhileWritingIsWorthARetry) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
  const auto sink = started();
  const auto epoch = claim(*sink);
  const Rows rows({ColumnSpec::int64("id").key()}, {{std::int64_t{1}}});
  ASSERT_TRUE(sink->prepare(rows.view()).ok());
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  kill_others();
  CollectedRejects rejects;
  const Status written = sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRetry);
  EXPECT_THAT(rejects.rejects, IsEmpty());
  sink->abort();
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  ASSERT_TRUE(sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink()).ok());
  bool unknown = false;
  EXPECT_TRUE(sink->commit(unknown).ok());
}

TEST_F(Connections, CancelEndsACallThatWaitsForALock) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY)");
  sql("INSERT INTO t VALUES (1)");
  const auto sink = started();
  const auto epoch = claim(*sink);
  const Rows rows({ColumnSpec::int64("id").key()}, {{std::int64_t{1}}});
  ASSERT_TRUE(sink->prepare(rows.view()).ok());
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  sql("START TRANSACTION");
  sql("SELECT * FROM t WHERE id=1 FOR UPDATE");
  std::thread canceller([&] {
    wait_for_lock_wait();
    sink->cancel();
  });
  const auto before = std::chrono::steady_clock::now();
  CollectedRejects rejects;
  const Status written = sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink());
  canceller.join();
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
  sql("COMMIT");
  sink->stop();
}

TEST_F(Connections, CancelBetweenCallsHarmsNothing) {
  const auto sink = started();
  sink->cancel();
  EXPECT_TRUE(sink->read_all().ok());
}

TEST_F(Connections, WritesOverAUnixSocket) {
  const auto socket = line("SELECT @@socket");
  const auto sink = created({{"connection.url", "mysql://localhost/" + database_ + "?socket=" + socket}});
  const Status status = sink->start();
  if (!status.ok() && status.error().native_code == 2002) GTEST_SKIP() << "the server's socket is not on this machine";
  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST_F(Connections, AnAlteredTableIsReadAgainAfterTheErrorItCauses) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(5))");
  const auto sink = started();
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 50)},
                  {{std::int64_t{1}, "longer than five"}});
  EXPECT_EQ(write(*sink, rows).error().action, Action::kRecord);
  sql("ALTER TABLE t MODIFY name VARCHAR(50)");
  const Status written = write(*sink, rows);
  EXPECT_TRUE(written.ok()) << written.error().message;
  sql("ALTER TABLE t DROP COLUMN name");
  EXPECT_EQ(write(*sink, rows).error().action, Action::kConfig);
}

}  // namespace
}  // namespace cnx::mysql
