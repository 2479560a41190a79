// SPDX-License-Identifier: Apache-2.0
//
// The forms of a record: where its orders are, when it has none, and when it is no such thing.
#include <gtest/gtest.h>

#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

std::string page(const std::string& orders) {
  return R"({"list":{"meta":{"totalCount":1},"elements":{"order":)" + orders + "}}}";
}

void expect_dead(const std::string& payload, const std::string& path, const std::string& message) {
  const Applied applied = apply(payload);
  ASSERT_EQ(applied.rejected.size(), 1u) << payload;
  EXPECT_EQ(applied.rejected[0].path, path) << payload;
  EXPECT_EQ(applied.rejected[0].message, message) << payload;
  EXPECT_TRUE(applied.rows.empty() && applied.filtered.empty()) << payload;
}

void expect_filtered(const Payload& payload, const std::string& rule, const std::string& path) {
  const Applied applied = apply(std::vector<Payload>{payload});
  EXPECT_EQ(applied.filtered, (std::vector<Filtered>{{0, rule, path}})) << payload.value_or("null");
  EXPECT_TRUE(applied.rows.empty() && applied.rejected.empty()) << payload.value_or("null");
  EXPECT_EQ(applied.batches, 0u) << "nothing to emit";
}

TEST(Documents, GiveTheSameRowWhateverHoldsTheOrder) {
  const auto cells = apply(kOrder).rows.at(0).cells;
  for (const auto& form : {"[" + kOrder + "]", R"({"order":)" + kOrder + "}", R"({"order":[)" + kOrder + "]}",
                           page(kOrder), page("[" + kOrder + "]"), "\n\t " + kOrder + "\r\n"}) {
    const Applied applied = apply(form);
    ASSERT_EQ(applied.rows.size(), 1u) << form;
    EXPECT_EQ(applied.rows[0].cells, cells) << form;
  }
}

TEST(Documents, NumberTheirRowsByRecordNotByOrder) {
  const Applied applied = apply({kOrder, page("[" + kOrder + "," + kOrder + "]"), kOrder});
  std::vector<std::uint32_t> origins;
  for (const auto& row : applied.rows) origins.push_back(row.origin);
  EXPECT_EQ(origins, (std::vector<std::uint32_t>{0, 1, 1, 2}));
}

TEST(Documents, OfNullAreTombstones) { expect_filtered(std::nullopt, "tombstone", "$"); }

TEST(Documents, WithoutLinesAreFilteredByName) {
  for (const char* lines : {"", R"(,"orderLines":null)", R"(,"orderLines":{})", R"(,"orderLines":[])",
                            R"(,"orderLines":{"orderLine":null})", R"(,"orderLines":{"orderLine":[]})"}) {
    const std::string order = R"({"purchaseOrderId":"1")" + std::string(lines) + "}";
    expect_filtered(order, "order-without-lines", "$.orderLines");
    expect_filtered(R"({"order":)" + order + "}", "order-without-lines", "$.order.orderLines");
    expect_filtered(page("[" + order + "]"), "order-without-lines", "$.list.elements.order[0].orderLines");
  }
}

TEST(Documents, WithoutLinesNeedOnlyTheirIdToBeGood) {
  expect_filtered(R"({"purchaseOrderId":1,"orderDate":"whenever"})", "order-without-lines", "$.orderLines");
  expect_dead(R"({"purchaseOrderId":"x","orderLines":null})", "$.purchaseOrderId", "a text that is no whole number");
  expect_dead(R"({"purchaseOrderId":null,"orderLines":null})", "$.purchaseOrderId",
              "null, and part of the key: every row needs it");
}

TEST(Documents, MixedOfOrdersWithAndWithoutLinesGiveBoth) {
  const Applied applied =
      apply(page("[" + kOrder + R"(,{"purchaseOrderId":2},)" + kOrder + R"(,{"purchaseOrderId":3}])"));
  EXPECT_EQ(applied.rows.size(), 2u);
  EXPECT_EQ(applied.filtered,
            (std::vector<Filtered>{{0, "order-without-lines", "$.list.elements.order[1].orderLines"},
                                   {0, "order-without-lines", "$.list.elements.order[3].orderLines"}}));
}

