// SPDX-License-Identifier: Apache-2.0
//
// The short way gives the rows of the long way, or nothing and leaves no trace.
#include "plain_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "order_corpus_test_support.h"
#include "transform_test_support.h"

namespace cnx::order_transform {
namespace {

bool is_taken(const std::string& json) { return test::plain_rows(json) > 0; }

/// The same order, but not plain: a member that nobody reads has an escape.
std::string not_plain(std::string json) {
  const auto end = json.find_last_of('}');
  return json.insert(end, R"(,"nobody reads it":"\n")");
}

/// What the transform makes of it in the short way, if it is taken, is what it makes of it in the long way.
bool compare(const std::string& json) {
  // One for all: what it learns of one order must not harm the next.
  static const auto transform = test::make_transform();
  if (!is_taken(json)) return false;
  const auto found = test::apply(*transform, {json}), expected = test::apply(*transform, {not_plain(json)});
  EXPECT_TRUE(expected.rejected.empty()) << json << ": " << expected.rejected[0].message;
  EXPECT_TRUE(expected.filtered.empty()) << json;
  EXPECT_EQ(found.rows.size(), expected.rows.size()) << json;
  for (std::size_t i = 0; i < std::min(found.rows.size(), expected.rows.size()); ++i)
    EXPECT_EQ(found.rows[i].cells, expected.rows[i].cells) << json;
  return true;
}

TEST(PlainOrder, TakesAGoodOrder) {
  EXPECT_TRUE(compare(test::kOrder));
  EXPECT_FALSE(is_taken(not_plain(test::kOrder)));
}

TEST(PlainOrder, TakesWhatIsGoodInAnotherForm) {
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("orderLine": [)", R"("orderLine" :[)"},
           {R"("purchaseOrderId")", "\n\t\"purchaseOrderId\""},
           {R"("purchaseOrderId")", R"("nobody reads it":{"a":[1,{"b":[]},{}],"":-0.5},"purchaseOrderId")"},
           {R"("purchaseOrderId")", "\"not ASCII\":\"Z\xc3\xbcrich\",\"purchaseOrderId\""}})
    EXPECT_TRUE(compare(test::order_with(from, to))) << to;
}

TEST(PlainOrder, LeavesAllElseToTheLongWay) {
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("purchaseOrderId")", R"("purchaseOrderID")"},
           {R"("purchaseOrderId")", R"("orderDate":1,"purchaseOrderId")"},
           {R"("purchaseOrderId")", R"("orderLines":null,"purchaseOrderId")"},
           {R"("purchaseOrderId")", R"("a":1e3,"purchaseOrderId")"},
           {R"("purchaseOrderId")", R"("a":)" + std::string(65, '[') + std::string(65, ']') + R"(,"purchaseOrderId")"}})
    EXPECT_FALSE(is_taken(test::order_with(from, to))) << to;
  const std::string& order = test::kOrder;
  for (const std::string& document :
       {"[" + order + "]", R"({"order":)" + order + "}", std::string(R"({"purchaseOrderId":"1","orderLines":{}})"),
        std::string(R"({"purchaseOrderId":"1","orderLines":{"orderLine":[]}})"), std::string("{}"), std::string(),
        order + std::string(PlainDocument::kLongest, ' ')})
    EXPECT_FALSE(is_taken(document)) << document.substr(0, 100);
}

/// So that the fuzzer begins with documents of the short way.
TEST(PlainOrder, TakesTheSeedsOfTheFuzzerThatAreMeantForIt) {
  for (const std::string name :
       {"of_several_lines", "with_the_product_last", "of_objects_in_place_of_lists", "with_null_sections"})
    EXPECT_TRUE(compare(test::testdata("../fuzz/corpus/order_rows/plain_order_" + name))) << name;
}

