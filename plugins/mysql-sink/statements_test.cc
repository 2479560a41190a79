// SPDX-License-Identifier: Apache-2.0
#include "statements.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"
#include "session.h"

namespace cnx::mysql {
namespace {

const std::vector<StatementColumn> kStatementColumns = {
    {"id", CNX_INT64, 0, true, 0, 0}, {"name", CNX_TEXT, 0, false, 0, 0}, {"at", CNX_WRITE_TIME, 3, false, 0, 0}};

TEST(Statements, UpsertWithTheValuesFunction) {
  const Statements made = make_statements({"d", "t"}, kStatementColumns, InsertMode::kUpsert, Dialect::kValuesFunction);
  EXPECT_EQ(made.insert_bulk,
            "INSERT INTO `d`.`t` (`id`,`name`,`at`) VALUES (?,?,UTC_TIMESTAMP(3))"
            " ON DUPLICATE KEY UPDATE `name`=VALUES(`name`),`at`=UTC_TIMESTAMP(3)");
  EXPECT_EQ(made.insert_head, "INSERT INTO `d`.`t` (`id`,`name`,`at`) VALUES ");
  EXPECT_EQ(made.delete_bulk, "DELETE FROM `d`.`t` WHERE `id`=?");
}

TEST(Statements, UpsertWithTheRowAlias) {
  const Statements made = make_statements({"d", "t"}, kStatementColumns, InsertMode::kUpsert, Dialect::kRowAlias);
  EXPECT_EQ(made.insert_tail, " AS cnx_new ON DUPLICATE KEY UPDATE `name`=cnx_new.`name`,`at`=UTC_TIMESTAMP(3)");
}

TEST(Statements, InsertHasNoUpdatePart) {
  EXPECT_EQ(make_statements({"d", "t"}, kStatementColumns, InsertMode::kInsert, Dialect::kRowAlias).insert_tail, "");
}

TEST(Statements, UpsertOfKeysAlone) {
  const Statements made =
      make_statements({"d", "t"}, {{"id", CNX_INT64, 0, true, 0, 0}}, InsertMode::kUpsert, Dialect::kValuesFunction);
  EXPECT_EQ(made.insert_tail, " ON DUPLICATE KEY UPDATE `id`=VALUES(`id`)");
}

TEST(Statements, WithoutAKeyNothingCanBeDeleted) {
  const Statements made =
      make_statements({"d", "t"}, {{"x", CNX_INT64, 0, false, 0, 0}}, InsertMode::kInsert, Dialect::kValuesFunction);
  EXPECT_EQ(made.delete_head, "");
}

TEST(Statements, RowsAsLiterals) {
  const testing::Rows rows(
      {ColumnSpec::int64("id"), ColumnSpec::text("name", 9), ColumnSpec::make("at", CNX_WRITE_TIME)},
      {{std::int64_t{-7}, "O'Neil", testing::kNull}, {std::int64_t{8}, testing::kNull, testing::kNull}});
  std::string sql;
  append_row(sql, kStatementColumns, rows.view(), 0);
  append_row(sql, kStatementColumns, rows.view(), 1);
  append_key_condition(sql, kStatementColumns, rows.view(), 1);
  EXPECT_EQ(sql, R"((-7,'O\'Neil',UTC_TIMESTAMP(3))(8,NULL,UTC_TIMESTAMP(3))(`id`=8))");
}

TEST(Statements, CutTextsBetweenCharacters) {
  const testing::Rows rows({ColumnSpec::text("x", 0)}, {{"añb"}});
  StatementColumn spec{"x", CNX_TEXT, 0, false, 2, 0};
  EXPECT_EQ(sent_text(spec, rows.view().column(0), 0), "añ");
  spec = {"x", CNX_TEXT, 0, false, 0, 2};
  EXPECT_EQ(sent_text(spec, rows.view().column(0), 0), "a");
  spec = {"x", CNX_TEXT, 0, false, 0, 0};
  EXPECT_EQ(sent_text(spec, rows.view().column(0), 0), "añb");
}

TEST(ServerInfo, ChoosesTheDialectByVersion) {
  EXPECT_EQ(ServerInfo::from_version("10.11.19-MariaDB-0+deb12u1").dialect, Dialect::kValuesFunction);
  EXPECT_TRUE(ServerInfo::from_version("10.11.19-MariaDB-0+deb12u1").is_mariadb);
  EXPECT_EQ(ServerInfo::from_version("8.0.18").dialect, Dialect::kValuesFunction);
  EXPECT_EQ(ServerInfo::from_version("8.0.19").dialect, Dialect::kRowAlias);
  EXPECT_EQ(ServerInfo::from_version("9.7.4").dialect, Dialect::kRowAlias);
  EXPECT_FALSE(ServerInfo::from_version("8.4.0-log").is_mariadb);
}

}  // namespace
}  // namespace cnx::mysql
