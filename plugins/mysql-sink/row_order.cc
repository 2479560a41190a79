// SPDX-License-Identifier: Apache-2.0
#include "row_order.h"

#include <algorithm>

namespace cnx::mysql {
namespace {

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_cells(const ColumnView& column, std::uint32_t a, std::uint32_t b) {
  const bool a_null = column.is_null(a);
  if (const bool b_null = column.is_null(b); a_null || b_null) return compare(b_null, a_null);
  switch (column.type()) {
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return column.text(a).compare(column.text(b));
    case CNX_FLOAT64:
      return compare(column.number(a), column.number(b));
    case CNX_BOOL:
      return compare(column.boolean(a), column.boolean(b));
    case CNX_WRITE_TIME:
      return 0;
    default:
      return compare(column.integer(a), column.integer(b));
  }
}

/// A row with the first part of its key beside it, which decides nearly always.
struct Keyed {
  std::int64_t key;
  std::uint32_t row;
};

bool is_whole(const ColumnView& column) {
  switch (column.type()) {
    case CNX_INT64:
    case CNX_DECIMAL:
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
    case CNX_DATE:
      return true;
    default:
      return false;
  }
}

template <class Item, class Less>
void sort_unless_sorted(std::vector<Item>& items, const Less& less) {
  if (!std::is_sorted(items.begin(), items.end(), less)) std::sort(items.begin(), items.end(), less);
}

}  // namespace

void order_rows(const BatchView& batch, const Selection& rows, const std::vector<std::uint32_t>& key_columns,
                std::vector<std::uint32_t>& order) {
  order.resize(rows.size());
  for (std::uint64_t i = 0; i < rows.size(); ++i) order[i] = rows[i];
  if (key_columns.empty()) return;
  const auto before = [&](std::uint32_t a, std::uint32_t b, std::size_t from) {
    for (std::size_t k = from; k < key_columns.size(); ++k)
      if (const int sign = compare_cells(batch.column(key_columns[k]), a, b); sign != 0) return sign < 0;
    // A selection is ascending, so the row number as the last key makes the sort stable without a second buffer.
    return a < b;
  };
  const ColumnView first = batch.column(key_columns.front());
  const auto null = [&](std::uint32_t row) { return first.is_null(row); };
  if (!is_whole(first) || std::any_of(order.begin(), order.end(), null))
    return sort_unless_sorted(order, [&](std::uint32_t a, std::uint32_t b) { return before(a, b, 0); });
  std::vector<Keyed> keyed(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) keyed[i] = {first.integer(order[i]), order[i]};
  sort_unless_sorted(
      keyed, [&](const Keyed& a, const Keyed& b) { return a.key != b.key ? a.key < b.key : before(a.row, b.row, 1); });
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = keyed[i].row;
}

}  // namespace cnx::mysql
