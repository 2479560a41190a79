// SPDX-License-Identifier: Apache-2.0
//
// When one transaction follows the other, the rows are sent before the answers to the guards are taken: whatever these
// say, nothing may come of rows that no guard holds for.
#include <unistd.h>

#include "bulk_packet.h"
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

class GuardsAhead : public MysqlTest {
 protected:
  static constexpr std::int32_t kPartitions = 2;

  // A sink that has just committed its first transaction, row 0, on offsets 0 to 1 of both partitions.
  void go(const Pairs& config = {}) {
    sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n TINYINT NOT NULL CHECK (n >= 0))");
    sink_ = started(config);
    std::vector<cnx_offset_row> rows(kPartitions);
    for (std::int32_t p = 0; p < kPartitions; ++p) rows[p].topic = str(kTopic), rows[p].partition = p;
    ASSERT_TRUE(sink_->claim(claimant(), rows).ok());
    epoch_ = rows[0].epoch;
    ASSERT_TRUE(sink_->prepare(numbered(0, 1).view()).ok());
    ASSERT_TRUE(sink_->begin(claimant(), steps(0)).ok());
    ASSERT_TRUE(write(numbered(0, 1)).ok());
    ASSERT_TRUE(commit().ok());
    ASSERT_EQ(state(), "1|1");
  }
  std::vector<cnx_offset_step> steps(std::int64_t from) const {
    return {step(epoch_, from, from + 1, 0), step(epoch_, from, from + 1, 1)};
  }
  // Its guards are on their way.
  void begin_next() { ASSERT_TRUE(sink_->begin(claimant(), steps(1)).ok()); }
  // Rows `first` and so on; row `bad` (-1: none) has `n`.
  static Rows numbered(std::int64_t first, std::int64_t count, std::int64_t bad = -1, testing::Cell n = kNull) {
    std::vector<std::vector<testing::Cell>> cells;
    for (std::int64_t row = first; row < first + count; ++row)
      cells.push_back({row, row == bad ? n : testing::Cell(std::int64_t{1})});
    return {{ColumnSpec::int64("id").key(), ColumnSpec::int64("n")}, std::move(cells)};
  }
  Status write(const Rows& rows) { return sink_->write(rows.view(), Selection(rows.raw(), {}), rejects_.sink()); }
  Status commit() {
    bool unknown = false;
    Status committed = sink_->commit(unknown);
    EXPECT_FALSE(unknown && !committed.ok()) << "no COMMIT may have been sent";
    return committed;
  }
  void replace_owner() { sql("UPDATE connect_offsets SET epoch=epoch+1, owner='worker-2/b' WHERE `partition`=1"); }
  // That partition's row only: all of the key is named.
  void lock(std::int32_t partition) {
    sql("UPDATE connect_offsets SET host_version='x' WHERE connector='orders-mysql' AND topic='orders' AND "
        "`partition`=" +
        std::to_string(partition));
  }
  static void expect_fenced(const Status& status) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().action, Action::kFenced) << status.error().message;
    EXPECT_THAT(status.error().message, HasSubstr("orders[1]: owned by 'worker-2/b'"));
  }
  std::string id_of_sink() {
    return line("SELECT id FROM information_schema.processlist WHERE db='" + database_ + "' AND id<>CONNECTION_ID()");
  }
  // The sum of the offsets over partitions, and the rows.
  std::string state() {
    return line("SELECT (SELECT SUM(next_offset) DIV 2 FROM connect_offsets), (SELECT COUNT(*) FROM t)");
  }
  // After the transaction was given up: nothing is left of it, and the same goes well when nothing is in its way.
  void expect_nothing_happened() {
    sink_->abort();
    EXPECT_EQ(state(), "1|1");
    sql("UPDATE connect_offsets SET epoch=" + std::to_string(epoch_) + ", owner='worker-1/a'");
    begin_next();
    ASSERT_TRUE(write(numbered(1, 3)).ok());
    ASSERT_TRUE(commit().ok());
    EXPECT_EQ(state(), "2|4");
  }

  CollectedRejects rejects_;
  std::unique_ptr<MysqlSink> sink_;
  std::int64_t epoch_ = 0;
};

