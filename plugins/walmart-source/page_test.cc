// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "json_doc.h"
#include "order_hash.h"
#include "raw_json.h"

namespace walmart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string page_of(const std::string& orders, const std::string& cursor = "null", const std::string& total = "2") {
  return R"({"list":{"meta":{"totalCount":)" + total + R"(,"limit":200,"nextCursor":)" + cursor +
         R"(},"elements":{"order":)" + orders + "}}}";
}

TEST(RawJson, CutsMembersAndItemsWithTheirVeryBytes) {
  constexpr std::string_view kText = "{ \"a\" : [ 1.50 , \"}]\\\"\" ,{\"b\":[]}, null ] , \"c\":-1e5 }";
  EXPECT_EQ(raw_member(kText, "c"), "-1e5");
  EXPECT_THAT(raw_items(raw_member(kText, "a")), ElementsAre("1.50", "\"}]\\\"\"", "{\"b\":[]}", "null"));
  EXPECT_EQ(raw_member(kText, "b"), "");
  EXPECT_EQ(raw_value(raw_from_member(kText, "c")), "-1e5");
  EXPECT_THAT(raw_items(raw_from_member(kText, "a")), ElementsAre("1.50", "\"}]\\\"\"", "{\"b\":[]}", "null"));
  EXPECT_EQ(raw_from_member(kText, "b"), "");
  EXPECT_THAT(raw_items("[]"), IsEmpty());
  EXPECT_THAT(raw_items("[ ]"), IsEmpty());
  EXPECT_THAT(raw_items("{}"), IsEmpty());
}

TEST(RawJson, TakesTheFirstOfANameHoweverItIsWritten) {
  EXPECT_EQ(raw_member(R"({"\u0061":1,"a":2})", "a"), "1");
  EXPECT_EQ(raw_member(R"({"\u0062":1,"a":2})", "a"), "2");
}

TEST(RawJson, EndsATextAtTheFirstQuoteThatIsNotQuoted) {
  EXPECT_EQ(raw_value(R"("" ,1)"), R"("")");
  EXPECT_EQ(raw_value(R"("\\" ,"1")"), R"("\\")");
  EXPECT_EQ(raw_value(R"("\"" ,"1")"), R"("\"")");
  EXPECT_EQ(raw_value(R"("\\\"" ,"1")"), R"("\\\"")");
  EXPECT_EQ(raw_value(R"("a\\\\" ,"1")"), R"("a\\\\")");
  EXPECT_EQ(raw_value(R"("\"a\"\\" ,"1")"), R"("\"a\"\\")");
  EXPECT_EQ(raw_value(R"({"\\":"}\"]"} ,1)"), R"({"\\":"}\"]"})");
  EXPECT_EQ(raw_value(R"("no end\")"), R"("no end\")");
}

TEST(RawJson, CutsWhatEverySequenceOfBytesInATextMeansToTheParser) {
  std::mt19937 random(2);
  constexpr std::string_view kBytes = "{}[]\"\\\\,: n1";
  int understood = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string array = "[";
    for (unsigned items = 1 + random() % 3; items > 0; --items) {
      array += '"';
      for (unsigned i = random() % 8; i > 0; --i) array += kBytes[random() % kBytes.size()];
      array += items > 1 ? "\"," : "\"";
    }
    array += ']';
    const JsonDoc doc = JsonDoc::parse(array);
    if (!doc) continue;
    ++understood;
    const std::vector<std::string_view> items = raw_items(array);
    ASSERT_EQ(items.size(), yyjson_arr_size(doc.root())) << array;
    std::size_t index = 0, count = 0;
    yyjson_val* item = nullptr;
    yyjson_arr_foreach(doc.root(), index, count, item) {
      const JsonDoc cut = JsonDoc::parse(items[index]);
      ASSERT_TRUE(cut) << array << " cut to " << items[index];
      EXPECT_TRUE(yyjson_equals(cut.root(), item)) << array << " cut to " << items[index];
    }
  }
  EXPECT_GT(understood, 1000);
}

TEST(RawJson, StaysInsideTextThatIsNoJson) {
  std::mt19937 random(1);
  constexpr std::string_view kBytes = "{}[]\",:\\ \n1a";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 2 == 0 ? "{" : "[";
    for (unsigned i = random() % 12; i > 0; --i) text += kBytes[random() % kBytes.size()];
    const std::string_view whole(text);
    std::vector<std::string_view> parts = raw_items(whole);
    parts.push_back(raw_member(whole, "a"));
    for (const std::string_view part : parts) {
      if (part.empty()) continue;
      EXPECT_GE(part.data(), whole.data());
      EXPECT_LE(part.data() + part.size(), whole.data() + whole.size());
    }
  }
}

