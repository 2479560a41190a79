// SPDX-License-Identifier: Apache-2.0
#include "columns.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

std::string sql_type(const Column& column) {
  const ColumnSpec& spec = column.spec;
  switch (spec.type) {
    case CNX_INT64:
      return spec.bits == 32 ? "INT" : "BIGINT";
    case CNX_DECIMAL:
      return "DECIMAL(" + std::to_string(spec.precision) + "," + std::to_string(spec.scale) + ")";
    case CNX_TIMESTAMP:
      return "TIMESTAMP";
    case CNX_JSON:
      return "JSON";
    case CNX_TEXT:
      return spec.max_length == 0 ? "TEXT" : "VARCHAR(" + std::to_string(spec.max_length) + ")";
    default:
      return "DATETIME";
  }
}

std::string origin_text(const Column& column) {
  if (column.take == Take::kConstant) return "option `source.file`";
  if (column.take == Take::kWriteTime) return "the time of the write";
  std::string text = std::string("`").append(column.from).append("`");
  if (!column.otherwise.empty())
    text += ", else `" + std::string(column.otherwise.substr(column.otherwise.rfind('.') + 1)) + "`";
  if (column.take == Take::kSecond) text += ", its second";
  if (column.take == Take::kJson) text += " as received";
  return text;
}

std::string readme_line(std::size_t c) {
  const Column& column = kColumns[c];
  return "| " + std::to_string(c + 1) + " | " + std::string(view(column.spec.name)) + " | " + sql_type(column) +
         ((column.spec.flags & CNX_COLUMN_KEY) != 0 ? " NOT NULL, key" : "") + " | " + origin_text(column) + " |";
}

TEST(Columns, StandInTheReadmeAsTheyAreInTheTable) {
  std::ifstream file(CNX_ORDER_TRANSFORM_DIR "/README.md");
  std::ostringstream readme;
  readme << file.rdbuf();
  for (std::size_t c = 0; c < kColumnCount; ++c)
    EXPECT_NE(readme.str().find(readme_line(c) + "\n"), std::string::npos) << "README.md lacks\n" << readme_line(c);
}

TEST(Columns, AreAllFilledByAnOrderThatHasEverything) {
  const Applied applied = apply(kOrder);
  ASSERT_EQ(applied.rows.size(), 1u);
  for (const auto& [name, value] : applied.rows[0].cells) EXPECT_EQ(value.has_value(), name != "load_time") << name;
}

TEST(Columns, KeysAreTheOnlyOnesThatMayNotBeNull) {
  for (const Column& column : kColumns) {
    const auto name = view(column.spec.name);
    const std::uint32_t expected =
        name == "purchaseOrderId" || name == "lineNumber" ? CNX_COLUMN_KEY | CNX_COLUMN_NOT_NULL : 0u;
    EXPECT_EQ(column.spec.flags, expected) << name;
  }
}

}  // namespace
}  // namespace cnx::order_transform::test