class GuardsAheadOf : public GuardsAhead, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    GuardsAhead::SetUp();
    if (IsSkipped()) return;
    if (GetParam() == std::string_view("bulk") && !is_mariadb()) GTEST_SKIP() << "MySQL has no bulk statements";
    go({{"write.method", GetParam()}});
  }
  // More than one bulk statement.
  static Rows many() { return numbered(1, 3 * static_cast<std::int64_t>(kMostRowsOfStatement)); }
  void meet_a_deadlock(const Rows& rows) {
    sql("CREATE TABLE heavy (id INT PRIMARY KEY)");
    sql("START TRANSACTION");
    for (int i = 0; i < 20; ++i) sql("INSERT INTO heavy VALUES (" + std::to_string(i) + ")");
    lock(1);
    begin_next();
    wait_for_lock_wait();
    lock(0);
    const Status written = write(rows);
    sql("ROLLBACK");
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().action, Action::kRetry);
    EXPECT_EQ(written.error().native_code, 1213);
    EXPECT_THAT(rejects_.rejects, IsEmpty());
    expect_nothing_happened();
  }
};
CNX_BOTH_WRITE_METHODS(GuardsAheadOf);

TEST_P(GuardsAheadOf, RowsOfAnOwnerThatWasReplacedAreNotWritten) {
  replace_owner();
  begin_next();
  expect_fenced(write(numbered(1, 3)));
  expect_fenced(commit());
  expect_nothing_happened();
}

TEST_P(GuardsAheadOf, ManyRowsOfAnOwnerThatWasReplacedAreNotWritten) {
  replace_owner();
  begin_next();
  expect_fenced(write(many()));
  expect_nothing_happened();
}

TEST_P(GuardsAheadOf, AReplacedOwnerLearnsItAtTheCommitAtTheLatest) {
  replace_owner();
  begin_next();
  expect_fenced(commit());
  expect_nothing_happened();
}

// Neither what the sink refuses itself nor what the server does: the records are another owner's now.
TEST_P(GuardsAheadOf, BadRowsOfAnOwnerThatWasReplacedAreNobodysFault) {
  for (const testing::Cell bad : {testing::Cell(kNull), testing::Cell(std::int64_t{-1})}) {
    replace_owner();
    begin_next();
    expect_fenced(write(numbered(1, 3, 2, bad)));
    sink_->abort();
    EXPECT_EQ(state(), "1|1");
    sql("UPDATE connect_offsets SET epoch=" + std::to_string(epoch_) + ", owner='worker-1/a', next_offset=0");
    ASSERT_TRUE(sink_->begin(claimant(), steps(0)).ok());
    ASSERT_TRUE(write(numbered(0, 1)).ok());
    ASSERT_TRUE(commit().ok());
  }
}

TEST_P(GuardsAheadOf, ABadRowIsNamedWhenTheGuardsHold) {
  begin_next();
  const Status written = write(numbered(1, 3, 2, std::int64_t{-1}));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord) << written.error().message;
  expect_nothing_happened();
}

// A shape that was not written yet has its table read and its statement prepared first.
TEST_P(GuardsAheadOf, RowsOfANewShapeAreNotWrittenEither) {
  sql("ALTER TABLE t ADD COLUMN m INT");
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::int64("n"), ColumnSpec::int64("m")},
                  {{std::int64_t{1}, std::int64_t{1}, std::int64_t{1}}});
  replace_owner();
  begin_next();
  expect_fenced(write(rows));
  expect_nothing_happened();
}

TEST_P(GuardsAheadOf, MarksOfAnOwnerThatWasReplacedAreNotMade) {
  replace_owner();
  begin_next();
  const cnx_mark mark{str(kTopic), 0, CNX_MARK_NONE, 1, 1'700'000'000'000};
  expect_fenced(sink_->bury({&mark, 1}));
  expect_nothing_happened();
}

// The second guard is the victim: the first is gone with it, and the rows behind begin a transaction of their own.
TEST_P(GuardsAheadOf, ADeadlockBetweenTheGuardsLeavesNothingBehind) { meet_a_deadlock(numbered(1, 3)); }
TEST_P(GuardsAheadOf, ADeadlockBetweenTheGuardsLeavesNothingOfManyRowsBehind) { meet_a_deadlock(many()); }

