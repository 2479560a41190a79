// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "mysql_test.h"

namespace cnx::mysql {
namespace {

using RejectedRows = MysqlWriteTest;
CNX_BOTH_WRITE_METHODS(RejectedRows);

// A sink on table `t`, fed with good rows and one bad one whose column is `x`.
class OneBadRow : public MysqlWriteTest {
 protected:
  static constexpr std::uint32_t kBad = 3;

  /// Writes six rows, of which row 3 has `bad` in column x, and checks that this row and column are named.
  void expect_rejected(ColumnSpec x, testing::Cell good, testing::Cell bad, std::string_view why, Pairs config = {}) {
    x.name = str("x");
    const auto sink = started(std::move(config));
    std::vector<std::vector<testing::Cell>> cells;
    for (std::uint32_t row = 0; row < 6; ++row) cells.push_back({std::int64_t{100} - row, row == kBad ? bad : good});
    const Rows rows({ColumnSpec::int64("id").key(), x}, std::move(cells));
    CollectedRejects rejects;
    const Status written = write(*sink, rows, rejects);
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().action, Action::kRecord) << written.error().message;
    ASSERT_THAT(rejects.rejects, SizeIs(1)) << written.error().message;
    EXPECT_EQ(rejects.rejects[0].row, kBad);
    EXPECT_EQ(rejects.rejects[0].column, "x");
    EXPECT_THAT(rejects.rejects[0].message, HasSubstr(std::string(why)));
    EXPECT_THAT(rejects.rejects[0].message, HasSubstr("`" + database_ + "`.`t`"));
    EXPECT_EQ(line("SELECT COUNT(*) FROM t"), "0");
    message_ = rejects.rejects[0].message;
  }

  std::string message_;
};
CNX_BOTH_WRITE_METHODS(OneBadRow);

TEST_P(OneBadRow, TextLongerThanItsColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR(5))");
  expect_rejected(ColumnSpec::text("", 100), "äöüßé", "toolong", "longer than the column");
}

// The server cuts blanks at the end with a note only.
TEST_P(OneBadRow, TextLongerByBlanks) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR(5))");
  expect_rejected(ColumnSpec::text("", 100), "12345", "12345 ", "longer than the column");
}

TEST_P(OneBadRow, BytesLongerThanTheirColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARBINARY(3))");
  expect_rejected(ColumnSpec::make("", CNX_BYTES), "abc", "abcd", "longer than the column");
}

TEST_P(OneBadRow, IntegerOutOfRange) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x TINYINT)");
  expect_rejected(ColumnSpec::int64(""), std::int64_t{127}, std::int64_t{128}, "out of the column's range");
}

TEST_P(OneBadRow, NegativeInAnUnsignedColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x INT UNSIGNED)");
  expect_rejected(ColumnSpec::int64(""), std::int64_t{0}, std::int64_t{-1}, "out of the column's range");
}

TEST_P(OneBadRow, DecimalOutOfRange) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x DECIMAL(4,2))");
  expect_rejected(ColumnSpec::decimal("", 10, 2), std::int64_t{9999}, std::int64_t{10000}, "out of the column's range");
}

// The server rounds with a note only.
TEST_P(OneBadRow, DecimalWithMoreDigitsThanTheColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x DECIMAL(10,1))");
  expect_rejected(ColumnSpec::decimal("", 10, 3), std::int64_t{1500}, std::int64_t{1510}, "more decimals");
}

TEST_P(OneBadRow, DoubleWithMoreDigitsThanTheColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x INT)");
  expect_rejected(ColumnSpec::make("", CNX_FLOAT64), 2.0, 2.5, "more decimals");
}

// The server drops the fraction without a word.
TEST_P(OneBadRow, TimeWithMoreDigitsThanTheColumn) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x DATETIME(3))");
  ColumnSpec time = ColumnSpec::make("", CNX_DATETIME);
  time.scale = 6;
  expect_rejected(time, std::int64_t{1'000}, std::int64_t{1'001}, "fractional digits");
}

TEST_P(OneBadRow, TimeBeforeTheFirstTimestamp) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x TIMESTAMP NULL)");
  expect_rejected(ColumnSpec::make("", CNX_TIMESTAMP), std::int64_t{1'000'000}, std::int64_t{0}, "not valid");
}

