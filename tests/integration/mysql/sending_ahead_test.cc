// SPDX-License-Identifier: Apache-2.0
//
// A batch of several bulk statements, each of which is sent before the answer of the one before.
#include <thread>

#include "bulk_packet.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

constexpr std::int64_t kStatements = 4;
constexpr auto kRows = static_cast<std::int64_t>(kMostRowsOfStatement) * kStatements - 7;

class SendingAhead : public MysqlTest {
 protected:
  void SetUp() override {
    MysqlTest::SetUp();
    if (!IsSkipped() && !is_mariadb()) GTEST_SKIP() << "MySQL has no bulk statements";
  }
  // Rows whose key is their number; row `bad` (-1: none) has a value that the table's check refuses.
  static Rows numbered(std::int64_t bad = -1) {
    std::vector<std::vector<testing::Cell>> cells;
    for (std::int64_t row = 0; row < kRows; ++row) cells.push_back({row, row == bad ? std::int64_t{-1} : row});
    return {{ColumnSpec::int64("id").key(), ColumnSpec::int64("n")}, std::move(cells)};
  }
  std::string count() { return line("SELECT COUNT(*), MIN(n), MAX(n) FROM t"); }
  static std::string all() { return std::to_string(kRows) + "|0|" + std::to_string(kRows - 1); }
};

TEST_F(SendingAhead, WritesEveryRow) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)");
  const auto sink = started();
  ASSERT_TRUE(write(*sink, numbered()).ok());
  EXPECT_EQ(count(), all());
}

TEST_F(SendingAhead, NamesABadRowOfAnyStatement) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT CHECK (n >= 0))");
  const auto sink = started();
  for (std::int64_t statement = 0; statement < kStatements; ++statement) {
    const std::int64_t bad = statement * static_cast<std::int64_t>(kMostRowsOfStatement) + 5;
    CollectedRejects rejects;
    const Status written = write(*sink, numbered(bad), rejects);
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().action, Action::kRecord) << written.error().message;
    ASSERT_THAT(rejects.rejects, SizeIs(1));
    EXPECT_EQ(rejects.rejects[0].row, bad);
    EXPECT_EQ(rejects.rejects[0].column, "n");
    EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "0");
  }
  ASSERT_TRUE(write(*sink, numbered()).ok()) << "the connection is as it was";
  EXPECT_EQ(count(), all());
}

// Without a key a statement that ran twice would show.
TEST_F(SendingAhead, LooksTwiceAtWarningsAndWritesOnce) {
  sql("CREATE TABLE t (id BIGINT, n BIGINT)");
  sql("CREATE TRIGGER warns BEFORE INSERT ON t FOR EACH ROW SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT='look', "
      "MYSQL_ERRNO=1642");
  const auto sink = started({{"insert.mode", "insert"}, {"pk.fields", ""}});
  const Status written = write(*sink, numbered());
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(count(), all());
}

class DeadlockInTheSecondStatement : public SendingAhead {
 protected:
  // Writes the rows in a transaction that is the victim of a deadlock, and gives it up.
  Error write_into_deadlock(const Rows& rows) {
    sql("CREATE TABLE heavy (id INT PRIMARY KEY)");
    const auto sink = started();
    const auto epoch = claim(*sink);
    EXPECT_TRUE(sink->prepare(rows.view()).ok());
    EXPECT_TRUE(sink->begin(claimant(), {{step(epoch, 0, 1)}}).ok());
    // The other transaction has changed more rows, so the sink's is the victim.
    sql("START TRANSACTION");
    sql("INSERT INTO heavy SELECT seq FROM seq_1_to_" + std::to_string(2 * kRows));
    sql("INSERT INTO t VALUES (" + std::to_string(kMostRowsOfStatement + 5) + ", 0)");
    std::thread other([&] { sql("UPDATE connect_offsets SET epoch=epoch"); });
    wait_for_lock_wait();
    CollectedRejects rejects;
    const Status written = sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink());
    other.join();
    sql("ROLLBACK");
    EXPECT_FALSE(written.ok());
    EXPECT_THAT(rejects.rejects, IsEmpty()) << "no record is to blame";
    sink->abort();
    EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "0");
    // Statements outside of transactions are committed by themselves again.
    EXPECT_TRUE(sink->advance(claimant(), {{step(epoch, 0, 1)}}).ok());
    EXPECT_EQ(line("SELECT next_offset FROM connect_offsets"), "1");
    return written.ok() ? Error{} : written.error();
  }
};

// The transaction is gone with the second statement. What was on its way behind it must not stay, for nothing guards
// it.
TEST_F(DeadlockInTheSecondStatement, LeavesNothingBehind) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)");
  const Error error = write_into_deadlock(numbered());
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_EQ(error.native_code, 1213);
}

// There is no savepoint any more to look at the bad row again from: the deadlock is what is told.
TEST_F(DeadlockInTheSecondStatement, IsTriedAgainAlsoBehindABadRow) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT CHECK (n >= 0))");
  const Error error = write_into_deadlock(numbered(5));
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_EQ(error.native_code, 1213);
}

}  // namespace
}  // namespace cnx::mysql