TEST(PlainOrder, TakesNothingThatIsNoJson) {
  const std::string order = R"({"purchaseOrderId":"1","orderLines":{"orderLine":{"lineNumber":"1"}},"padding":@})";
  const auto with = [&](const std::string& value) { return std::string(order).replace(order.find('@'), 1, value); };
  for (const char* good :
       {"1", "-0", "-0.50", "true", "false", "null", "\"\"", "[]", "{}", "[[ ] , { } ]", "\"\xed\x9f\xbf\x7f\"",
        R"({"":{"":[]},"a":{"b":{"c":"d"}},"e":[{"f":1},{"f":2},[3]]})", R"(["}],{[:","]"])"})
    EXPECT_TRUE(compare(with(good))) << good;
  for (const char* bad : {"",
                          "]",
                          "[",
                          "{",
                          "[}",
                          "{]",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\" 1}",
                          "{,}",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{1:2}",
                          "01",
                          "-01",
                          "-",
                          "1.",
                          ".5",
                          "+1",
                          "-a",
                          "0x1",
                          "nul",
                          "nulll",
                          "TRUE",
                          "truefalse",
                          "\"a",
                          "\"a\"\"",
                          "\"a\"\"b\"",
                          "NaN",
                          "1//\n",
                          "\"a\nb\"",
                          "\"a\tb\"",
                          "\"\x01\"",
                          "\x01",
                          "\"\x80\"",
                          "\"\xc0\x80\"",
                          "\"\xc1\xbf\"",
                          "\"\xe0\x9f\xbf\"",
                          "\"\xed\xa0\x80\"",
                          "\"\xf0\x8f\xbf\xbf\"",
                          "\"\xf4\x90\x80\x80\"",
                          "\"\xf5\x80\x80\x80\"",
                          "\"\xe2\x82\"",
                          "\"\xc3\"",
                          "\xc3\xbc",
                          "1\x0b",
                          "1\x0c",
                          "1}",
                          "1},{",
                          "1}]",
                          "[1]]",
                          "{}}"})
    EXPECT_FALSE(is_taken(with(bad))) << bad;
  EXPECT_FALSE(is_taken(with(std::string("\"a\0b\"", 5))));
  EXPECT_FALSE(is_taken(with(std::string("1\0", 2))));
  EXPECT_FALSE(is_taken("\xef\xbb\xbf" + with("1")));
  EXPECT_FALSE(is_taken(with("1") + "{}"));
}

TEST(PlainOrder, ReadsTextsOfEveryLengthAtEveryPlaceOfABlock) {
  for (std::size_t before = 0; before < 70; ++before)
    for (const std::size_t size : {0, 1, 7, 8, 15, 16, 17, 63, 64, 65, 128})
      EXPECT_TRUE(compare(std::string(before, ' ') + R"({"purchaseOrderId":1,"customerEmailId":"",)" +
                          R"("orderLines":{"orderLine":{"lineNumber":1,"item":{"productName":")" +
                          std::string(size, 'x') + R"("}}},"shipNode":{"name":"y"}})"));
}

TEST(PlainOrder, AgreesWithTheLongWayOnMadeUpDocuments) {
  std::size_t taken = 0, refused = 0, damaged_taken = 0, with_lines = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    test::OrderCorpus corpus(seed);
    const std::string whole = corpus.write(corpus.document(seed % 3));
    ++(compare(whole) ? taken : refused);
    with_lines += test::plain_rows(whole) > 1 ? 1 : 0;
    for (std::size_t changes = 1; changes < 4; ++changes)
      damaged_taken += compare(corpus.damaged(whole, changes)) ? 1 : 0;
  }
  EXPECT_GT(taken, 200u);
  EXPECT_GT(with_lines, 100u);
  EXPECT_GT(damaged_taken, 150u);
  EXPECT_GT(refused, 500u);
}

TEST(PlainOrder, AgreesWithTheLongWayWhateverIsChanged) {
  std::size_t taken = 0, refused = 0;
  const auto count = [&](const std::string& json) { ++(compare(json) ? taken : refused); };
  const std::string& order = test::kOrder;
  for (std::size_t at = 0; at < order.size(); ++at) {
    count(order.substr(0, at));
    for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', ' ', '0', '.', 'e', '\n', '\x80', '\xc3'}) {
      std::string changed = order;
      changed[at] = c;
      count(changed);
    }
  }
  EXPECT_GT(taken, 1000u);
  EXPECT_GT(refused, 1000u);
}

TEST(WrittenKey, IsFoundWhereItStandsAndNowhereElse) {
  for (std::uint8_t s = 0; s < kSections.count; ++s) {
    const Section& section = kSections.all[s];
    for (std::uint8_t f = 0; f < section.field_count(); ++f) {
      const WrittenKey key(section.fields[f].key);
      const std::string written = "\"" + std::string(section.fields[f].key) + "\":";
      const std::string behind(WrittenKey::kMost, '"');
      ASSERT_EQ(key.size(), written.size());
      EXPECT_TRUE(key.is_at((written + behind).data())) << written;
      for (std::size_t i = 0; i < written.size(); ++i) {
        std::string other = written + behind;
        other[i] = static_cast<char>(other[i] ^ 0x40);
        EXPECT_FALSE(key.is_at(other.data())) << other;
      }
    }
  }
}

}  // namespace
}  // namespace cnx::order_transform
