// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <gmock/gmock.h>

namespace cnx::mysql {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Errors, NameObjectNumberReasonAndMend) {
  const Error full = to_error({1114, "The table 'orders' is full", "HY000"}, "writing to table `ods`.`orders`");
  EXPECT_EQ(full.action, Action::kRetry);
  EXPECT_EQ(full.native_code, 1114);
  for (const char* part : {"writing to table `ods`.`orders`: ", "the table is full", "1114", "free disk space"})
    EXPECT_THAT(full.message, HasSubstr(part));
}

TEST(Errors, ShowTheClassOfAnUnknownNumber) {
  const Error unknown = to_error({7777, "nobody knows 'SECRET'", "HY000"}, "writing");
  EXPECT_EQ(unknown.action, Action::kFatal);
  for (const char* part : {"7777", "HY000", "does not know", "nobody knows"})
    EXPECT_THAT(unknown.message, HasSubstr(part));
  EXPECT_THAT(to_error({31001, "SECRET", "45000"}, "writing").message, Not(HasSubstr("SECRET")));
}

TEST(Errors, BlameNoRecordForAStatementWithoutRows) {
  const Error error =
      without_record(to_error({1406, "Data too long for column 'topic' at row 1", "22001"}, "claiming"));
  EXPECT_EQ(error.action, Action::kFatal);
  EXPECT_EQ(error.native_code, 1406);
  EXPECT_EQ(without_record(to_error({1213, "Deadlock", "40001"}, "claiming")).action, Action::kRetry);
}

TEST(Errors, NeverShowAValueOfARow) {
  const ServerError with_values[] = {
      {1366, "Incorrect integer value: 'SECRET' for column `ods`.`t`.`n` at row 3", ""},
      {1292, "Incorrect datetime value: 'SECRET' for column `ods`.`t`.`d` at row 1", ""},
      {1062, "Duplicate entry 'SECRET-1' for key 'PRIMARY'", ""},
      {1406, "Data too long for column 'SECRET' at row 2", ""},
      {1064, "You have an error in your SQL syntax near ''O'SECRET' at line 1", ""},
      {4711, "Something about 'it's SECRET' and \"SECRET\"", ""},
      {1644, "SECRET is refused", ""},
      {31001, "SECRET is refused, too", "45000"},
  };
  for (const auto& server : with_values)
    EXPECT_THAT(to_error(server, "writing").message, Not(HasSubstr("SECRET"))) << server.code;
}

TEST(Errors, KeepTheServersWordsWhereTheyAreNames) {
  EXPECT_THAT(to_error({1146, "Table 'ods.orders' doesn't exist", ""}, "x").message, HasSubstr("ods.orders"));
  EXPECT_THAT(to_error({1045, "Access denied for user 'app'@'10.0.0.7' (using password: YES)", ""}, "x").message,
              HasSubstr("10.0.0.7"));
  EXPECT_THAT(to_error({4025, "CONSTRAINT `positive` failed for `ods`.`t`", ""}, "x").message, HasSubstr("positive"));
}

TEST(Errors, FindRowAndColumnInTheServersText) {
  const struct {
    const char* text;
    std::optional<std::uint64_t> row;
    const char* column;
  } cases[] = {
      {"Data too long for column 'sku' at row 501", 500, "sku"},
      {"Incorrect integer value: 'x' for column `ods`.`walmart_order`.`quantity` at row 1", 0, "quantity"},
      {"Incorrect string value: '\\xFF' for column 'name' at row 7", 6, "name"},
      {"Out of range value for column 'n' at row 2", 1, "n"},
      {"Column 'n' cannot be null", std::nullopt, "n"},
      // The value imitates the phrases; the real ones are at the end.
      {"Incorrect integer value: 'for column 'a' at row 9' for column `d`.`t`.`b` at row 4", 3, "b"},
      {"Duplicate entry '1' for key 'PRIMARY'", std::nullopt, ""},
      {"at row many", std::nullopt, ""},
      {"for column '", std::nullopt, ""},
      {"", std::nullopt, ""},
  };
  for (const auto& c : cases) {
    const Blame blame = find_blame({1366, c.text, ""});
    EXPECT_EQ(blame.row, c.row) << c.text;
    EXPECT_EQ(blame.column, c.column) << c.text;
  }
}

TEST(Errors, FindTheConstraintInTheServersText) {
  const struct {
    unsigned code;
    const char* text;
    const char* constraint;
    const char* column;
  } cases[] = {
      {1062, "Duplicate entry 'for key 'k'' for key 'mail'", "mail", ""},
      {1062, "Duplicate entry '1-2 at row 3' for key 't.PRIMARY'", "t.PRIMARY", ""},
      {4025, "CONSTRAINT `positive` failed for `ods`.`t`", "positive", ""},
      {3819, "Check constraint 'positive' is violated.", "positive", ""},
      {1452,
       "Cannot add or update a child row: a foreign key constraint fails (`ods`.`t`, CONSTRAINT `buyer` FOREIGN KEY "
       "(`buyer_id`) REFERENCES `people` (`id`))",
       "buyer", "buyer_id"},
      {1452, "… (`ods`.`t`, CONSTRAINT `two` FOREIGN KEY (`a`, `b`) REFERENCES `p` (`a`, `b`))", "two", ""},
      {1644, "no column 'x' at row 3", "", ""},
  };
  for (const auto& c : cases) {
    const Blame blame = find_blame({c.code, c.text, ""});
    EXPECT_EQ(blame.constraint, c.constraint) << c.text;
    EXPECT_EQ(blame.column, c.column) << c.text;
    EXPECT_EQ(blame.row, std::nullopt) << c.text;
  }
}

TEST(Errors, TellWhetherTheConnectionIsLost) {
  for (const unsigned code : {2006u, 2013u, 2002u, 2027u, 1053u, 1927u, 4031u, 1153u})
    EXPECT_TRUE(closes_connection({code, "", "HY000"})) << code;
  EXPECT_TRUE(closes_connection({1158, "", "08S01"}));
  for (const unsigned code : {1213u, 1205u, 1062u, 1406u}) EXPECT_FALSE(closes_connection({code, "", "HY000"})) << code;
}

}  // namespace
}  // namespace cnx::mysql
