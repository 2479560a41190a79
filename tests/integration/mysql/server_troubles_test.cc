// SPDX-License-Identifier: Apache-2.0
//
// What a server really answers when it, the network or its administrator gets in the way: never an error of a record.
#include <chrono>
#include <thread>

#include "answer_dropping_proxy.h"
#include "error_rules.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class ServerTroubles : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (IsSkipped()) return;
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n INT)");
  }
  void TearDown() override {
    if (!user_.empty()) sql("DROP USER " + user_ + "@'%'");
    MysqlTest::TearDown();
  }

  // A user of the test's own with what it needs; returns the config that uses it.
  Pairs own_user(const std::string& limits = {}) {
    user_ = database_;
    sql("CREATE USER " + user_ + "@'%' IDENTIFIED BY 'pw' " + limits);
    sql("GRANT ALL ON " + database_ + ".* TO " + user_ + "@'%'");
    return {{"connection.user", user_}, {"connection.password", "pw"}};
  }
  // In an open transaction after its guards.
  std::unique_ptr<MysqlSink> begun(const Pairs& config = {}) {
    auto sink = started(config);
    const auto epoch = claim(*sink);
    EXPECT_TRUE(sink->prepare(rows_.view()).ok());
    EXPECT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
    return sink;
  }
  Error write_error(MysqlSink& sink) {
    const Status written = sink.write(rows_.view(), Selection(rows_.raw(), {}), rejects_.sink());
    EXPECT_FALSE(written.ok());
    EXPECT_THAT(rejects_.rejects, IsEmpty()) << "no record is to blame";
    return written.ok() ? Error{} : written.error();
  }
  std::string others() {
    return line("SELECT id FROM information_schema.processlist WHERE db='" + database_ + "' AND id<>CONNECTION_ID()");
  }

  const Rows rows_{{ColumnSpec::int64("id").key(), ColumnSpec::int32("n")},
                   {{std::int64_t{1}, std::int64_t{1}}, {std::int64_t{2}, std::int64_t{2}}}};
  CollectedRejects rejects_;
  std::string user_;
};

TEST_F(ServerTroubles, ADeadlockIsWorthARetry) {
  // The other transaction has changed more rows, so this one is the victim.
  sql("CREATE TABLE heavy (id INT PRIMARY KEY)");
  const auto sink = begun();
  sql("START TRANSACTION");
  for (int i = 0; i < 20; ++i) sql("INSERT INTO heavy VALUES (" + std::to_string(i) + ")");
  sql("INSERT INTO t VALUES (1, 0)");
  std::thread other([&] { sql("UPDATE connect_offsets SET epoch=epoch"); });
  wait_for_lock_wait();
  const Error error = write_error(*sink);
  other.join();
  sql("ROLLBACK");
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_EQ(error.native_code, 1213);
}

TEST_F(ServerTroubles, AnInterruptedStatementIsWorthARetry) {
  const auto sink = begun();
  const std::string id = others();
  sql("START TRANSACTION");
  sql("INSERT INTO t VALUES (1, 0)");
  CancelSwitch cancel;
  auto killer = Connection::open(options_, cancel);
  ASSERT_TRUE(killer.ok());
  std::thread kills([&] {
    wait_for_lock_wait(id);
    EXPECT_TRUE((*killer)->execute("KILL QUERY " + id, "test").ok());
  });
  const Error error = write_error(*sink);
  kills.join();
  sql("ROLLBACK");
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_EQ(error.native_code, 1317);
}

TEST_F(ServerTroubles, TooManyConnectionsOfAUserAreWorthARetry) {
  const Pairs config = own_user("WITH MAX_USER_CONNECTIONS 1");
  const auto first = started(config);
  const Status second = created(config)->start();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().action, Action::kRetry) << second.error().message;
  EXPECT_THAT(second.error().message, HasSubstr("raise"));
}

