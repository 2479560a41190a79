// SPDX-License-Identifier: Apache-2.0
#include "cell_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace cnx::host::app {
namespace {

/// A column of one row.
template <class T>
std::string as_json(cnx_type type, const T& value, std::uint32_t scale = 0) {
  cnx_column column{};
  column.type = type;
  column.scale = scale;
  column.values = &value;
  return cell_as_json(ColumnView(column), 0);
}

template <class T>
std::string as_text(cnx_type type, const T& value, std::uint32_t scale = 0) {
  cnx_column column{};
  column.type = type;
  column.scale = scale;
  column.values = &value;
  return cell_as_text(ColumnView(column), 0);
}

cnx_str text(std::string_view of) { return {of.data(), of.size()}; }

TEST(CellText, KeepsEveryDigitOfADecimal) {
  EXPECT_EQ(decimal_text(150, 2), "1.50");
  EXPECT_EQ(decimal_text(0, 2), "0.00");
  EXPECT_EQ(decimal_text(-5, 2), "-0.05");
  EXPECT_EQ(decimal_text(-12345, 3), "-12.345");
  EXPECT_EQ(decimal_text(7, 0), "7");
  EXPECT_EQ(decimal_text(std::numeric_limits<std::int64_t>::min(), 2), "-92233720368547758.08");
}

TEST(CellText, WritesTimesInUtcWithoutHidingAFraction) {
  EXPECT_EQ(time_text(1762750800'000'000, 0), "2025-11-10 05:00:00");
  EXPECT_EQ(time_text(1762750800'250'000, 3), "2025-11-10 05:00:00.250");
  EXPECT_EQ(time_text(1762750800'000'001, 0), "2025-11-10 05:00:00.000001");
  EXPECT_EQ(time_text(1762750800'000'001, 3), "2025-11-10 05:00:00.000001");
  EXPECT_EQ(time_text(-1'000'000, 0), "1969-12-31 23:59:59");
}

TEST(CellText, PutsJsonOnOneLineAndLeavesItsTextsAlone) {
  EXPECT_EQ(compact_json("{\n \"a b\" : [ 1.50 ,\t\"x \\\" y\" ]\r\n}"), "{\"a b\":[1.50,\"x \\\" y\"]}");
}

TEST(CellText, WritesEachTypeAsItsJson) {
  EXPECT_EQ(as_json(CNX_INT64, std::int64_t{108911110000084}), "108911110000084");
  EXPECT_EQ(as_json(CNX_DECIMAL, std::int64_t{1000}, 2), "10.00");
  EXPECT_EQ(as_json(CNX_FLOAT64, 0.1), "0.1");
  EXPECT_EQ(as_json(CNX_FLOAT64, std::numeric_limits<double>::quiet_NaN()), "\"nan\"");
  EXPECT_EQ(as_json(CNX_BOOL, std::uint8_t{1}), "true");
  EXPECT_EQ(as_json(CNX_DATE, std::int64_t{0}), "\"1970-01-01\"");
  EXPECT_EQ(as_json(CNX_DATETIME, std::int64_t{0}), "\"1970-01-01 00:00:00\"");
  EXPECT_EQ(as_json(CNX_TEXT, text("a\"b\n")), "\"a\\\"b\\n\"");
  EXPECT_EQ(as_json(CNX_JSON, text("{ \"a\" : 1.10 }")), "{\"a\":1.10}");
}

TEST(CellText, WritesBytesAsBase64) {
  EXPECT_EQ(as_json(CNX_BYTES, text("")), "\"\"");
  EXPECT_EQ(as_json(CNX_BYTES, text("f")), "\"Zg==\"");
  EXPECT_EQ(as_json(CNX_BYTES, text("fo")), "\"Zm8=\"");
  EXPECT_EQ(as_json(CNX_BYTES, text("foobar")), "\"Zm9vYmFy\"");
}

TEST(CellText, TellsNullFromText) {
  const std::uint8_t nulls = 1;
  const std::int64_t value = 0;
  cnx_column column{};
  column.type = CNX_INT64;
  column.nulls = &nulls;
  column.values = &value;
  EXPECT_EQ(cell_as_json(ColumnView(column), 0), "null");
  EXPECT_EQ(cell_as_text(ColumnView(column), 0), "NULL");
}

TEST(CellText, ShowsWriteTimeAsNullInJson) {
  cnx_column column{};
  column.type = CNX_WRITE_TIME;
  EXPECT_EQ(cell_as_json(ColumnView(column), 0), "null");
  EXPECT_EQ(cell_as_text(ColumnView(column), 0), "(write time)");
}

TEST(CellText, LeavesNoControlCharacterForATerminal) {
  EXPECT_EQ(as_text(CNX_TEXT, text("a\x1b[31m\n")), "a\\u001b[31m\\n");
  EXPECT_EQ(as_text(CNX_TIMESTAMP, std::int64_t{0}), "1970-01-01 00:00:00");
}

}  // namespace
}  // namespace cnx::host::app
