// SPDX-License-Identifier: Apache-2.0
#include "json_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace cnx::order_transform {
namespace {

/// The first item of a list, as JSON text, and what in_payload says of it.
void expect_of(const std::string& payload, const std::string& json_value, bool stands_there) {
  JsonParser parser;
  const JsonDocument document = parser.parse(payload);
  ASSERT_NE(document.root, nullptr) << payload << ": " << document.cause;
  yyjson_val* const value = yyjson_arr_get_first(document.root);
  const char* const found = document.in_payload(value);
  ASSERT_EQ(found != nullptr, stands_there) << payload;
  if (found == nullptr) return;
  EXPECT_EQ(std::string_view(found, yyjson_get_len(value)),
            std::string_view(unsafe_yyjson_get_raw(value), yyjson_get_len(value)));
  EXPECT_EQ(found - payload.data(), stands_there && json_value.starts_with('"') ? 2 : 1);
}
/// Of a document without other escapes, and of one with some.
void expect(const std::string& json_value, bool stands_there) {
  expect_of("[" + json_value + ",\"end\"]", json_value, stands_there);
  expect_of("[" + json_value + ",\"\\u0065nd\"]", json_value, stands_there);
}

TEST(JsonDocument, FindsTextsAndNumbersWhereTheyStandInThePayload) {
  expect(R"("plain")", true);
  expect(R"("")", true);
  expect("\"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80\"", true);
  expect("-12.50e3", true);
  expect("0", true);
  expect(R"("\\")", true);  // one byte, and the same as the first of its escape
}

TEST(JsonDocument, FindsNoTextThatIsWrittenWithEscapes) {
  for (const char* text : {R"("a\"")", R"("\"\"")", R"("\\\"")", R"("a\/b")", R"("\u0041")", R"("\u0041\"")",
                           R"("\/\"")", "\"\xc3\xbc\\n\"", R"("tab\tand \"quotes\"")"})
    expect(text, false);
}

TEST(JsonDocument, GivesThePartOfAMemberWithAndWithoutANextKey) {
  for (const std::string payload :
       {R"({"a": [1, {"b": "}"}] , "c":"x", "padding": 0})", R"({"a": [1, {"b": "}"}] , "c":"x","d":"\n"})"}) {
    JsonParser parser;
    const JsonDocument document = parser.parse(payload);
    ASSERT_NE(document.root, nullptr);
    yyjson_obj_iter keys = yyjson_obj_iter_with(document.root);
    yyjson_val* const a = yyjson_obj_iter_next(&keys);
    yyjson_val* const c = yyjson_obj_iter_next(&keys);
    EXPECT_EQ(document.as_received(a, c), R"([1, {"b": "}"}])");
    EXPECT_EQ(document.as_received(a), R"([1, {"b": "}"}])");
    EXPECT_EQ(document.as_received(c), R"("x")");
  }
}

}  // namespace
}  // namespace cnx::order_transform
