// SPDX-License-Identifier: Apache-2.0
//
// The short way gives what yyjson gives, or nothing.
#include "plain_json.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "order_corpus_test_support.h"

namespace cnx::order_transform {
namespace {

/// All that can be asked of a tree.
std::string all_of(yyjson_val* value) {
  const std::string kind = std::to_string(yyjson_get_tag(value) & ~YYJSON_SUBTYPE_NOESC & 0xff);
  std::string text = kind + ":" + std::to_string(yyjson_get_len(value));
  if (yyjson_is_str(value) || yyjson_is_raw(value))
    return text + "'" + std::string(unsafe_yyjson_get_raw(value), yyjson_get_len(value)) + "'";
  if (yyjson_is_bool(value)) return yyjson_get_bool(value) ? "true" : "false";
  yyjson_arr_iter items = yyjson_arr_iter_with(value);
  while (yyjson_val* item = yyjson_arr_iter_next(&items)) text += "," + all_of(item);
  yyjson_obj_iter keys = yyjson_obj_iter_with(value);
  while (yyjson_val* key = yyjson_obj_iter_next(&keys))
    text += "," + all_of(key) + "=" + all_of(yyjson_obj_iter_get_val(key));
  return text + ".";
}

/// By yyjson; empty: not JSON.
std::string by_yyjson(const std::string& json) {
  yyjson_doc* const document = yyjson_read(json.data(), json.size(), YYJSON_READ_NUMBER_AS_RAW);
  std::string text = document == nullptr ? "" : all_of(yyjson_doc_get_root(document));
  yyjson_doc_free(document);
  return text;
}

/// By the short way; empty: left to yyjson. The document stands in a block of its own size, for the sanitizers to see.
std::string in_short(const std::string& json, std::size_t room = 100'000) {
  static PlainJson plain;  // as in the plugin: one for all
  static std::vector<yyjson_val> values(100'000);
  const std::vector<char> bytes(json.begin(), json.end());
  yyjson_val* const root = plain.read({bytes.data(), bytes.size()}, std::span(values).first(room));
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), json) << "it wrote into the payload";
  return root == nullptr ? "" : all_of(root);
}

void expect_same(const std::string& json) {
  const std::string found = in_short(json);
  EXPECT_FALSE(found.empty()) << json;
  EXPECT_EQ(found, by_yyjson(json)) << json;
}

TEST(PlainJson, ReadsWhatYyjsonReads) {
  for (const char* json :
       {"[]", "{}", "[{}]", "[[],[]]", " [ ] ", "\n{\r\n\t\"a\" : [ 1 , -0 , 0.50 , -12.25 ] , \"bcdefghi\" : null }\n",
        R"([true,false,null,"",0,"a"])", R"({"":{"":[]},"a":{"b":{"c":"d"}},"e":[{"f":1},{"f":2},[3]]})",
        R"({"same":1,"same":2,"padding":"padding"})",
        "[\"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80 \xed\x9f\xbf\x7f\"]", R"(["}],{[:","]"])"})
    expect_same(json);
}

TEST(PlainJson, ReadsTextsOfEveryLengthAtEveryPlaceOfABlock) {
  for (std::size_t before = 0; before < 70; ++before)
    for (const std::size_t size : {0, 1, 7, 8, 15, 16, 17, 63, 64, 65, 128})
      expect_same("[" + std::string(before, ' ') + "\"" + std::string(size, 'x') + "\",\"" + std::string(3, 'y') +
                  "\"]");
}

TEST(PlainJson, ReadsAnyDepth) {
  constexpr std::size_t kDepth = 50'000;
  std::string json = std::string(kDepth, '[') + std::string(kDepth, ']');
  static PlainJson plain;
  std::vector<yyjson_val> values(kDepth + 2);
  EXPECT_NE(plain.read(json, values), nullptr);
  json.pop_back();
  EXPECT_EQ(plain.read(json, values), nullptr);
}

