// SPDX-License-Identifier: Apache-2.0
//
// The sample documents of tests/testdata/walmart against the rows of tests/testdata/expected, every column.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

using Json = nlohmann::ordered_json;

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

void expect_row(const Row& row, const Json& expected) {
  std::vector<std::string> names;
  for (const auto& [name, value] : expected.items()) {
    names.push_back(name);
    EXPECT_EQ(row[name], value.is_null() ? "NULL" : as_text(value)) << "column " << name;
  }
  EXPECT_EQ(row.columns, names) << "columns or their order";
}

class Samples : public ::testing::TestWithParam<const char*> {};

TEST_P(Samples, BecomeTheExpectedRows) {
  const auto expected = Json::parse(testdata(std::string("expected/") + GetParam()));
  const Applied applied = apply(testdata(std::string("walmart/") + GetParam()));
  ASSERT_EQ(applied.rows.size(), expected.at("rows").size());
  for (std::size_t i = 0; i < applied.rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    expect_row(applied.rows[i], expected.at("rows")[i]);
  }
  Json filtered = Json::array();
  for (const auto& part : applied.filtered) filtered.push_back({{"rule", part.rule}, {"path", part.path}});
  EXPECT_EQ(filtered, expected.at("filtered"));
  EXPECT_EQ(applied.rejected.size(), expected.at("rejected").size());
}

INSTANTIATE_TEST_SUITE_P(All, Samples,
                         ::testing::Values("01-single-line.json", "02-multi-line-charges.json",
                                           "03-partly-shipped-cancelled.json", "04-objects-not-arrays.json",
                                           "05-refunds.json", "06-page-3pl-and-wfs.json", "07-non-ascii.json",
                                           "08-missing-null-odd-types.json", "09-page-next-cursor.json",
                                           "10-page-last.json", "11-page-empty.json"),
                         [](const auto& sample) { return "Sample" + std::string(sample.param, 2); });

TEST(Samples, OfErrorAnswersAreNoOrders) {
  for (const char* name :
       {"token-200.json", "errors/404-no-orders.json", "errors/500-order-api.json", "errors/520-gateway.json"}) {
    const Applied applied = apply(testdata(std::string("walmart/") + name));
    ASSERT_EQ(applied.rejected.size(), 1u) << name;
    EXPECT_EQ(applied.rejected[0].path, "$.purchaseOrderId") << name;
    EXPECT_TRUE(applied.rows.empty() && applied.filtered.empty()) << name;
  }
}

}  // namespace
}  // namespace cnx::order_transform::test