TEST_P(OneBadRow, TimeOfNoCalendar) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x DATETIME)");
  expect_rejected(ColumnSpec::make("", CNX_DATETIME), std::int64_t{0}, std::numeric_limits<std::int64_t>::max(),
                  "year");
}

// Such a column of a server with explicit_defaults_for_timestamp off would turn null into the present time.
TEST_P(OneBadRow, NullInAColumnThatMustHaveAValue) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)");
  expect_rejected(ColumnSpec::make("", CNX_TIMESTAMP), std::int64_t{1'000'000}, kNull, "null");
}

TEST_P(OneBadRow, TextThatIsNotUtf8) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR(50))");
  expect_rejected(ColumnSpec::text("", 50), "fine", "secret\xff\xfe", "not valid");
  EXPECT_THAT(message_, Not(HasSubstr("secret")));
}

TEST_P(OneBadRow, TextThatTheCharacterSetLacks) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x VARCHAR(50) CHARACTER SET latin1)");
  expect_rejected(ColumnSpec::text("", 50), "Zoë", "🎁", "not valid");
}

TEST_P(OneBadRow, ValueThatAnEnumLacks) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, x ENUM('red','blue'))");
  expect_rejected(ColumnSpec::text("", 50), "red", "chartreuse", "does not fit");
  EXPECT_THAT(message_, Not(HasSubstr("chartreuse")));
}

TEST_P(RejectedRows, AllThatTheSinkFindsItselfAreNamedAtOnce) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, a VARCHAR(2), b DECIMAL(4,1))");
  const auto sink = started();
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("a", 9), ColumnSpec::decimal("b", 9, 2)},
                  {{std::int64_t{1}, "abc", std::int64_t{111}},
                   {std::int64_t{2}, "ab", std::int64_t{110}},
                   {std::int64_t{3}, "ab", std::int64_t{111}}});
  CollectedRejects rejects;
  EXPECT_FALSE(write(*sink, rows, rejects).ok());
  ASSERT_THAT(rejects.rejects, SizeIs(2));
  EXPECT_EQ(rejects.rejects[0].row, 0u);
  EXPECT_EQ(rejects.rejects[0].column, "a");
  EXPECT_EQ(rejects.rejects[1].row, 2u);
  EXPECT_EQ(rejects.rejects[1].column, "b");
}

TEST_P(RejectedRows, ANullKeyIsOne) {
  sql("CREATE TABLE t (id BIGINT, name VARCHAR(9), UNIQUE KEY (id))");
  const auto sink = started();
  CollectedRejects rejects;
  const Rows rows({ColumnSpec::int64("id"), ColumnSpec::text("name", 9)}, {{std::int64_t{1}, "a"}, {kNull, "b"}});
  EXPECT_FALSE(write(*sink, rows, rejects).ok());
  ASSERT_THAT(rejects.rejects, SizeIs(1));
  EXPECT_EQ(rejects.rejects[0].row, 1u);
}

TEST_P(RejectedRows, TextsAreCutWhenThatIsAsked) {
  sql("CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(5), x TINYTEXT)");
  const auto sink = started({{"truncate", "warn"}});
  const std::string euros = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "€";  // 300 bytes; 85 of them are 255
    return text;
  }();
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("v", 0), ColumnSpec::text("x", 0)},
                  {{std::int64_t{1}, "日本日本日本", "short"}, {std::int64_t{2}, "fits", std::string_view(euros)}});
  const Status written = write(*sink, rows);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_THAT(lines("SELECT v, CHAR_LENGTH(x) FROM t ORDER BY id"), ElementsAre("日本日本日|5", "fits|85"));
  EXPECT_EQ(host_.metric("sink-truncated-values"), 2);
  EXPECT_TRUE(host_.logged("2 texts cut", CNX_LOG_WARNING));
}

TEST_P(RejectedRows, AKeyIsNeverCut) {
  sql("CREATE TABLE t (id VARCHAR(3) PRIMARY KEY)");
  const auto sink = started({{"truncate", "warn"}});
  CollectedRejects rejects;
  EXPECT_FALSE(write(*sink, Rows({ColumnSpec::text("id", 9)}, {{"abcd"}, {"abce"}}), rejects).ok());
  EXPECT_THAT(rejects.rejects, SizeIs(2));
}

}  // namespace
}  // namespace cnx::mysql
