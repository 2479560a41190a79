// SPDX-License-Identifier: Apache-2.0
#include "row_order.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"

namespace cnx::mysql {
namespace {

using ::testing::ElementsAre;
using testing::kNull;
using testing::Rows;

std::vector<std::uint32_t> ordered(const Rows& rows, std::vector<std::uint32_t> keys, cnx_selection chosen = {}) {
  std::vector<std::uint32_t> order;
  order_rows(rows.view(), Selection(rows.raw(), chosen), keys, order);
  return order;
}

TEST(RowOrder, SortsByTheKeyAndKeepsTheOrderOfVersions) {
  const Rows rows({ColumnSpec::int64("order"), ColumnSpec::int32("line")}, {{std::int64_t{2}, std::int64_t{1}},
                                                                            {std::int64_t{1}, std::int64_t{2}},
                                                                            {std::int64_t{2}, std::int64_t{1}},
                                                                            {std::int64_t{1}, std::int64_t{-1}},
                                                                            {std::int64_t{2}, std::int64_t{1}}});
  EXPECT_THAT(ordered(rows, {0, 1}), ElementsAre(3, 1, 0, 2, 4));
  EXPECT_THAT(ordered(rows, {1, 0}), ElementsAre(3, 0, 2, 4, 1));
}

TEST(RowOrder, ComparesTextsByBytesAndPutsNullsFirst) {
  const Rows rows({ColumnSpec::text("k", 9)}, {{"b"}, {"é"}, {"B"}, {kNull}, {"ba"}, {""}});
  EXPECT_THAT(ordered(rows, {0}), ElementsAre(3, 5, 2, 0, 4, 1));
}

TEST(RowOrder, ComparesNumbersByValue) {
  const Rows rows({ColumnSpec::make("d", CNX_FLOAT64), ColumnSpec::make("b", CNX_BOOL)},
                  {{2.5, true}, {-1.0, false}, {2.5, false}, {10.0, true}});
  EXPECT_THAT(ordered(rows, {0, 1}), ElementsAre(1, 2, 0, 3));
}

TEST(RowOrder, WithoutAKeyLeavesTheRowsAsTheyAre) {
  const Rows rows({ColumnSpec::int64("n")}, {{std::int64_t{3}}, {std::int64_t{1}}, {std::int64_t{2}}});
  EXPECT_THAT(ordered(rows, {}), ElementsAre(0, 1, 2));
}

TEST(RowOrder, SortsOnlyTheChosenRows) {
  const Rows rows({ColumnSpec::int64("n")}, {{std::int64_t{3}}, {std::int64_t{1}}, {std::int64_t{2}}});
  const std::uint32_t chosen[] = {0, 2};
  EXPECT_THAT(ordered(rows, {0}, {chosen, 2}), ElementsAre(2, 0));
}

}  // namespace
}  // namespace cnx::mysql
