// SPDX-License-Identifier: Apache-2.0
//
// What is taken where the meaning is clear, and what it becomes.
#include <gtest/gtest.h>

#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

Row only_row(const std::string& payload) {
  const Applied applied = apply(payload);
  for (const auto& dead : applied.rejected) ADD_FAILURE() << dead.path << " " << dead.column << ": " << dead.message;
  EXPECT_EQ(applied.rows.size(), 1u) << payload;
  return applied.rows.size() == 1 ? applied.rows[0] : Row{};
}

/// The value of `column` in kOrder's row after the replacement.
std::string taken(std::string_view from, std::string_view to, std::string_view column) {
  return only_row(order_with(from, to))[column];
}

TEST(AcceptedValues, WholeNumbersAsTextOrNumber) {
  for (const char* form : {R"("7")", "7", R"("7.0")", "7.00", R"("007")", "70e-1"}) {
    EXPECT_EQ(taken(R"("3")", form, "quantity"), "7") << form;
    EXPECT_EQ(taken(R"("4")", form, "lineNumber"), "7") << form;
  }
  EXPECT_EQ(taken(R"("3")", "-2147483648", "quantity"), "-2147483648");
  EXPECT_EQ(taken(R"("3")", "2147483647", "quantity"), "2147483647");
  EXPECT_EQ(taken(R"("108911110000001")", "9007199254740993", "purchaseOrderId"), "9007199254740993");
  EXPECT_EQ(taken(R"("200013300000001")", R"("9223372036854775807")", "customerOrderId"), "9223372036854775807");
}

TEST(AcceptedValues, AmountsWithEveryDigit) {
  for (const char* form : {"5", "5.0", "5.00", "5.000", R"("5")", R"("5.00")", "0.5E1"})
    EXPECT_EQ(taken("18.99", form, "chargeAmount"), "5.00") << form;
  EXPECT_EQ(taken("18.99", "-2.1", "chargeAmount"), "-2.10");
  EXPECT_EQ(taken("18.99", "-0.05", "chargeAmount"), "-0.05");
  EXPECT_EQ(taken("18.99", "99999999.99", "chargeAmount"), "99999999.99");
  EXPECT_EQ(taken("18.99", "1.23456789E7", "chargeAmount"), "12345678.90");
  EXPECT_EQ(taken("1.57", R"("0.10")", "taxAmount"), "0.10");
}

TEST(AcceptedValues, TimesAsEpochMillisecondsOrIso) {
  for (const char* form :
       {"1762783401417", R"("1762783401417")", R"("2025-11-10T14:03:21.417Z")", R"("2025-11-10T06:03:21.417-08:00")"}) {
    const Row row = only_row(order_with("1762783401417", form));
    EXPECT_EQ(row["orderDate"], "1762783401417") << form;
    EXPECT_EQ(row["orderDate_formatted"], "2025-11-10 14:03:21") << form;
  }
  EXPECT_EQ(taken("1762783401417", R"("2025-11-10")", "orderDate_formatted"), "2025-11-10 00:00:00");
}

TEST(AcceptedValues, TimesUpToBothEndsOfTimestamp) {
  EXPECT_EQ(taken("1762783401417", "1000", "orderDate_formatted"), "1970-01-01 00:00:01");
  EXPECT_EQ(taken("1762783401417", "2147483647999", "orderDate_formatted"), "2038-01-19 03:14:07");
}

TEST(AcceptedValues, RequestTimeInWholeSecondsOfUtc) {
  for (const char* form : {"2025-11-10 15:00:01", "2025-11-10T15:00:01Z", "2025-11-10T15:00:01.999Z",
                           "2025-11-10T07:00:01-08:00", "1762786801999"})
    EXPECT_EQ(taken("2025-11-10 15:00:01", form, "request_time"), "2025-11-10 15:00:01") << form;
  EXPECT_EQ(taken("2025-11-10 15:00:01", "1000-01-01", "request_time"), "1000-01-01 00:00:00");
  EXPECT_EQ(taken("2025-11-10 15:00:01", "9999-12-31T23:59:59Z", "request_time"), "9999-12-31 23:59:59");
  EXPECT_EQ(taken("2025-11-10 15:00:01", "1965-01-01 00:00:00.5", "request_time"), "1965-01-01 00:00:00");
}

TEST(AcceptedValues, NumbersInTextColumnsAsTheyAreWritten) {
  EXPECT_EQ(taken("24,", "24,", "carrierMethodCode"), "24");
  EXPECT_EQ(taken("24,", R"("024",)", "carrierMethodCode"), "024");
  EXPECT_EQ(taken(R"("5260")", "5", "storeId"), "5");
  EXPECT_EQ(taken(R"("62701")", "62701", "postalCode"), "62701");
  EXPECT_EQ(taken(R"("BTL-24")", "-1.50", "sku"), "-1.50");
}

TEST(AcceptedValues, EmptyTextStaysEmpty) {
  EXPECT_EQ(taken(R"("Apt 3")", R"("")", "address2"), "");
  EXPECT_EQ(taken(R"("UPS")", R"("")", "carrierName"), "");
}