TEST(PlainJson, LeavesToYyjsonWhatIsNotPlain) {
  for (const char* json : {R"(["a\"b"])", R"(["a\/b"])", "[1e3]", "[1.5E-3]", "1", "\"text\"", "null", R"({"a":1})"}) {
    EXPECT_FALSE(by_yyjson(json).empty()) << json;
    EXPECT_EQ(in_short(json), "") << json;
  }
  EXPECT_EQ(in_short("[1,2,3,4]", 4), "") << "five values, and room for four";
  EXPECT_EQ(in_short("[" + std::string(PlainJson::kLongest, ' ') + "]"), "");
}

TEST(PlainJson, TakesNothingThatIsNoJson) {
  for (const char* json : {"",
                           " ",
                           "]",
                           "[",
                           "{",
                           "[}",
                           "{]",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1]]",
                           "[1][",
                           "[1],[2]",
                           "{\"a\"}",
                           "{\"abcdefghij\":}",
                           "{\"abcdefghij\" 1 }",
                           "{,}",
                           "{\"abcdefghij\":1,}",
                           "{abcdefghij:1}",
                           "{1:\"abcdefghij\"}",
                           "[01]",
                           "[-]",
                           "[1.]",
                           "[.5]",
                           "[+1]",
                           "[-a]",
                           "[0x1]",
                           "[nul]",
                           "[nulll]",
                           "[TRUE]",
                           "[truefalse]",
                           "[\"a]",
                           "[\"a\"\"]",
                           "[\"a\"\"b\"]",
                           "[NaN]",
                           "[1//\n]",
                           "[\"a\nb\"]",
                           "[\"a\tb\"]",
                           "[\"\x01\"]",
                           "[\x01]",
                           "[\"\x80\"]",
                           "[\"\xc0\x80\"]",
                           "[\"\xc1\xbf\"]",
                           "[\"\xe0\x9f\xbf\"]",
                           "[\"\xed\xa0\x80\"]",
                           "[\"\xf0\x8f\xbf\xbf\"]",
                           "[\"\xf4\x90\x80\x80\"]",
                           "[\"\xf5\x80\x80\x80\"]",
                           "[\"\xe2\x82\"]",
                           "[\"\xc3\"]",
                           "[\xc3\xbc]",
                           "\xef\xbb\xbf[]",
                           "[1]\x0b",
                           "[1\x0c]"}) {
    EXPECT_EQ(by_yyjson(json), "") << json;
    EXPECT_EQ(in_short(json), "") << json;
  }
  EXPECT_EQ(in_short(std::string("[\"a\0b\"]", 7)), "");
  EXPECT_EQ(in_short(std::string("[1\0]", 4)), "");
}

TEST(PlainJson, AgreesWithYyjsonWhateverIsChanged) {
  std::size_t taken = 0, refused = 0;
  const auto compare = [&](const std::string& json) {
    const std::string found = in_short(json);
    if (found.empty()) return void(++refused);
    ++taken;
    EXPECT_EQ(found, by_yyjson(json)) << json;
  };
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    test::OrderCorpus corpus(seed);
    const std::string whole = corpus.write(corpus.document(seed % 3));
    compare(whole);
    for (std::size_t changes = 1; changes < 4; ++changes) compare(corpus.damaged(whole, changes));
  }
  const std::string order =
      "{\"a\":[{\"bc\":\"def\",\"g\":[1.5,-20,null,true]},{}],\"Z\":\"\xc3\xbc\",\"padding\":false}";
  for (std::size_t at = 0; at < order.size(); ++at) {
    compare(order.substr(0, at));
    for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', ' ', '0', '.', 'e', '\n', '\x80', '\xc3'}) {
      std::string changed = order;
      changed[at] = c;
      compare(changed);
    }
  }
  EXPECT_GT(taken, 100u);
  EXPECT_GT(refused, 100u);
}

}  // namespace
}  // namespace cnx::order_transform