TEST(Page, KeepsEachOrdersBytes) {
  const std::string first =
      "{\n \"purchaseOrderId\" : \"108\",\"orderDate\":1795419000123,\"x\":[1.10,{\"y\":\"]\"}] }";
  const std::string second =
      R"({"purchaseOrderId":"109","orderDate":"1795419000124","n":123456789012345678901234567890})";
  const std::string body = page_of("[" + first + " , " + second + "]");
  const auto page = parse_page(body);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page->total_count, 2);
  ASSERT_EQ(page->orders.size(), 2u);
  EXPECT_EQ(page->orders[0].bytes, first);
  EXPECT_EQ(page->orders[0].id, "108");
  EXPECT_EQ(page->orders[0].order_date_ms, 1795419000123);
  EXPECT_EQ(page->orders[1].bytes, second);
  EXPECT_EQ(page->orders[1].order_date_ms, 1795419000124);
}

TEST(Page, IsReadInTheMemoryOfTheOneBeforeOrInItsOwnWhenItIsLong) {
  const JsonMemory memory;
  const std::string of_one = page_of(R"([{"purchaseOrderId":"1"}])");
  const std::string of_two = page_of(R"([{"purchaseOrderId":"2"},{"purchaseOrderId":"3"}])");
  const std::string lengthy =
      page_of(R"([{"purchaseOrderId":"4","x":")" + std::string(JsonMemory::kMostText, 'x') + R"("}])");
  for (const std::string& body : {of_one, of_two, lengthy, std::string("{\"list\":"), of_two, of_one}) {
    const auto alone = parse_page(body);
    const auto page = parse_page(body, &memory);
    ASSERT_EQ(page.ok(), alone.ok());
    if (!page.ok()) continue;
    ASSERT_EQ(page->orders.size(), alone->orders.size());
    for (std::size_t i = 0; i < page->orders.size(); ++i) EXPECT_EQ(page->orders[i].id, alone->orders[i].id);
  }
}

TEST(Page, TakesOneOrderInPlaceOfAList) {
  const std::string body = page_of(R"({"purchaseOrderId":108,"orderDate":"2026-11-23T08:00:00Z"})", "null", "\"1\"");
  const auto page = parse_page(body);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->orders.size(), 1u);
  EXPECT_EQ(page->orders[0].id, "108");
  EXPECT_EQ(page->orders[0].order_date_ms, 1795420800000);
  EXPECT_EQ(page->total_count, 1);
}

TEST(Page, CutsOutTheOrdersThatTheParserSees) {
  // A page whose first "order" is written with an escape: cut by its spelling, the second one's bytes would be sent.
  const std::string body = R"({"list":{"meta":{"totalCount":1},"elements":{"\u006frder":[{"purchaseOrderId":"1"}],)"
                           R"("order":[{"purchaseOrderId":"2"}]}}})";
  const auto page = parse_page(body);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->orders.size(), 1u);
  EXPECT_EQ(page->orders[0].id, "1");
  EXPECT_EQ(page->orders[0].bytes, R"({"purchaseOrderId":"1"})");
}

TEST(Page, CutsOrdersAtTheirBracesHoweverTheyAreSpacedAndSpelled) {
  std::mt19937 random(3);
  constexpr std::array<std::string_view, 4> kBlanks = {"", " ", "\r\n\t", "  \n"};
  constexpr std::array<std::string_view, 8> kOrders = {R"({"purchaseOrderId":"1"})",
                                                       R"({ "\u0070urchaseOrderId" : 2 , "x" : [ "}, {" ] })",
                                                       R"({"\\\"":"{","a":{"b":[{}]}})",
                                                       R"({
  "" : "},{\"" })",
                                                       R"({"a":1.50,"b":{"c":{}}})",
                                                       R"({})",
                                                       R"(null)",
                                                       R"(["{",{"a":1}])"};
  for (int round = 0; round < 2'000; ++round) {
    const auto blanks = [&] { return kBlanks[random() % kBlanks.size()]; };
    // Every other page holds nothing but orders with members.
    const std::size_t kinds = round % 2 == 0 ? 5 : kOrders.size();
    std::vector<std::string_view> orders;
    std::string list = "[";
    for (unsigned count = random() % 5; count > 0; --count) {
      orders.push_back(kOrders[random() % kinds]);
      list.append(orders.size() > 1 ? "," : "").append(blanks()).append(orders.back()).append(blanks());
    }
    const std::string body = page_of(list + "]");
    const auto page = parse_page(body);
    ASSERT_TRUE(page.ok()) << body;
    std::vector<std::string_view> cut;
    for (const PageOrder& order : page->orders) cut.push_back(order.bytes);
    ASSERT_EQ(cut, orders) << body;
  }
}

