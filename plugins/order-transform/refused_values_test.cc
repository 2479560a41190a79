// SPDX-License-Identifier: Apache-2.0
//
// What makes a record a dead letter: the path, the column and the words that tell of it, and never the value.
#include <gtest/gtest.h>

#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

struct Poison {
  const char* from;  ///< in kOrder
  std::string to;
  const char* path;
  const char* column;
  const char* message;
};

void PrintTo(const Poison& poison, std::ostream* out) { *out << poison.path << ": " << poison.message; }

class RefusedValues : public ::testing::TestWithParam<Poison> {};

TEST_P(RefusedValues, AreToldByPathColumnAndKind) {
  const Applied applied = apply(order_with(GetParam().from, GetParam().to));
  ASSERT_EQ(applied.rejected.size(), 1u);
  EXPECT_EQ(applied.rejected[0], (Rejected{0, GetParam().path, GetParam().column, GetParam().message}));
  EXPECT_TRUE(applied.rows.empty());
  EXPECT_TRUE(applied.filtered.empty());
}

#define LINE "$.orderLines.orderLine[0]"
constexpr const char* kSku = R"("BTL-24")";
constexpr const char* kQuantity = R"("3")";
constexpr const char* kDate = "1762783401417";
constexpr const char* kCharge = R"([{"chargeType": "PRODUCT")";

INSTANTIATE_TEST_SUITE_P(
    InText, RefusedValues,
    ::testing::Values(
        Poison{kSku, R"(["a"])", LINE ".item.sku", "sku", "a list where a text belongs"},
        Poison{kSku, R"({"a":1})", LINE ".item.sku", "sku", "an object where a text belongs"},
        Poison{kSku, "true", LINE ".item.sku", "sku", "a boolean where a text belongs"},
        Poison{kSku, "1e3", LINE ".item.sku", "sku", "a number with an exponent where a text belongs"},
        Poison{kSku, '"' + std::string(51, 's') + '"', LINE ".item.sku", "sku",
               "a text of 51 characters; the column holds 50"},
        Poison{kSku, std::string(51, '7'), LINE ".item.sku", "sku", "a text of 51 characters; the column holds 50"},
        Poison{R"("Bottle")", '"' + std::string(65536, 's') + '"', LINE ".item.productName", "productName",
               "a text of 65536 bytes; the column holds 65535"},
        Poison{R"("USA")", R"("United States of America")", "$.shippingInfo.postalAddress.country", "country",
               "a text of 24 characters; the column holds 10"},
        Poison{R"("UPS")", "[]", LINE ".orderLineStatuses.orderLineStatus[0].trackingInfo.carrierName.carrier",
               "carrierName", "a list where a text belongs"},
        Poison{R"("otherCarrier": "Corner Courier", "carrier": "UPS")", R"("otherCarrier": [], "carrier": null)",
               LINE ".orderLineStatuses.orderLineStatus[0].trackingInfo.carrierName.otherCarrier", "carrierName",
               "a list where a text belongs"}));

INSTANTIATE_TEST_SUITE_P(
    InNumbers, RefusedValues,
    ::testing::Values(
        Poison{kQuantity, R"("three")", LINE ".orderLineQuantity.amount", "quantity", "a text that is no whole number"},
        Poison{kQuantity, R"("")", LINE ".orderLineQuantity.amount", "quantity", "a text that is no whole number"},
        Poison{kQuantity, R"("1e3")", LINE ".orderLineQuantity.amount", "quantity", "a text that is no whole number"},
        Poison{kQuantity, R"("2.5")", LINE ".orderLineQuantity.amount", "quantity",
               "a text with decimals where a whole number belongs"},
        Poison{kQuantity, "2.5", LINE ".orderLineQuantity.amount", "quantity",
               "a number with decimals where a whole number belongs"},
        Poison{kQuantity, "2147483648", LINE ".orderLineQuantity.amount", "quantity",
               "a whole number out of the range of INT"},
        Poison{kQuantity, "-2147483649", LINE ".orderLineQuantity.amount", "quantity",
               "a whole number out of the range of INT"},
        Poison{kQuantity, "[3]", LINE ".orderLineQuantity.amount", "quantity", "a list where a whole number belongs"},
        Poison{R"("200013300000001")", "9223372036854775808", "$.customerOrderId", "customerOrderId",
               "a whole number out of the range of BIGINT"},
        Poison{R"("200013300000001")", "1e400", "$.customerOrderId", "customerOrderId",
               "a whole number out of the range of BIGINT"},
        Poison{"18.99", "18.999", LINE ".charges.charge[0].chargeAmount.amount", "chargeAmount",
               "an amount with more than 2 decimals"},
        Poison{"18.99", "100000000.00", LINE ".charges.charge[0].chargeAmount.amount", "chargeAmount",
               "an amount out of the range of DECIMAL(10,2)"},
        Poison{"18.99", "-100000000", LINE ".charges.charge[0].chargeAmount.amount", "chargeAmount",
               "an amount out of the range of DECIMAL(10,2)"},
        Poison{"18.99", R"("$18.99")", LINE ".charges.charge[0].chargeAmount.amount", "chargeAmount",
               "a text that is no amount"},
        Poison{"1.57", "false", LINE ".charges.charge[0].tax.taxAmount.amount", "taxAmount",
               "a boolean where an amount belongs"}));

