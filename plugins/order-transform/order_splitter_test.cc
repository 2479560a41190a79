// SPDX-License-Identifier: Apache-2.0
#include "order_splitter.h"

#include <gtest/gtest.h>

#include "cnx/plugin.hpp"
#include "transform_test_support.h"

namespace cnx::order_transform::test {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;  // path, bytes

/// Through the component's table, as `preview` does it.
Parts split(const std::string& document) {
  const cnx_component component = transform<OrderTransform>();
  const auto* table = static_cast<const cnx_split*>(component.extension(CNX_EXT_SPLIT));
  const cnx_config config = {sizeof(cnx_config), sizeof(cnx_config_value), 0, nullptr};
  struct Found {
    const std::string& document;
    Parts parts;
  } found{document, {}};
  const auto part = [](void* ctx, cnx_str bytes, cnx_str path) {
    auto& into = *static_cast<Found*>(ctx);
    EXPECT_TRUE(bytes.size == 0 || (bytes.data >= into.document.data() &&
                                    bytes.data + bytes.size <= into.document.data() + into.document.size()))
        << "not a view into the document";
    into.parts.emplace_back(view(path), view(bytes));
  };
  EXPECT_EQ(table->split(&config, str(document), &found, part, nullptr), CNX_OK);
  return found.parts;
}

TEST(OrderSplitter, CutsListsAndPagesIntoTheirOrders) {
  const std::string a = R"({"purchaseOrderId":"1","x":["],[",{"}":1}]})";
  const std::string b = R"({ "purchaseOrderId" : 2 })";
  const std::string list = " [ " + a + " ,\n" + b + "\t] ";
  EXPECT_EQ(split(list), (Parts{{"$[0]", a}, {"$[1]", b}}));
  EXPECT_EQ(split(R"({"list":{"meta":{},"elements":{"order":)" + list + "}}}"),
            (Parts{{"$.list.elements.order[0]", a}, {"$.list.elements.order[1]", b}}));
  EXPECT_EQ(split(R"({"list":{"elements":{"order":)" + b + "}}}"), (Parts{{"$.list.elements.order", b}}));
  EXPECT_EQ(split(R"({"order": )" + a + " }"), (Parts{{"$.order", a}}));
  EXPECT_EQ(split(R"({"order": )" + list + " }"), (Parts{{"$.order[0]", a}, {"$.order[1]", b}}));
}

TEST(OrderSplitter, KeepsBadPartsSoThatTheyAreToldOf) {
  EXPECT_EQ(split(R"([1,null,{},"]"])"), (Parts{{"$[0]", "1"}, {"$[1]", "null"}, {"$[2]", "{}"}, {"$[3]", R"("]")"}}));
}

TEST(OrderSplitter, GivesBackWholeWhatCannotBeCut) {
  for (const std::string document :
       {"", "not JSON", "[1,", "[]", "null", "7", "{}", R"({"order":null})", R"({"order":[]})",
        R"({"list":{"elements":{"order":[]}}})", R"({"list":{"elements":null}})", R"({"list":[1]})",
        R"({"purchaseOrderId":1,"order":{"a":1}})", R"({"order":{},"order":{}})",
        R"({"order":{"a":1},"list":{"elements":{"order":[1]}}})"})
    EXPECT_EQ(split(document), (Parts{{"$", document}})) << document;
}

TEST(OrderSplitter, KeepsWrappersWithinWrappersTogether) {
  // Alone, such a part would be read as what it wraps; within the whole it is an order without its key.
  for (const std::string document :
       {R"([{"list":{"elements":{"order":[]}}}])", R"([{"purchaseOrderId":1},{"order":{"purchaseOrderId":2}}])",
        R"({"order":{"order":{"purchaseOrderId":1}}})", R"([[{"purchaseOrderId":1}]])"}) {
    EXPECT_EQ(split(document), (Parts{{"$", document}}));
    EXPECT_EQ(apply(document).rejected.size(), 1u) << document;
  }
  EXPECT_EQ(split(R"([{"purchaseOrderId":1,"list":[]}])").front().first, "$[0]");
}

TEST(OrderSplitter, CountsTheOrdersOfTheSamples) {
  EXPECT_EQ(split(testdata("walmart/01-single-line.json")).size(), 1u);
  EXPECT_EQ(split(testdata("walmart/06-page-3pl-and-wfs.json")).size(), 2u);
  EXPECT_EQ(split(testdata("walmart/08-missing-null-odd-types.json")).size(), 8u);
  EXPECT_EQ(split(testdata("walmart/11-page-empty.json")).size(), 1u) << "whole, so that the filter is told";
}

TEST(OrderSplitter, PartsGiveTheRowsOfTheWhole) {
  const std::string whole = testdata("walmart/08-missing-null-odd-types.json");
  std::vector<Payload> parts;
  for (const auto& [path, bytes] : split(whole)) parts.emplace_back(bytes);
  const Applied from_parts = apply(parts);
  const Applied from_whole = apply(whole);
  ASSERT_EQ(from_parts.rows.size(), from_whole.rows.size());
  for (std::size_t i = 0; i < from_parts.rows.size(); ++i)
    EXPECT_EQ(from_parts.rows[i].cells, from_whole.rows[i].cells);
  EXPECT_EQ(from_parts.filtered.size(), from_whole.filtered.size());
}

}  // namespace
}  // namespace cnx::order_transform::test
