// SPDX-License-Identifier: Apache-2.0
#include "mysql_test.h"

namespace cnx::mysql {
namespace {

using AutoDdl = MysqlTest;

const std::vector<ColumnSpec> kNarrow = {ColumnSpec::int64("id").key(), ColumnSpec::text("name", 20)};
const std::vector<ColumnSpec> kWide = {ColumnSpec::int64("id").key(), ColumnSpec::text("name", 20),
                                       ColumnSpec::decimal("amount", 10, 2), ColumnSpec::make("at", CNX_TIMESTAMP)};

TEST_F(AutoDdl, AMissingTableIsAConfigErrorUnlessItMayBeMade) {
  const Rows rows(kNarrow, {{std::int64_t{1}, "a"}});
  const Status refused = write(*started(), rows);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kConfig);
  EXPECT_THAT(refused.error().message, HasSubstr("connect-host init"));
  const Status written = write(*started({{"auto.create", "true"}}), rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT * FROM t"), ElementsAre("1|a"));
  EXPECT_THAT(line("SHOW CREATE TABLE t"), HasSubstr("PRIMARY KEY (`id`)"));
}

TEST_F(AutoDdl, AMissingColumnIsAConfigErrorUnlessItMayBeAdded) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(20))");
  const Rows rows(kWide, {{std::int64_t{1}, "a", std::int64_t{150}, std::int64_t{1'762'819'200'000'000}}});
  const Status refused = write(*started(), rows);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kConfig);
  EXPECT_THAT(refused.error().message, HasSubstr("`amount`"));
  const auto sink = started({{"auto.evolve", "true"}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT id, name, amount FROM t"), ElementsAre("1|a|1.50"));
  // Older rows without the new columns are still written.
  ASSERT_TRUE(write(*sink, Rows(kNarrow, {{std::int64_t{2}, "b"}})).ok());
  EXPECT_EQ(line("SELECT at IS NULL FROM t WHERE id=2"), "1");
}

TEST_F(AutoDdl, NothingIsAlteredInsideOfATransaction) {
  const auto sink = started({{"auto.create", "true"}});
  const Rows rows(kNarrow, {{std::int64_t{1}, "a"}});
  ASSERT_TRUE(sink->begin(claimant(), {{step(claim(*sink), 0, 1)}}).ok());
  CollectedRejects rejects;
  EXPECT_EQ(sink->write(rows.view(), Selection(rows.raw(), {}), rejects.sink()).error().action, Action::kConfig);
  EXPECT_EQ(sink->prepare(rows.view()).error().action, Action::kFatal);
  EXPECT_THAT(lines("SHOW TABLES"), ElementsAre("connect_dead_letters", "connect_offsets"));
}

TEST_F(AutoDdl, AKeyThatLosesRowsIsRefusedBeforeTheFirstWrite) {
  sql("CREATE TABLE t (id BIGINT, name VARCHAR(20), PRIMARY KEY (name))");
  const Status refused = write(*started(), Rows(kNarrow, {{std::int64_t{1}, "a"}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kConfig);
  EXPECT_THAT(refused.error().message, HasSubstr("lost"));
}

TEST_F(AutoDdl, ATableWithoutTransactionsIsRefused) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(20)) ENGINE=MyISAM");
  const Status refused = write(*started(), Rows(kNarrow, {{std::int64_t{1}, "a"}}));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("MyISAM"));
}

}  // namespace
}  // namespace cnx::mysql