TEST_F(ServerTroubles, ARightTakenAwayIsAnAuthError) {
  const auto sink = begun(own_user());
  sql("REVOKE INSERT ON " + database_ + ".* FROM " + user_ + "@'%'");
  sink->stop();  // rights of a database count from the next connection on
  const auto again = started({{"connection.user", user_}, {"connection.password", "pw"}});
  const Status prepared = again->prepare(rows_.view());
  ASSERT_TRUE(prepared.ok()) << prepared.error().message;
  std::vector<cnx_offset_row> claimed(1);
  claimed[0].topic = str(kTopic);
  ASSERT_TRUE(again->claim(claimant(), claimed).ok());
  ASSERT_TRUE(again->begin(claimant(), {{step(claimed[0].epoch, 0, 1)}}).ok());
  const Error error = write_error(*again);
  EXPECT_EQ(error.action, Action::kAuth) << error.message;
  EXPECT_EQ(error.native_code, 1142);
  EXPECT_THAT(error.message, HasSubstr("sql/004_grants.sql"));
}

TEST_F(ServerTroubles, ALockedAccountAndAnExpiredPasswordAreAuthErrors) {
  const Pairs config = own_user();
  sql("ALTER USER " + user_ + "@'%' ACCOUNT LOCK");
  const Status locked = created(config)->start();
  ASSERT_FALSE(locked.ok());
  EXPECT_EQ(locked.error().action, Action::kAuth) << locked.error().message;
  sql("ALTER USER " + user_ + "@'%' ACCOUNT UNLOCK PASSWORD EXPIRE");
  const Status expired = created(config)->start();
  ASSERT_FALSE(expired.ok());
  EXPECT_EQ(expired.error().action, Action::kAuth) << expired.error().message;
}

TEST_F(ServerTroubles, ATableADatabaseOrAColumnThatGoesIsAConfigError) {
  const auto sink = begun();
  sink->abort();
  const auto epoch = claim(*sink);
  sql("ALTER TABLE t DROP COLUMN n");
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  EXPECT_EQ(write_error(*sink).native_code, 1054);
  sink->abort();
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  sql("DROP TABLE t");
  EXPECT_EQ(write_error(*sink).action, Action::kConfig);
  sink->abort();
  sql("DROP DATABASE " + database_);
  const Status begun_without = sink->begin(claimant(), {{step(epoch, 0, 1)}});
  ASSERT_FALSE(begun_without.ok());
  EXPECT_EQ(begun_without.error().action, Action::kConfig) << begun_without.error().message;
}

TEST_F(ServerTroubles, AColumnThatBecomesGeneratedIsAConfigError) {
  const auto sink = begun();
  sink->abort();
  sql("ALTER TABLE t DROP COLUMN n, ADD COLUMN n INT AS (id + 1) STORED");
  ASSERT_TRUE(sink->begin(claimant(), {{step(claim(*sink), 0, 1)}}).ok());
  const Error error = write_error(*sink);
  EXPECT_EQ(error.action, Action::kConfig) << error.message;
}

TEST_F(ServerTroubles, AReadOnlyDatabaseIsWorthARetryAndSaysTheMend) {
  if (is_mariadb()) GTEST_SKIP() << "MariaDB has read-only servers, but no read-only databases";
  const auto sink = begun();
  sink->abort();
  const auto epoch = claim(*sink);
  sql("ALTER SCHEMA " + database_ + " READ ONLY=1");
  const Status refused = sink->begin(claimant(), {{step(epoch, 0, 1)}});
  sql("ALTER SCHEMA " + database_ + " READ ONLY=0");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRetry);
  EXPECT_EQ(refused.error().native_code, 3989);
  EXPECT_THAT(refused.error().message, HasSubstr("make the server writable"));
  EXPECT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok()) << "it goes on by itself";
}

// A trigger that signals a number stands for a server that answers it: the whole table, over the wire.
TEST_F(ServerTroubles, EveryErrorThatIsNotARecordsFaultBlamesNone) {
  const auto sink = started();
  const auto epoch = claim(*sink);
  ASSERT_TRUE(sink->prepare(rows_.view()).ok());
  sql("CREATE TABLE signals (code INT)");
  sql("INSERT INTO signals VALUES (0)");
  sql("CREATE TRIGGER t_signals BEFORE INSERT ON t FOR EACH ROW BEGIN DECLARE c INT; SELECT code INTO c FROM signals; "
      "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO=c, MESSAGE_TEXT='told by a trigger at row 1'; END");
  int told = 0;
  for (const ErrorRule& rule : all_rules()) {
    // The client library's own numbers never come from a server.
    if (rule.action == Action::kRecord || (rule.code >= 2000 && rule.code < 3000) || rule.code >= 5000) continue;
    SCOPED_TRACE(rule.code);
    ++told;
    sql("UPDATE signals SET code=" + std::to_string(rule.code));
    ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
    const Error error = write_error(*sink);
    EXPECT_EQ(error.native_code, static_cast<std::int64_t>(rule.code));
    EXPECT_STREQ(name_of(error.action), name_of(rule.action));
    sink->abort();
    ASSERT_TRUE(sink->prepare(rows_.view()).ok());
  }
  EXPECT_GT(told, 100);
}