INSTANTIATE_TEST_SUITE_P(
    InTimes, RefusedValues,
    ::testing::Values(
        Poison{kDate, R"("soon")", "$.orderDate", "orderDate",
               "a text that is neither epoch milliseconds nor an ISO 8601 time"},
        Poison{kDate, "{}", "$.orderDate", "orderDate", "an object where a time belongs"},
        Poison{kDate, "1762783401417.5", "$.orderDate", "orderDate", "a time in fractions of a millisecond"},
        Poison{kDate, "999", "$.orderDate", "orderDate_formatted",
               "a time outside of 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC, which TIMESTAMP holds"},
        Poison{kDate, "2147483648000", "$.orderDate", "orderDate_formatted",
               "a time outside of 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC, which TIMESTAMP holds"},
        Poison{kDate, "99999999999999999999", "$.orderDate", "orderDate", "a time out of the range of BIGINT"},
        Poison{R"("2025-11-10 15:00:01")", R"("0999-12-31 23:59:59")", "$.request_time", "request_time",
               "a time outside of the years 1000 to 9999, which DATETIME holds"},
        Poison{R"("2025-11-10 15:00:01")", R"("today")", "$.request_time", "request_time",
               "a text that is neither epoch milliseconds nor an ISO 8601 time"}));

INSTANTIATE_TEST_SUITE_P(
    InKeys, RefusedValues,
    ::testing::Values(Poison{R"("purchaseOrderId": "108911110000001",)", "", "$.purchaseOrderId", "purchaseOrderId",
                             "missing, and part of the key: every row needs it"},
                      Poison{R"("108911110000001")", "null", "$.purchaseOrderId", "purchaseOrderId",
                             "null, and part of the key: every row needs it"},
                      Poison{R"("108911110000001")", R"("PO-1")", "$.purchaseOrderId", "purchaseOrderId",
                             "a text that is no whole number"},
                      Poison{R"("lineNumber": "4", )", "", LINE ".lineNumber", "lineNumber",
                             "missing, and part of the key: every row needs it"},
                      Poison{R"("lineNumber": "4",)", R"("lineNumber": "4", "lineNumber": "4",)", LINE ".lineNumber",
                             "lineNumber", "given twice in one object: not clear which one counts"},
                      Poison{R"("orderLine": [)", R"("orderLine": [{"lineNumber": 4}, )",
                             "$.orderLines.orderLine[1].lineNumber", "lineNumber",
                             "the number of orderLine[0] again: of the two rows one would be lost"}));

