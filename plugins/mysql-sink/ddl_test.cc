// SPDX-License-Identifier: Apache-2.0
#include "ddl.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "cnx/testing/rows.hpp"
#include "mark_store.h"
#include "offset_store.h"
#include "order_shape_test_support.h"

namespace cnx::mysql {
namespace {

using ::testing::HasSubstr;

// The statements of a file of the sql folder, without comments and the last semicolon.
std::string sql_file(const std::string& name) {
  std::ifstream file(std::string(CNX_SQL_DIR) + "/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  std::string text, line;
  while (std::getline(file, line))
    if (!line.starts_with("--")) text += line + "\n";
  return text.substr(0, text.rfind(';'));
}

Shape shape_of(std::vector<ColumnSpec> columns) {
  const testing::Rows rows(std::move(columns), {});
  return Shape::of(rows.view());
}

std::string type_of(const ColumnSpec& spec, bool is_key = false) {
  const auto type = declared_type(shape_of({spec}).columns[0], is_key);
  return type.ok() ? *type : "refused: " + type.error().message;
}

TEST(Ddl, OfTheOrdersIsTheFileOfTheSqlFolder) {
  const auto ddl = table_ddl({"ods", "walmart_order"}, shape_of(order_columns()), {"purchaseOrderId", "lineNumber"});
  ASSERT_TRUE(ddl.ok()) << ddl.error().message;
  EXPECT_EQ(*ddl, sql_file("002_walmart_order.sql"));
}

TEST(Ddl, OfDatabaseAndOffsetsAreTheFilesOfTheSqlFolder) {
  EXPECT_EQ(database_ddl("ods"), sql_file("001_database.sql"));
  EXPECT_EQ(offsets_table_ddl({"ods", std::string(OffsetStore::kTable)}) + ";\n\n" +
                marks_table_ddl({"ods", std::string(MarkStore::kTable)}),
            sql_file("003_connect_offsets.sql"));
}

TEST(Ddl, DeclaresEachType) {
  ColumnSpec column = ColumnSpec::int64("c");
  EXPECT_EQ(type_of(column), "BIGINT");
  column.bits = 16;
  EXPECT_EQ(type_of(column), "SMALLINT");
  column.bits = 8;
  EXPECT_EQ(type_of(column), "TINYINT");
  EXPECT_EQ(type_of(ColumnSpec::int32("c")), "INT");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_FLOAT64)), "DOUBLE");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_BOOL)), "BOOLEAN");
  EXPECT_EQ(type_of(ColumnSpec::decimal("c", 10, 2)), "DECIMAL(10,2)");
  EXPECT_EQ(type_of(ColumnSpec::decimal("c", 0, 2)), "DECIMAL(19,2)");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_DATE)), "DATE");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_JSON)), "JSON");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_WRITE_TIME)), "DATETIME");
  column = ColumnSpec::make("c", CNX_TIMESTAMP);
  column.scale = 6;
  EXPECT_EQ(type_of(column), "TIMESTAMP(6)");
  EXPECT_EQ(type_of(ColumnSpec::make("c", CNX_BYTES)), "LONGBLOB");
}

TEST(Ddl, DeclaresTextsByTheirLength) {
  EXPECT_EQ(type_of(ColumnSpec::text("c", 0)), "TEXT");
  EXPECT_EQ(type_of(ColumnSpec::text("c", 4000)), "VARCHAR(4000)");
  EXPECT_EQ(type_of(ColumnSpec::text("c", 4001)), "TEXT");
  EXPECT_EQ(type_of(ColumnSpec::text("c", 16'384)), "MEDIUMTEXT");
  EXPECT_EQ(type_of(ColumnSpec::text("c", 5'000'000)), "LONGTEXT");
}

TEST(Ddl, RefusesWhatCannotBeDeclared) {
  EXPECT_THAT(type_of(ColumnSpec::text("c", 0), true), HasSubstr("refused: column `c`"));
  EXPECT_THAT(type_of(ColumnSpec::make("c", CNX_JSON), true), HasSubstr("refused"));
  EXPECT_THAT(type_of(ColumnSpec::decimal("c", 2, 3)), HasSubstr("refused"));
  EXPECT_THAT(type_of(ColumnSpec::make("c", 99)), HasSubstr("refused"));
  const auto ddl = table_ddl({"d", "t"}, shape_of({ColumnSpec::int64("id")}), {"no_such"});
  ASSERT_FALSE(ddl.ok());
  EXPECT_EQ(ddl.error().action, Action::kConfig);
  EXPECT_THAT(ddl.error().message, HasSubstr("no_such"));
}

TEST(Ddl, KeysOfTextTellCasesApart) {
  const auto ddl =
      table_ddl({"d", "t"}, shape_of({ColumnSpec::text("sku", 50), ColumnSpec::text("name", 50)}), {"sku"});
  ASSERT_TRUE(ddl.ok());
  EXPECT_EQ(
      *ddl,
      "CREATE TABLE IF NOT EXISTS `d`.`t` (\n  `sku` VARCHAR(50) COLLATE utf8mb4_bin NOT NULL,\n  `name` VARCHAR(50),\n"
      "  PRIMARY KEY (`sku`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
}

TEST(Ddl, AddsColumnsThatMayBeNull) {
  const auto ddl = add_columns_ddl(
      {"d", "t"}, shape_of({ColumnSpec::int64("id"), ColumnSpec::int64("n").key(), ColumnSpec::text("x", 5)}), {1, 2});
  ASSERT_TRUE(ddl.ok());
  EXPECT_EQ(*ddl, "ALTER TABLE `d`.`t`\n  ADD COLUMN `n` BIGINT NULL,\n  ADD COLUMN `x` VARCHAR(5) NULL");
}

}  // namespace
}  // namespace cnx::mysql
