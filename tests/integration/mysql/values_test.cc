// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "mysql_test.h"

namespace cnx::mysql {
namespace {

using Values = MysqlWriteTest;
CNX_BOTH_WRITE_METHODS(Values);

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

ColumnSpec time_column(std::string_view name, cnx_type type, std::uint32_t scale) {
  ColumnSpec column = ColumnSpec::make(name, type);
  column.scale = scale;
  return column;
}

TEST_P(Values, KeepsIntegersToTheirLimits) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT, small TINYINT)");
  const auto sink = started();
  const Rows rows(
      {ColumnSpec::int64("id").key(), ColumnSpec::int64("n"), ColumnSpec::int64("small")},
      {{kLeast, kMost, std::int64_t{-128}}, {std::int64_t{0}, kLeast, std::int64_t{127}}, {kMost, kNull, kNull}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"),
              ElementsAre("-9223372036854775808|9223372036854775807|-128", "0|-9223372036854775808|127",
                          "9223372036854775807|NULL|NULL"));
}

TEST_P(Values, KeepsDecimalsExact) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, money DECIMAL(10,2), wide DECIMAL(38,19))");
  const auto sink = started();
  const Rows rows(
      {ColumnSpec::int64("id").key(), ColumnSpec::decimal("money", 10, 2), ColumnSpec::decimal("wide", 19, 19)},
      {{std::int64_t{1}, std::int64_t{15010}, kMost},
       {std::int64_t{2}, std::int64_t{-1}, kLeast},
       {std::int64_t{3}, std::int64_t{9'999'999'999}, std::int64_t{1}},
       {std::int64_t{4}, std::int64_t{0}, kNull}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"),
              ElementsAre("1|150.10|0.9223372036854775807", "2|-0.01|-0.9223372036854775808",
                          "3|99999999.99|0.0000000000000000001", "4|0.00|NULL"));
}

TEST_P(Values, KeepsTimesInUtc) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, ts TIMESTAMP NULL, dt DATETIME(6), d DATE)");
  const auto sink = started();
  const Rows rows(
      {ColumnSpec::int64("id").key(), time_column("ts", CNX_TIMESTAMP, 0), time_column("dt", CNX_DATETIME, 6),
       ColumnSpec::make("d", CNX_DATE)},
      {{std::int64_t{1}, std::int64_t{1'762'819'200'000'000}, std::int64_t{1'762'819'200'000'001}, std::int64_t{20403}},
       {std::int64_t{2}, std::int64_t{1'000'000}, std::int64_t{-1}, std::int64_t{-719'162}},
       {std::int64_t{3}, kNull, std::int64_t{253'402'300'799'999'999}, std::int64_t{2'932'896}}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  sql("SET time_zone='+00:00'");
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"),
              ElementsAre("1|2025-11-11 00:00:00|2025-11-11 00:00:00.000001|2025-11-11",
                          "2|1970-01-01 00:00:01|1969-12-31 23:59:59.999999|0001-01-01",
                          "3|NULL|9999-12-31 23:59:59.999999|9999-12-31"));
}

TEST_P(Values, KeepsTimesInColumnsOfTextsAndDates) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR(40), d DATE, whole DATETIME)");
  const auto sink = started();
  const Rows rows(
      {ColumnSpec::int64("id").key(), time_column("x", CNX_DATETIME, 6), ColumnSpec::make("d", CNX_DATETIME),
       ColumnSpec::make("whole", CNX_DATETIME)},
      {{std::int64_t{1}, std::int64_t{1'762'819'200'000'001}, std::int64_t{1'762'819'200'000'000},
        std::int64_t{1'762'819'200'000'000}},
       {std::int64_t{2}, std::int64_t{1'762'819'201'000'000}, kNull, std::int64_t{-62'135'596'800'000'000}}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"),
              ElementsAre("1|2025-11-11 00:00:00.000001|2025-11-11|2025-11-11 00:00:00",
                          "2|2025-11-11 00:00:01|NULL|0001-01-01 00:00:00"));
}

TEST_P(Values, KeepsTextsOfAnyLength) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x LONGTEXT)");
  const auto sink = started();
  std::vector<std::string> texts;
  std::vector<std::vector<testing::Cell>> cells;
  for (const std::size_t length : {250, 251, 65'535, 65'536, 3'000'000}) texts.emplace_back(length, 'x');
  for (const auto& text : texts) cells.push_back({static_cast<std::int64_t>(text.size()), std::string_view(text)});
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("x", 0)}, cells);
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(line("SELECT COUNT(*), SUM(x = REPEAT('x', id)) FROM t"), "5|5");
}

TEST_P(Values, KeepsTextsByteForByte) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(100), x TEXT)");
  const auto sink = started();
  using namespace std::string_view_literals;
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("v", 100), ColumnSpec::text("x", 0)},
                  {{std::int64_t{1}, "Zoë 🎁 日本"sv, "it's \\ \"quoted\" `so`"sv},
                   {std::int64_t{2}, "nul\0inside"sv, "\n\r\t\x1a%_"sv},
                   {std::int64_t{3}, ""sv, "trailing  "sv},
                   {std::int64_t{4}, kNull, "'); DROP TABLE t; -- "sv}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  const auto found = lines("SELECT v, x FROM t ORDER BY id");
  EXPECT_THAT(found, ElementsAre("Zoë 🎁 日本|it's \\ \"quoted\" `so`", std::string("nul\0inside|\n\r\t\x1a%_"sv),
                                 "|trailing  ", "NULL|'); DROP TABLE t; -- "));
}

