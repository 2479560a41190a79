// SPDX-License-Identifier: Apache-2.0
//
// Cells → a batch's row, by sets of columns: a bit each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "cnx/row_batch.hpp"
#include "columns.h"
#include "convert.h"

namespace cnx::order_transform {

constexpr std::uint64_t columns_that(auto&& are) {
  std::uint64_t columns = 0;
  for (std::size_t c = 0; c < kColumnCount; ++c)
    if (are(kColumns[c])) columns |= Cells::bit(c);
  return columns;
}
/// Those that all rows of an order have in common.
inline constexpr std::uint64_t kOfOrder =
    columns_that([](const Column& column) { return column.from.empty() || column.from.starts_with("order."); });
inline constexpr std::uint64_t kOfCharge =
    columns_that([](const Column& column) { return column.from.starts_with("charge."); });
inline constexpr std::uint64_t kTexts = columns_that([](const Column& column) {
  return column.take == Take::kText || column.take == Take::kJson || column.take == Take::kConstant;
});

inline void for_each_column(std::uint64_t columns, auto&& each) {
  for (; columns != 0; columns &= columns - 1) each(static_cast<std::uint8_t>(std::countr_zero(columns)));
}

/// Puts those of `columns` that there are into a row. Texts are borrowed.
inline void put_cells(const Cells& cells, std::uint64_t columns, std::uint32_t row, RowBatch& batch) {
  columns &= cells.there();
  for_each_column(columns & kTexts, [&](std::uint8_t c) { batch.set_text(c, row, cells.text(c)); });
  for_each_column(columns & ~kTexts, [&](std::uint8_t c) { batch.set_integer(c, row, cells.integer(c)); });
}

}  // namespace cnx::order_transform
