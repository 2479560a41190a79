// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "mysql_test.h"

namespace cnx::mysql {
namespace {

using Writing = MysqlWriteTest;
CNX_BOTH_WRITE_METHODS(Writing);

const std::vector<ColumnSpec> kIdAndName = {ColumnSpec::int64("id").key(), ColumnSpec::text("name", 50)};

// Rows whose `ops` are told, which the literal cannot.
class RowsWithOps {
 public:
  RowsWithOps(const Rows& rows, std::vector<std::uint8_t> ops) : ops_(std::move(ops)), raw_(rows.raw()) {
    raw_.ops = ops_.data();
  }
  [[nodiscard]] const cnx_batch& raw() const { return raw_; }

 private:
  std::vector<std::uint8_t> ops_;
  cnx_batch raw_;
};

TEST_P(Writing, TheLastVersionOfARowWins) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(50))");
  const auto sink = started();
  const Rows rows(
      kIdAndName,
      {{std::int64_t{2}, "first"}, {std::int64_t{1}, "a"}, {std::int64_t{2}, "second"}, {std::int64_t{2}, "third"}});
  ASSERT_TRUE(write(*sink, rows).ok());
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"), ElementsAre("1|a", "2|third"));
  ASSERT_TRUE(write(*sink, Rows(kIdAndName, {{std::int64_t{1}, kNull}})).ok());
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"), ElementsAre("1|NULL", "2|third"));
}

TEST_P(Writing, AppliesDeletesInTheirPlace) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(50))");
  sql("INSERT INTO t VALUES (1,'old'),(2,'old'),(3,'old')");
  const auto sink = started();
  const Rows rows(kIdAndName, {{std::int64_t{1}, "new"},
                               {std::int64_t{1}, kNull},
                               {std::int64_t{2}, kNull},
                               {std::int64_t{2}, "again"},
                               {std::int64_t{4}, kNull}});
  const RowsWithOps with_ops(rows, {CNX_OP_UPSERT, CNX_OP_DELETE, CNX_OP_DELETE, CNX_OP_UPSERT, CNX_OP_DELETE});
  const auto epoch = claim(*sink);
  const std::vector<cnx_offset_step> steps = {step(epoch, 0, 5)};
  ASSERT_TRUE(sink->begin(claimant(), steps).ok());
  CollectedRejects rejects;
  const Status written = sink->write(BatchView(with_ops.raw()), Selection(with_ops.raw(), {}), rejects.sink());
  ASSERT_TRUE(written.ok()) << written.error().message;
  bool unknown = false;
  ASSERT_TRUE(sink->commit(unknown).ok());
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"), ElementsAre("2|again", "3|old"));
}

TEST_P(Writing, RefusesDeletesWithoutAKey) {
  sql("CREATE TABLE t (id BIGINT, name VARCHAR(50))");
  const auto sink = started({{"insert.mode", "insert"}, {"pk.fields", ""}});
  const Rows rows(kIdAndName, {{std::int64_t{1}, kNull}});
  const RowsWithOps with_ops(rows, {CNX_OP_DELETE});
  const std::vector<cnx_offset_step> steps = {step(claim(*sink), 0, 1)};
  ASSERT_TRUE(sink->begin(claimant(), steps).ok());
  CollectedRejects rejects;
  const Status written = sink->write(BatchView(with_ops.raw()), Selection(with_ops.raw(), {}), rejects.sink());
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kConfig);
  EXPECT_THAT(written.error().message, HasSubstr("pk.fields"));
}

TEST_P(Writing, WritesOnlyTheChosenRows) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(50))");
  const auto sink = started();
  const Rows rows(kIdAndName, {{std::int64_t{3}, "c"}, {std::int64_t{2}, "b"}, {std::int64_t{1}, "a"}});
  const std::vector<cnx_offset_step> steps = {step(claim(*sink), 0, 3)};
  ASSERT_TRUE(sink->begin(claimant(), steps).ok());
  CollectedRejects rejects;
  const std::uint32_t chosen[] = {0, 2};
  ASSERT_TRUE(sink->write(rows.view(), Selection(rows.raw(), {chosen, 2}), rejects.sink()).ok());
  bool unknown = false;
  ASSERT_TRUE(sink->commit(unknown).ok());
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"), ElementsAre("1|a", "3|c"));
}

