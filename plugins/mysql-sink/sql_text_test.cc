// SPDX-License-Identifier: Apache-2.0
#include "sql_text.h"

#include <gmock/gmock.h>

#include <limits>

namespace cnx::mysql {
namespace {

std::string text_of(cnx_type type, std::uint32_t scale, std::int64_t value) {
  char buffer[kValueWidth];
  return {buffer, format_value(buffer, type, scale, value)};
}

TEST(SqlText, QuotesNames) {
  EXPECT_EQ(quote_name("a`b"), "`a``b`");
  EXPECT_EQ(TableName::parse("t", "ods").quoted(), "`ods`.`t`");
  EXPECT_EQ(TableName::parse("other.t.x", "ods").quoted(), "`other`.`t.x`");
}

TEST(SqlText, EscapesTexts) {
  EXPECT_EQ(quote_text("it's a \\ \"x\""), R"('it\'s a \\ "x"')");
  EXPECT_EQ(quote_text(std::string_view("a\0b", 3)), "'a\\0b'");
  EXPECT_EQ(quote_text(""), "''");
  EXPECT_EQ(quote_text("日本 🎁\n"), "'日本 🎁\n'");
  std::string sql;
  append_bytes(sql, std::string_view("\x00\xff'", 3));
  EXPECT_EQ(sql, "x'00ff27'");
}

TEST(SqlText, WritesDecimalsExactly) {
  EXPECT_EQ(text_of(CNX_DECIMAL, 2, 15010), "150.10");
  EXPECT_EQ(text_of(CNX_DECIMAL, 2, -5), "-0.05");
  EXPECT_EQ(text_of(CNX_DECIMAL, 0, 7), "7");
  EXPECT_EQ(text_of(CNX_DECIMAL, 3, 0), "0.000");
  EXPECT_EQ(text_of(CNX_DECIMAL, 19, std::numeric_limits<std::int64_t>::min()), "-0.9223372036854775808");
  EXPECT_EQ(text_of(CNX_DECIMAL, 18, std::numeric_limits<std::int64_t>::max()), "9.223372036854775807");
  EXPECT_EQ(text_of(CNX_DECIMAL, 28, std::numeric_limits<std::int64_t>::min()), "-0.0000000009223372036854775808");
}

TEST(SqlText, WritesTimes) {
  EXPECT_EQ(text_of(CNX_TIMESTAMP, 0, 1'762'819'200'000'000), "2025-11-11 00:00:00");
  EXPECT_EQ(text_of(CNX_DATETIME, 6, -1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(text_of(CNX_DATETIME, 3, 1'000), "1970-01-01 00:00:00.001000");
  EXPECT_EQ(text_of(CNX_DATE, 0, 11'016), "2000-02-29");
  EXPECT_EQ(text_of(CNX_DATE, 0, -719'162), "0001-01-01");
  EXPECT_EQ(text_of(CNX_DATE, 0, 2'932'896), "9999-12-31");
}

TEST(SqlText, KnowsTheYearsOfTheServersCalendar) {
  EXPECT_TRUE(has_calendar_year(CNX_DATE, -719'162));
  EXPECT_FALSE(has_calendar_year(CNX_DATE, -719'163));
  EXPECT_TRUE(has_calendar_year(CNX_DATETIME, 253'402'300'799'999'999));
  EXPECT_FALSE(has_calendar_year(CNX_DATETIME, 253'402'300'800'000'000));
  EXPECT_FALSE(has_calendar_year(CNX_TIMESTAMP, std::numeric_limits<std::int64_t>::min()));
}

TEST(SqlText, CountsAndCutsCharacters) {
  EXPECT_EQ(count_characters("Zoë🎁"), 4u);
  EXPECT_EQ(first_characters("Zoë🎁!", 4), "Zoë🎁");
  EXPECT_EQ(first_characters("ab", 4), "ab");
  EXPECT_EQ(first_characters("日本", 0), "");
}

}  // namespace
}  // namespace cnx::mysql
