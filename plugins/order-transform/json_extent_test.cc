// SPDX-License-Identifier: Apache-2.0
#include "json_extent.h"

#include <gtest/gtest.h>

#include <string>

namespace cnx::order_transform {
namespace {

std::string_view value_at(std::string_view json, std::size_t at) {
  return json.substr(at, end_of_value(json, at) - at);
}

TEST(JsonExtent, EndsAValueWhereItEnds) {
  for (const std::string value :
       {"{}", "[]", "[[],{}]", R"({"a":"}","b":[1,"]"]})", R"("text")", R"("q\"\\")", R"("\\")", R"("]}")", "1",
        "-1.5e+3", "true", "false", "null", R"({"\"}":"{"})", "{ \"a\" : [ 1 , 2 ] }"}) {
    for (const std::string after : {"", ",1", "}", "]", " ", "\n}", "\t,"})
      EXPECT_EQ(value_at(value + after, 0), value);
  }
}

TEST(JsonExtent, FindsTheValueOfAKey) {
  constexpr std::string_view json = R"({ "a\"b" :  [1] , "c":2})";
  EXPECT_EQ(value_at(json, value_of_key(json, json.find('a'))), "[1]");
  EXPECT_EQ(value_at(json, value_of_key(json, json.find('c'))), "2");
  EXPECT_EQ(value_at(R"({"":"x"})", value_of_key(R"({"":"x"})", 2)), R"("x")");
}

TEST(JsonExtent, FindsTheEndOfAValueBeforeTheNextKey) {
  for (const std::string value : {"{}", "[1,2]", R"(" a , ")", "12", R"("\"\\")"}) {
    for (const std::string between : {",", " ,", ", ", "\n,\r\n\t"}) {
      const std::string json = R"({"a":)" + value + between + R"("b":0})";
      EXPECT_EQ(end_before_key(json, json.rfind("b\"")), 5 + value.size()) << json;
    }
  }
}

TEST(JsonExtent, NeedsNoStackForDeepNesting) {
  const std::string deep = std::string(3'000'000, '[') + std::string(3'000'000, ']');
  EXPECT_EQ(end_of_value(deep + ",", 0), deep.size());
}

TEST(JsonExtent, ReadsNothingBeyondTheEndOfCutText) {
  constexpr std::string_view whole = R"({"a":["\"x",{"b":-1.5}],"c":"\\"})";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    // A buffer of exactly this size, so that the address sanitizer sees any step too far.
    const std::string cut(whole.substr(0, size));
    for (std::size_t at = 0; at <= size; ++at) {
      EXPECT_LE(end_of_value(cut, at), size);
      EXPECT_LE(skip_blanks(cut, at), size);
      EXPECT_LE(value_of_key(cut, at), size);
      EXPECT_LE(end_before_key(cut, at), size);
    }
  }
}

}  // namespace
}  // namespace cnx::order_transform