TEST_P(Writing, CutsABatchThatIsLargerThanAPacket) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name LONGTEXT)");
  const std::string packet = line("SELECT @@max_allowed_packet");
  const std::string text(std::stoull(packet) / 3, 'x');
  const auto sink = started();
  std::vector<std::vector<testing::Cell>> cells;
  for (std::int64_t id = 0; id < 7; ++id) cells.push_back({id, std::string_view(text)});
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 0)}, std::move(cells));
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(line("SELECT COUNT(*), SUM(LENGTH(name)) FROM t"), "7|" + std::to_string(7 * text.size()));
}

TEST_P(Writing, NamesARowThatFitsNoPacket) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name LONGTEXT)");
  const std::string text(std::stoull(line("SELECT @@max_allowed_packet")), 'x');
  const auto sink = started();
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 0)},
                  {{std::int64_t{1}, "a"}, {std::int64_t{2}, std::string_view(text)}});
  CollectedRejects rejects;
  const Status written = write(*sink, rows, rejects);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().action, Action::kRecord);
  ASSERT_THAT(rejects.rejects, SizeIs(1));
  EXPECT_EQ(rejects.rejects[0].row, 1u);
  EXPECT_THAT(rejects.rejects[0].message, HasSubstr("max_allowed_packet"));
}

TEST_P(Writing, InsertModeAddsRowsToATableWithoutAKey) {
  sql("CREATE TABLE t (id BIGINT, name VARCHAR(50))");
  const auto sink = started({{"insert.mode", "insert"}, {"pk.fields", ""}});
  const Rows rows(kIdAndName, {{std::int64_t{1}, "a"}, {std::int64_t{1}, "b"}});
  ASSERT_TRUE(write(*sink, rows).ok());
  EXPECT_THAT(lines("SELECT * FROM t"), ElementsAre("1|a", "1|b"));
}

TEST_P(Writing, WritesToTheTableOfTheTopicInAnotherDatabase) {
  sql("CREATE TABLE raw_orders (id BIGINT PRIMARY KEY, name VARCHAR(50))");
  const auto sink = started({{"table.name.format", database_ + ".raw_${topic}"}});
  ASSERT_TRUE(write(*sink, Rows(kIdAndName, {{std::int64_t{1}, "a"}})).ok());
  EXPECT_THAT(lines("SELECT * FROM raw_orders"), ElementsAre("1|a"));
}

// Without the sorting by key, most of such batches end in a deadlock.
TEST_P(Writing, OverlappingBatchesOfSeveralWritersDoNotDeadlock) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(50))");
  constexpr int kWriters = 3, kBatches = 15;
  std::vector<std::thread> writers;
  std::vector<std::string> failures(kWriters);
  for (int w = 0; w < kWriters; ++w)
    writers.emplace_back([&, w] {
      testing::FakeHost host("writer-" + std::to_string(w));
      Pairs config = pairs({{"write.method", GetParam()}});
      auto sink = MysqlSink::create(host.host(), testing::config_of<MysqlSink>(config)).value();
      if (!sink->start().ok()) return void(failures[w] = "start");
      for (int b = 0; b < kBatches; ++b) {
        std::vector<std::vector<testing::Cell>> cells;
        for (std::int64_t i = 0; i < 200; ++i) cells.push_back({(i * 7919 + w * 131 + b * 17) % 400, "x"});
        const Status written = write(*sink, Rows(kIdAndName, std::move(cells)));
        if (!written.ok()) failures[w] += written.error().message + "\n";
      }
    });
  for (auto& writer : writers) writer.join();
  EXPECT_THAT(failures, ::testing::Each(IsEmpty()));
  EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "400");
}

}  // namespace
}  // namespace cnx::mysql