TEST(AcceptedValues, TextIsMeasuredInCharacters) {
  std::string longest;
  for (int i = 0; i < 50; ++i) longest += "\xF0\x9F\x9B\x8B";  // a couch, four bytes
  EXPECT_EQ(taken("BTL-24", longest, "sku"), longest);
  EXPECT_EQ(taken("BTL-24", R"(\ud83d\udecb\u0000\"\\\/\n)", "sku"), std::string("\xF0\x9F\x9B\x8B\0\"\\/\n", 9));
  const std::string name(65535, 'x');
  EXPECT_EQ(taken("Bottle", name, "productName"), name);
}

TEST(AcceptedValues, TheFirstProductChargeCountsWhereverItStands) {
  constexpr const char* kList = R"([{"chargeType": "PRODUCT")";
  const auto row = only_row(order_with(
      kList,
      R"([null, {}, {"chargeType": "SHIPPING", "chargeAmount": "?"}, {"chargeType": 5}, {"chargeType": "PRODUCT")"));
  EXPECT_EQ(row["chargeType"], "PRODUCT");
  EXPECT_EQ(row["chargeAmount"], "18.99");
  EXPECT_EQ(taken(kList, R"([{"chargeType": "PRODUCT", "chargeAmount": {"amount": 2}}, {"chargeType": "PRODUCT")",
                  "chargeAmount"),
            "2.00");
}

TEST(AcceptedValues, WithoutAProductChargeAllSixColumnsAreNull) {
  for (const char* type : {R"("SHIPPING")", R"("product")", R"("")", "null"}) {
    const Row row = only_row(order_with(R"("PRODUCT")", type));
    for (const char* column : {"chargeType", "chargeName", "chargeAmount", "currency", "taxAmount", "taxName"})
      EXPECT_EQ(row[column], "NULL") << column << " with chargeType " << type;
  }
}

TEST(AcceptedValues, TheCarrierWinsOverTheOtherCarrier) {
  EXPECT_EQ(taken("24,", "24,", "carrierName"), "UPS");
  EXPECT_EQ(taken(R"("UPS")", "null", "carrierName"), "Corner Courier");
  EXPECT_EQ(taken(R"(, "carrier": "UPS")", "", "carrierName"), "Corner Courier");
  EXPECT_EQ(taken(R"("otherCarrier": "Corner Courier", "carrier": "UPS")", "", "carrierName"), "NULL");
  // What is not read may be anything.
  EXPECT_EQ(taken(R"("Corner Courier")", "[1]", "carrierName"), "UPS");
}

TEST(AcceptedValues, MissingNullAndEmptySectionsGiveNull) {
  const std::string section = R"({"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": 1.57}})";
  for (const char* instead : {"null", "{}", R"({"taxName": null, "taxAmount": null})", R"({"taxAmount": {}})"}) {
    const Row row = only_row(order_with(section, instead));
    EXPECT_EQ(row["taxName"], "NULL") << instead;
    EXPECT_EQ(row["taxAmount"], "NULL") << instead;
    EXPECT_EQ(row["chargeAmount"], "18.99") << instead;
  }
  EXPECT_EQ(taken(", \"tax\": " + section, "", "taxAmount"), "NULL");
}

TEST(AcceptedValues, JsonColumnsHoldTheBytesAsReceived) {
  const std::string odd =
      "{ \"charge\"\t:\n[ {\"chargeType\":\"\\u0050RODUCT\", \"chargeAmount\":{\"amount\": 1.50e0, "
      "\"note\":\"}]\\\"\"}} ] }";
  const auto begin = kOrder.find(R"({"charge":)");
  const auto end = kOrder.find(",\n    \"orderLineStatuses\"");
  const Row row = only_row(order_with(kOrder.substr(begin, end - begin), odd));
  EXPECT_EQ(row["charges"], odd);
  EXPECT_EQ(row["chargeType"], "PRODUCT");
  EXPECT_EQ(row["chargeAmount"], "1.50");
}

TEST(AcceptedValues, KeysAreTheSameHoweverTheyAreEscaped) {
  EXPECT_EQ(taken(R"("charges")", R"("char\u0067es")", "chargeAmount"), "18.99");
  const Row row = only_row(order_with(R"("charges")", R"("char\u0067es"  )"));
  EXPECT_EQ(row["charges"].substr(0, 12), R"({"charge": [)");
}

TEST(AcceptedValues, MissingAndNullStatusesGiveNull) {
  const auto begin = kOrder.find(R"({"orderLineStatus":)");
  const std::string statuses = kOrder.substr(begin, kOrder.find("\n  }]}") - begin);
  for (const char* instead : {"null", "{}", R"({"orderLineStatus": null})", R"({"orderLineStatus": []})",
                              R"({"orderLineStatus": [null]})", R"({"orderLineStatus": {}})"}) {
    const Row row = only_row(order_with(statuses, instead));
    EXPECT_EQ(row["orderLineStatus"], "NULL") << instead;
    EXPECT_EQ(row["trackingURL"], "NULL") << instead;
    EXPECT_EQ(row["orderLineStatuses"], std::string(instead) == "null" ? "NULL" : instead);
  }
}

TEST(AcceptedValues, UnknownKeysOfAnyShapeAreIgnored) {
  EXPECT_EQ(only_row(order_with(
                R"("orderType")",
                R"("list": 1, "order": [[{}]], "x": 1, "x": 2, "": {"orderType": 5}, "orderType")"))["orderType"],
            "REGULAR");
}

}  // namespace
}  // namespace cnx::order_transform::test
