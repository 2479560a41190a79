// SPDX-License-Identifier: Apache-2.0
#include "config/json_reader.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace cnx::host::config {
namespace {

struct BadJson {
  const char* kind;
  std::string text;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const BadJson& bad) { return out << bad.kind; }

class ReadBadJson : public ::testing::TestWithParam<BadJson> {};

TEST_P(ReadBadJson, SaysWhereWhyAndWhatToDo) {
  Problems problems;
  (void)read_json(GetParam().text, "c.json", problems);
  EXPECT_EQ(problems.text(), GetParam().message);
}

const BadJson kBadJson[] = {
    {"MissingComma", "{\n  \"a\": \"hidden-value\"\n  \"b\": 2\n}",
     "c.json:3:5: not JSON: syntax error while parsing object - unexpected string literal; expected '}'; check commas, "
     "quotes and brackets here"},
    {"TrailingComma", "{\"a\": 1,}",
     "c.json:1:9: not JSON: syntax error while parsing object key - unexpected '}'; expected string literal; check "
     "commas, quotes and brackets here"},
    {"Empty", "",
     "c.json:1:1: not JSON: syntax error while parsing value - unexpected end of input; expected '[', '{', or a "
     "literal; check commas, quotes and brackets here"},
    {"OpenString", "{\"a\": \"hidden-val",
     "c.json:1:18: not JSON: syntax error while parsing value - invalid string: missing closing quote; check commas, "
     "quotes and brackets here"},
    {"TextBehindTheEnd", "{\"a\": 1} x",
     "c.json:1:10: not JSON: syntax error while parsing value - invalid literal; check commas, quotes and brackets "
     "here"},
    {"DuplicateKey", "{\"a\": 1,\n \"a\": 2}",
     "c.json:2:2: a: is set twice, first at c.json:1:2; remove one of the two"},
    {"ArrayOnTop", "[1]", "c.json:1:1: the document is not an object; write {\"name\": …, \"config\": {…}}"},
    {"TooDeep", "{\"a\":" + std::string(40, '['),
     "c.json:1:2: nested deeper than 32 levels; write dotted keys instead"},
    {"NotUtf8", "{\"a\": \"\xfe\"}", "c.json:1:8: a byte that is not UTF-8; save the file as UTF-8 text"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, ReadBadJson, ::testing::ValuesIn(kBadJson),
                         [](const auto& param) { return std::string(param.param.kind); });

TEST(ReadJson, KeepsNumbersAndBooleansAsText) {
  Problems problems;
  const auto root = read_json(R"({"a": 12, "b": -3, "c": true, "d": 1.50, "e": "010", "f": 18446744073709551615})",
                              "c.json", problems);
  ASSERT_TRUE(root) << problems.text();
  for (const auto& [key, text] :
       {std::pair{"a", "12"}, {"b", "-3"}, {"c", "true"}, {"d", "1.50"}, {"e", "010"}, {"f", "18446744073709551615"}}) {
    ASSERT_NE(root->find(key), nullptr) << key;
    EXPECT_EQ(root->find(key)->text, text);
  }
}

TEST(ReadJson, KnowsThePlaceOfEveryKey) {
  Problems problems;
  const auto root = read_json("{\n  \"a\\\"b\": {\n    \"c\" : \"x\",\n    \"\\\\\": 1 }}", "c.json", problems);
  ASSERT_TRUE(root) << problems.text();
  EXPECT_EQ(to_string(root->fields[0].key.place), "c.json:2:3");
  EXPECT_EQ(root->fields[0].key.text, "a\"b");
  EXPECT_EQ(to_string(root->fields[0].value.fields[0].key.place), "c.json:3:5");
  EXPECT_EQ(to_string(root->fields[0].value.fields[1].key.place), "c.json:4:5");
}

TEST(ReadJson, SkipsAByteOrderMark) {
  Problems problems;
  EXPECT_TRUE(read_json("\xef\xbb\xbf{\"a\": 1}", "c.json", problems)) << problems.text();
}

}  // namespace
}  // namespace cnx::host::config