TEST_P(Values, KeepsTextsInColumnsOfAnyCharacterSet) {
  sql("CREATE TABLE t (id VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, four CHAR(9) CHARACTER "
      "SET utf8mb4,"
      " three TEXT CHARACTER SET utf8mb3, one VARCHAR(9) CHARACTER SET latin1, wide VARCHAR(9) CHARACTER SET ucs2,"
      " list ENUM('Zoë','b') CHARACTER SET utf8mb4)");
  const auto sink = started();
  std::vector<ColumnSpec> columns = {ColumnSpec::text("id", 20).key()};
  for (const char* name : {"four", "three", "one", "wide", "list"}) columns.push_back(ColumnSpec::text(name, 20));
  const Rows rows(columns, {{"日本 🎁", "Zoë 🎁", "Zoë 日", "Zoë", "Zoë 日", "Zoë"}, {"b", "x", kNull, "", "y", "b"}});
  for (int round = 0; round < 2; ++round) {  // inserted, and then found by the same keys
    const Status written = write(*sink, rows);
    ASSERT_TRUE(written.ok()) << written.error().message;
    EXPECT_THAT(lines("SELECT * FROM t ORDER BY id"),
                ElementsAre("b|x|NULL||y|b", "日本 🎁|Zoë 🎁|Zoë 日|Zoë|Zoë 日|Zoë"));
  }
}

TEST_P(Values, KeepsBytesJsonBoolsAndDoubles) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, b VARBINARY(300), j JSON, f BOOLEAN, d DOUBLE)");
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  const auto sink = started();
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::make("b", CNX_BYTES), ColumnSpec::make("j", CNX_JSON),
                   ColumnSpec::make("f", CNX_BOOL), ColumnSpec::make("d", CNX_FLOAT64)},
                  {{std::int64_t{1}, std::string_view(all_bytes), R"({"a": "it's 🎁 \n"})", true, 0.1},
                   {std::int64_t{2}, "", "null", false, -1.7976931348623157e308},
                   {std::int64_t{3}, kNull, kNull, kNull, kNull},
                   {std::int64_t{4}, "x", "[]", true, 5e-324}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  std::string hex;
  for (int i = 0; i < 256; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02X", static_cast<unsigned>(i));
    hex += digits;
  }
  EXPECT_THAT(lines("SELECT HEX(b), j, f, d FROM t ORDER BY id"),
              ElementsAre(hex + R"(|{"a": "it's 🎁 \n"}|1|0.1)", "|null|0|-1.7976931348623157e308",
                          "NULL|NULL|NULL|NULL", "78|[]|1|5e-324"));
}

TEST_P(Values, FillsInTheTimeOfTheWriteWhenInsertingAndUpdating) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, n INT, load_time DATETIME)");
  const auto sink = started();
  const Rows rows(
      {ColumnSpec::int64("id").key(), ColumnSpec::int32("n"), ColumnSpec::make("load_time", CNX_WRITE_TIME)},
      {{std::int64_t{1}, std::int64_t{5}, kNull}});
  ASSERT_TRUE(write(*sink, rows).ok());
  EXPECT_EQ(line("SELECT ABS(TIMESTAMPDIFF(SECOND, load_time, UTC_TIMESTAMP())) < 60 FROM t"), "1");
  sql("UPDATE t SET load_time='2000-01-01'");
  ASSERT_TRUE(write(*sink, rows).ok());
  EXPECT_EQ(line("SELECT ABS(TIMESTAMPDIFF(SECOND, load_time, UTC_TIMESTAMP())) < 60 FROM t"), "1");
}

}  // namespace
}  // namespace cnx::mysql