// The transaction goes on, with the rows and without the guard.
TEST_P(GuardsAheadOf, AGuardThatWasInterruptedLeavesNothingBehind) {
  const std::string id = id_of_sink();
  sql("START TRANSACTION");
  lock(1);
  begin_next();
  wait_for_lock_wait();
  sql("KILL QUERY " + id);
  const Status written = write(numbered(1, 3));
  sql("ROLLBACK");
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRetry);
  EXPECT_EQ(written.error().native_code, 1317);
  EXPECT_EQ(commit().error().native_code, 1317) << "it stays so until the transaction is given up";
  expect_nothing_happened();
}

TEST_P(GuardsAheadOf, AConnectionCutBehindTheGuardsIsWorthARetry) {
  begin_next();
  sql("KILL " + id_of_sink());
  const Status written = write(many());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRetry) << written.error().message;
  EXPECT_THAT(rejects_.rejects, IsEmpty());
  expect_nothing_happened();
}

// A server that cannot write its answers reads no more, and a unix socket holds few of them.
TEST_P(GuardsAheadOf, HundredsOfGuardsDoNotBlockTheConnection) {
  constexpr std::int32_t kMany = 600;
  const std::string socket = line("SELECT @@socket");
  if (::access(socket.c_str(), W_OK) != 0)
    GTEST_SKIP() << "the server's socket " << socket << " is not on this machine";
  sql("INSERT INTO connect_offsets (connector, topic, `partition`, next_offset, epoch, owner, group_id) "
      "SELECT connector, topic, n, 1, epoch, owner, group_id FROM connect_offsets, "
      "(WITH RECURSIVE s(n) AS (SELECT 2 UNION ALL SELECT n+1 FROM s WHERE n<" +
      std::to_string(kMany - 1) + ") SELECT n FROM s) numbers WHERE `partition`=0");
  sink_ = started(
      {{"write.method", GetParam()}, {"connection.url", "mysql://localhost/" + database_ + "?socket=" + socket}});
  const std::string newest = "SELECT MAX(id) FROM information_schema.processlist WHERE db='" + database_ +
                             "' AND id<>" + line("SELECT CONNECTION_ID()");
  const std::string connection = line(newest);
  for (std::int64_t from = 1; from < 3; ++from) {  // the answers of the first guards are waited for
    std::vector<cnx_offset_step> steps;
    for (std::int32_t p = 0; p < kMany; ++p) steps.push_back(step(epoch_, from, from + 1, p));
    const Status begun = sink_->begin(claimant(), steps);
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    ASSERT_TRUE(write(many()).ok());
    ASSERT_TRUE(commit().ok());
  }
  EXPECT_EQ(line("SELECT COUNT(*) FROM connect_offsets WHERE next_offset=3"), std::to_string(kMany));
  EXPECT_EQ(line(newest), connection) << "no connection was given up in between";
}

// Nobody knows what happened meanwhile to a connection that rested.
TEST_P(GuardsAheadOf, AfterARestTheGuardsAreWaitedFor) {
  replace_owner();
  host_.advance_ms(1'500);
  expect_fenced(sink_->begin(claimant(), steps(1)));
  expect_nothing_happened();
}

TEST_P(GuardsAheadOf, AConnectionThatDiedInARestIsReplacedWithoutAdo) {
  sql("KILL " + id_of_sink());
  host_.advance_ms(1'500);
  begin_next();
  ASSERT_TRUE(write(numbered(1, 3)).ok());
  ASSERT_TRUE(commit().ok());
  EXPECT_EQ(state(), "2|4");
}

// Whoever turned it on: a guard that was committed by itself would lose its records.
TEST_F(GuardsAhead, TheServersWordOnAutocommitCounts) {
  CancelSwitch cancel;
  Session session(options_, host_.host(), cancel);
  ASSERT_TRUE(session.ensure().ok());
  ASSERT_TRUE(session.set_autocommit(false).ok());
  ASSERT_TRUE(session.is_busy());
  ASSERT_TRUE(session.connection().execute("SET SESSION autocommit=1", "test").ok());
  EXPECT_FALSE(session.is_busy());
  ASSERT_TRUE(session.set_autocommit(false).ok());
  const auto now = session.connection().query("SELECT @@autocommit", "test");
  ASSERT_TRUE(now.ok());
  EXPECT_EQ((*now)[0][0], "0");
}

}  // namespace
}  // namespace cnx::mysql
