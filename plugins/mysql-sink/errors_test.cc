// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <gmock/gmock.h>

namespace cnx::mysql {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Errors, SayWhatToDoNext) {
  const struct {
    Action action;
    std::vector<unsigned> codes;
  } expected[] = {
      {Action::kRetry,
       {1213, 1205, 2002, 2003, 2006, 2013, 1040, 1053, 1290, 1836, 1114, 1021, 3024, 1317, 1927, 4031, 1180}},
      {Action::kRecord, {1406, 1264, 1265, 1366, 1292, 1048, 1062, 3140, 3819, 4025, 1690, 1300, 1452, 1153}},
      {Action::kAuth, {1045, 1044, 1142, 1143, 1698, 1130, 1862}},
      {Action::kConfig, {1049, 1054, 1146, 1136, 1364, 2026}},
      {Action::kFatal, {1064, 4711, 5003}},
  };
  for (const auto& [action, codes] : expected)
    for (const unsigned code : codes) {
      const Error error = to_error({code, "text"}, "writing");
      EXPECT_EQ(name_of(error.action), std::string(name_of(action))) << code;
      EXPECT_EQ(error.native_code, code);
      EXPECT_THAT(error.message, HasSubstr("writing: ")) << code;
      EXPECT_THAT(error.message, HasSubstr(std::to_string(code))) << code;
    }
}

TEST(Errors, NeverShowAValueOfARow) {
  const ServerError with_values[] = {
      {1366, "Incorrect integer value: 'SECRET' for column `ods`.`t`.`n` at row 3"},
      {1292, "Incorrect datetime value: 'SECRET' for column `ods`.`t`.`d` at row 1"},
      {1062, "Duplicate entry 'SECRET-1' for key 'PRIMARY'"},
      {1406, "Data too long for column 'SECRET' at row 2"},
      {1064, "You have an error in your SQL syntax near ''O'SECRET' at line 1"},
      {4711, "Something about 'it's SECRET' and \"SECRET\""},
      {1644, "SECRET is refused"},
      {1452, "Cannot add or update a child row: a foreign key constraint fails (`ods`.`t`, 'SECRET')"},
  };
  for (const auto& server : with_values)
    EXPECT_THAT(to_error(server, "writing").message, Not(HasSubstr("SECRET"))) << server.code;
}

TEST(Errors, KeepTheServersWordsWhereTheyAreNames) {
  EXPECT_THAT(to_error({1146, "Table 'ods.orders' doesn't exist"}, "x").message, HasSubstr("ods.orders"));
  EXPECT_THAT(to_error({1045, "Access denied for user 'app'@'10.0.0.7' (using password: YES)"}, "x").message,
              HasSubstr("10.0.0.7"));
  EXPECT_THAT(to_error({4025, "CONSTRAINT `positive` failed for `ods`.`t`"}, "x").message, HasSubstr("positive"));
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
    const Blame blame = find_blame({1366, c.text});
    EXPECT_EQ(blame.row, c.row) << c.text;
    EXPECT_EQ(blame.column, c.column) << c.text;
  }
}

TEST(Errors, TellWhetherTheConnectionIsLost) {
  for (const unsigned code : {2006u, 2013u, 2002u, 2027u, 1053u, 1927u, 4031u, 1153u})
    EXPECT_TRUE(closes_connection(code)) << code;
  for (const unsigned code : {1213u, 1205u, 1062u, 1406u}) EXPECT_FALSE(closes_connection(code)) << code;
}

}  // namespace
}  // namespace cnx::mysql