TEST_F(ServerTroubles, AnUnknownErrorIsFatalAndBlamesNoRecord) {
  const auto sink = started();
  sql("CREATE TRIGGER t_signals BEFORE INSERT ON t FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO=31002, "
      "MESSAGE_TEXT='nobody knows'");
  const auto epoch = claim(*sink);
  ASSERT_TRUE(sink->prepare(rows_.view()).ok());
  ASSERT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
  const Error error = write_error(*sink);
  EXPECT_EQ(error.action, Action::kFatal);
  EXPECT_THAT(error.message, HasSubstr("31002"));
  EXPECT_THAT(error.message, HasSubstr("does not know"));
}

// A network that fails during the handshake looks like wrong TLS settings, unless these have worked before.
TEST_F(ServerTroubles, TlsThatWorkedBeforeIsWorthARetry) {
  const auto have = lines("SHOW VARIABLES LIKE 'have_ssl'");  // MySQL dropped the variable and has TLS by default
  if (!have.empty() && have[0] != "have_ssl|YES") GTEST_SKIP() << "this server has no TLS";
  AnswerDroppingProxy proxy(options_.host, options_.port);
  const Pairs config = {{"connection.url", "mysql://127.0.0.1:" + std::to_string(proxy.port()) + "/" + database_},
                        {"connection.ssl.mode", "required"}};
  // The request for TLS is the first packet, the handshake begins with the second.
  proxy.drop_answer(2);
  const Status first = created(config)->start();
  ASSERT_FALSE(first.ok());
  if (first.error().native_code != 2026) GTEST_SKIP() << "the library takes it for " << first.error().message;
  EXPECT_EQ(first.error().action, Action::kConfig);
  started(config)->stop();
  proxy.drop_answer(2);
  const Status later = created(config)->start();
  ASSERT_FALSE(later.ok());
  EXPECT_EQ(later.error().action, Action::kRetry) << later.error().message;
}

// The frozen owner's transaction holds the row of its partition; nobody could claim it as long as it lasts.
TEST_F(ServerTroubles, TheLocksOfAFrozenOwnerEnd) {
  const auto sink = started();
  claim(*sink);
  ConnectionOptions frozen = options_;
  frozen.database = database_;
  frozen.idle_transaction_s = 2;
  CancelSwitch cancel;
  ServerInfo server;
  const auto owner = open_session(frozen, cancel, server);
  ASSERT_TRUE(owner.ok()) << owner.error().message;
  ASSERT_TRUE((*owner)->execute("START TRANSACTION", "test").ok());
  ASSERT_TRUE((*owner)->execute("UPDATE connect_offsets SET next_offset=1", "test").ok());
  std::vector<cnx_offset_row> rows(1);
  rows[0].topic = str(kTopic);
  const auto before = std::chrono::steady_clock::now();
  int tries = 0;
  Status claimed;
  do {
    ++tries;
    claimed = sink->claim(claimant("worker-2/b"), rows);
    ASSERT_TRUE(claimed.ok() || claimed.error().action == Action::kRetry) << claimed.error().message;
  } while (!claimed.ok() && std::chrono::steady_clock::now() - before < std::chrono::seconds(15));
  ASSERT_TRUE(claimed.ok()) << claimed.error().message;
  EXPECT_GT(tries, 1) << "the row was locked";
  EXPECT_EQ(rows[0].next_offset, 0) << "what the frozen owner had done is rolled back";
  EXPECT_FALSE((*owner)->execute("COMMIT", "test").ok()) << "when it thaws, it finds its connection closed";
}

}  // namespace
}  // namespace cnx::mysql