TEST(Page, KeepsAPageReadableWithANumberBeyondDouble) {
  const std::string body = page_of(R"([{"purchaseOrderId":1,"x":1e999},{"purchaseOrderId":123456789012345678901234}])");
  const auto page = parse_page(body);
  ASSERT_TRUE(page.ok()) << page.error().message;
  ASSERT_EQ(page->orders.size(), 2u);
  EXPECT_EQ(page->orders[0].bytes, R"({"purchaseOrderId":1,"x":1e999})");
  EXPECT_EQ(page->orders[1].id, "123456789012345678901234");
}

TEST(Page, NamesAnOrderWithoutAnIdByItsBytes) {
  const std::string body = page_of(R"([{"a":1},"text",null])");
  const auto page = parse_page(body);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->orders.size(), 3u);
  for (const auto& order : page->orders) {
    EXPECT_FALSE(order.has_id);
    EXPECT_EQ(order.id, "#" + hash_text(order_hash(order.bytes)));
    EXPECT_FALSE(order.order_date_ms.has_value());
  }
}

TEST(Page, TakesEveryFormOfNothing) {
  for (const char* text :
       {R"({"list":{"meta":{"totalCount":0}}})", R"({"list":{"meta":{"totalCount":0},"elements":null}})",
        R"({"list":{"meta":{"totalCount":0},"elements":{}}})",
        R"({"list":{"meta":{"totalCount":0,"nextCursor":""},"elements":{"order":null}}})",
        R"({"list":{"meta":{"totalCount":0,"nextCursor":null},"elements":{"order":[]}}})"}) {
    const auto page = parse_page(text);
    ASSERT_TRUE(page.ok()) << text;
    EXPECT_TRUE(page->orders.empty());
    EXPECT_TRUE(page->next_cursor.empty());
  }
}

TEST(Page, LeavesTheCursorAsItStandsButForAmp) {
  const auto cursor = [](const std::string& text) { return parse_page(page_of("[]", '"' + text + '"'))->next_cursor; };
  EXPECT_EQ(cursor("?limit=2&cursor=TUF+E/R==&createdEndDate=2025-11-11T00:00:00.000Z"),
            "?limit=2&cursor=TUF+E/R==&createdEndDate=2025-11-11T00:00:00.000Z");
  EXPECT_EQ(cursor("?limit=2&amp;cursor=a%2Bb&amp;poIndex=2"), "?limit=2&cursor=a%2Bb&poIndex=2");
  EXPECT_EQ(cursor("?limit=2&hasMoreElements=false&poIndex=2"), "");
}

TEST(Page, RefusesWhatIsNoPageAndSaysWhy) {
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{{"", "no JSON"},
                                                        {"<html>", "no JSON"},
                                                        {page_of("[{}").substr(0, 60), "no JSON"},
                                                        {"{}", "totalCount"},
                                                        {R"({"list":{"meta":{"totalCount":null}}})", "totalCount"},
                                                        {R"({"list":{"meta":{"totalCount":-1}}})", "totalCount"},
                                                        {page_of("[]", "\"limit=2\""), "nextCursor"},
                                                        {page_of("[]", "\"?limit=2\\r\\nHost: x\""), "nextCursor"}}) {
    const auto page = parse_page(text);
    ASSERT_FALSE(page.ok()) << text;
    EXPECT_THAT(page.error().message, HasSubstr(why)) << text;
  }
}

TEST(Page, SurvivesAnyCutOrChangedByte) {
  const std::string good =
      page_of(R"([{"purchaseOrderId":"108","orderDate":1,"s":"\u00e9\"{["},{"purchaseOrderId":"109"}])", "\"?a=b\"");
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (unsigned i = random() % 4; i > 0; --i) text[random() % text.size()] = static_cast<char>(random() % 256);
    if (round % 3 == 0) text.resize(random() % text.size());
    const auto page = parse_page(text);
    if (!page.ok()) continue;
    for (const auto& order : page->orders) {
      EXPECT_GE(order.bytes.data(), text.data());
      EXPECT_LE(order.bytes.data() + order.bytes.size(), text.data() + text.size());
    }
  }
}

std::string with_request_time(std::string_view order, std::string_view time) {
  std::string out = "what the order before left there, which was longer than this one is with its time";
  put_request_time(order, time, out);
  return out;
}

TEST(RequestTime, IsTheFirstMemberOfTheOrder) {
  EXPECT_EQ(with_request_time(R"({ "a":1})", "2026-11-23 08:00:00"),
            R"({"request_time":"2026-11-23 08:00:00", "a":1})");
  EXPECT_EQ(with_request_time("{}", "2026-11-23 08:00:00"), R"({"request_time":"2026-11-23 08:00:00"})");
  EXPECT_EQ(with_request_time("{ \n}", "2026-11-23 08:00:00"), "{\"request_time\":\"2026-11-23 08:00:00\" \n}");
  EXPECT_EQ(with_request_time("\"text\"", "2026-11-23 08:00:00"), "\"text\"");
}

}  // namespace
}  // namespace walmart