INSTANTIATE_TEST_SUITE_P(
    InStructure, RefusedValues,
    ::testing::Values(Poison{R"("orderLines": {)", R"("orderLines": [1], "x": {)", "$.orderLines", "",
                             "a list where an object belongs"},
                      Poison{R"("orderLine": [)", R"("orderLine": ["x", )", "$.orderLines.orderLine[0]", "",
                             "a text where an order line belongs"},
                      Poison{R"("orderLine": [)", R"("orderLine": 7, "x": [)", "$.orderLines.orderLine", "",
                             "a number where an order line belongs"},
                      Poison{R"("orderLine": [)", R"("orderLine": [null, )", "$.orderLines.orderLine[0].lineNumber",
                             "lineNumber", "missing, and part of the key: every row needs it"},
                      Poison{R"("shippingInfo": {)", R"("shippingInfo": "none", "x": {)", "$.shippingInfo", "",
                             "a text where an object belongs"},
                      Poison{R"("item": {)", R"("item": [], "x": {)", LINE ".item", "",
                             "a list where an object belongs"},
                      Poison{R"("charges": {)", R"("charges": [], "x": {)", LINE ".charges", "charges",
                             "a list where an object belongs"},
                      Poison{kCharge, R"(["PRODUCT", {"chargeType": "PRODUCT")", LINE ".charges.charge[0]", "charges",
                             "a text where a charge belongs"},
                      Poison{kCharge, R"([{"chargeType": ["PRODUCT"]}, {"chargeType": "PRODUCT")",
                             LINE ".charges.charge[0].chargeType", "chargeType", "a list where a text belongs"},
                      Poison{kCharge, R"([{"chargeType": "SHIPPING", "chargeType": "PRODUCT"}, {"chargeType": "X")",
                             LINE ".charges.charge[0].chargeType", "chargeType",
                             "given twice in one object: not clear which one counts"},
                      Poison{kCharge, R"([{"chargeType": null, "chargeType": "PRODUCT"}, {"chargeType": "X")",
                             LINE ".charges.charge[0].chargeType", "chargeType",
                             "given twice in one object: not clear which one counts"},
                      Poison{R"("orderLineStatus": [)", R"("orderLineStatus": [true, )",
                             LINE ".orderLineStatuses.orderLineStatus[0]", "", "a boolean where an object belongs"},
                      Poison{R"("orderLineStatuses": {)", R"("orderLineStatuses": 1, "x": {)",
                             LINE ".orderLineStatuses", "orderLineStatuses", "a number where an object belongs"},
                      Poison{R"("shipNode": {)", R"("shipNode": null, "shipNode": {)", "$.shipNode", "",
                             "given twice in one object: not clear which one counts"},
                      Poison{R"("orderDate")", R"("orderDate": 1762783401417, "order\u0044ate")", "$.orderDate",
                             "orderDate", "given twice in one object: not clear which one counts"}));

TEST(RefusedValues, NeverShowTheValue) {
  const Applied applied = apply(order_with(R"("Robin Sample")", R"(["Robin Secret"])"));
  ASSERT_EQ(applied.rejected.size(), 1u);
  for (const auto& text : {applied.rejected[0].message, applied.rejected[0].path})
    EXPECT_EQ(text.find("Robin"), std::string::npos);
}

TEST(RefusedValues, ARecordIsRejectedOnceWithTheNumberOfItsProblems) {
  const std::string order = order_with(R"("orderLine": [)", R"("orderLine": [{"lineNumber": "x", "statusDate": []}, )");
  const Applied applied = apply(order);
  ASSERT_EQ(applied.rejected.size(), 1u);
  EXPECT_EQ(applied.rejected[0], (Rejected{0, "$.orderLines.orderLine[0].lineNumber", "lineNumber",
                                           "a text that is no whole number (the first of 2 problems of this record)"}));
}

TEST(RefusedValues, OneBadOrderKillsTheWholeRecordAndNoOther) {
  const std::string bad = order_with("18.99", R"("much")");
  const std::string no_lines = R"({"purchaseOrderId": 1})";
  const Applied applied = apply({kOrder, "[" + kOrder + "," + no_lines + "," + bad + "," + kOrder + "]", kOrder});
  ASSERT_EQ(applied.rejected.size(), 1u);
  EXPECT_EQ(applied.rejected[0].origin, 1u);
  EXPECT_EQ(applied.rejected[0].path, "$[2].orderLines.orderLine[0].charges.charge[0].chargeAmount.amount");
  EXPECT_TRUE(applied.filtered.empty()) << "a dead record has no filtered parts";
  ASSERT_EQ(applied.rows.size(), 2u);
  EXPECT_EQ(applied.rows[0].origin, 0u);
  EXPECT_EQ(applied.rows[1].origin, 2u);
  EXPECT_EQ(applied.rows[0].cells, applied.rows[1].cells) << "a row after a dead record is as good as one before";
}

}  // namespace
}  // namespace cnx::order_transform::test
