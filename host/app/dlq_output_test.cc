// SPDX-License-Identifier: Apache-2.0
#include "dlq_output.h"

#include <gmock/gmock.h>

#include "base/secrets.h"

namespace cnx::host::app {
namespace {

TEST(DlqOutput, IndentsJsonAndKeepsEveryToken) {
  EXPECT_EQ(value_text(R"({"a":1.10,"b":[ {},[],"x,{\"y\"}" ],"a":null})"),
            "{\n  \"a\": 1.10,\n  \"b\": [\n    {},\n    [],\n    \"x,{\\\"y\\\"}\"\n  ],\n  \"a\": null\n}");
  EXPECT_EQ(value_text("12345678901234567890.0"), "12345678901234567890.0");
}

TEST(DlqOutput, OtherTextKeepsItsLinesAndCannotSteerATerminal) {
  EXPECT_EQ(value_text("not json {\nsecond \x1b[2J"), "not json {\nsecond \\u001b[2J");
}

TEST(DlqOutput, ValuesShowNoSecretOfTheConfiguration) {
  secrets().add("swordfish-in-a-value");
  EXPECT_EQ(value_text(R"({"a":"swordfish-in-a-value"})"), "{\n  \"a\": \"****\"\n}");
}

TEST(DlqOutput, LinesAreCutBetweenCharacters) {
  EXPECT_EQ(one_line("abc", 3), "abc");
  EXPECT_EQ(one_line("abcd", 3), "abc…");
  EXPECT_EQ(one_line("abä", 3), "ab…");
  EXPECT_EQ(one_line("a\nb", 9), "a\\nb");
}

TEST(DlqOutput, ALetterWithoutWhatIsNotToldHasNulls) {
  dlq::Letter letter;
  letter.id = {"orders", 1, 2, -1};
  const OrderedJson json = letter_as_json(letter, "sink");
  EXPECT_EQ(json["id"], "orders:1:2");
  for (const char* name : {"timestamp_ms", "key", "died_ms", "path", "column", "row", "code"})
    EXPECT_TRUE(json[name].is_null()) << name;
  EXPECT_EQ(moment_text(letter.died_ms), "-");
  EXPECT_EQ(where_text(letter), "-");
}

}  // namespace
}  // namespace cnx::host::app