TEST(Documents, OfNoOrdersAreFilteredByName) {
  for (const char* empty :
       {R"({"list":{"elements":{"order":[]}}})", R"({"list":{"elements":{"order":null}}})",
        R"({"list":{"elements":{}}})", R"({"list":{"elements":null}})", R"({"list":{"meta":{}}})", R"({"list":null})"})
    expect_filtered(empty, "page-without-orders", "$.list");
  expect_filtered("[]", "page-without-orders", "$");
}

TEST(Documents, ThatAreNotJsonAreToldByByteAndCause) {
  expect_dead("", "$", "not JSON: an empty value");
  expect_dead(" \n", "$", "not JSON: input data is empty at byte 0 of 2");
  expect_dead("hello", "$", "not JSON: unexpected character, expected a valid root value at byte 0 of 5");
  expect_dead("{\"a\":1}x", "$", "not JSON: unexpected content after document at byte 7 of 8");
  expect_dead("{} {}", "$", "not JSON: unexpected content after document at byte 3 of 5");
  expect_dead("{\"a\":1,}", "$", "not JSON: trailing comma is not allowed at byte 6 of 8");
  expect_dead("{\"a\":\"\xff\"}", "$", "not JSON: invalid UTF-8 encoding in string at byte 6 of 9");
  expect_dead("\xEF\xBB\xBF{}", "$", "not JSON: byte order mark (BOM) is not supported at byte 0 of 5");
  for (const char* cut : {"{", "[", "\"", "{\"a\"", "{\"a\":", "[1", "tru", "-", "{\"a\":\"\\", "\"\\ud800\"", "01",
                          "1.", "nan", "/**/1", "'a'"}) {
    const Applied applied = apply(cut);
    ASSERT_EQ(applied.rejected.size(), 1u) << cut;
    EXPECT_EQ(applied.rejected[0].message.find("not JSON: "), 0u) << cut;
  }
}

TEST(Documents, ThatAreNoOrdersAreDead) {
  expect_dead("null", "$", "null where an order belongs");
  expect_dead("42", "$", "a number where an order belongs");
  expect_dead("\"order\"", "$", "a text where an order belongs");
  expect_dead("true", "$", "a boolean where an order belongs");
  const std::string no_id = "missing, and part of the key: every row needs it";
  expect_dead("{}", "$.purchaseOrderId", no_id);
  expect_dead(R"({"errors":{"error":[]}})", "$.purchaseOrderId", no_id);
  expect_dead(R"({"orderLines":{"orderLine":[{"lineNumber":1}]}})", "$.purchaseOrderId", no_id);
  expect_dead(R"({"order":null})", "$.order", "null where an order belongs");
  expect_dead(R"({"order":[]})", "$.order", "an empty list where an order belongs");
  expect_dead(R"({"order":{}})", "$.order.purchaseOrderId", no_id);
  expect_dead("[null]", "$[0]", "null where an order belongs");
  expect_dead("[[]]", "$[0]", "a list where an order belongs");
  expect_dead(page(R"([{"purchaseOrderId":1},7])"), "$.list.elements.order[1]", "a number where an order belongs");
  expect_dead(page("\"none\""), "$.list.elements.order", "a text where an order belongs");
  expect_dead(R"({"list":[]})", "$.list", "a list where an object belongs");
  expect_dead(R"({"list":{"elements":[]}})", "$.list.elements", "a list where an object belongs");
  expect_dead(R"({"list":{"elements":null,"elements":{}}})", "$.list.elements",
              "given twice in one object: not clear which one counts");
  expect_dead(R"({"order":{"purchaseOrderId":1},"list":{}})", "$",
              "both an order and a list of orders: not clear which one counts");
}

}  // namespace
}  // namespace cnx::order_transform::test
