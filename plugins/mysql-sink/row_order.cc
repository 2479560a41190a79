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

}  // namespace

void order_rows(const BatchView& batch, const Selection& rows, const std::vector<std::uint32_t>& key_columns,
                std::vector<std::uint32_t>& order) {
  order.resize(rows.size());
  for (std::uint64_t i = 0; i < rows.size(); ++i) order[i] = rows[i];
  if (key_columns.empty()) return;
  // A selection is ascending, so the row number as the last key makes the sort stable without a second buffer.
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    for (const std::uint32_t c : key_columns)
      if (const int sign = compare_cells(batch.column(c), a, b); sign != 0) return sign < 0;
    return a < b;
  });
}

}  // namespace cnx::mysql
