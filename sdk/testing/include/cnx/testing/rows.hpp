// SPDX-License-Identifier: Apache-2.0
//
// Row batches for unit tests: literals to give to a sink, and cells as text to compare what a transform gave.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cnx/batch.hpp"
#include "cnx/row_batch.hpp"
#include "cnx/testing/batches.hpp"

namespace cnx::testing {

/// A cell of a literal; monostate (`cnx::testing::kNull`): null. Decimals and times are integers, as in the ABI.
using Cell = std::variant<std::monostate, std::int64_t, double, bool, std::string_view>;
inline constexpr std::monostate kNull{};

/// A batch of rows, one origin a row unless told otherwise:
///   Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 10)}, {{1, "a"}, {2, kNull}});
class Rows {
 public:
  Rows(std::vector<ColumnSpec> columns, std::vector<std::vector<Cell>> rows, std::string target = "",
       std::vector<std::uint32_t> origins = {})
      : batch_(nullptr, [](cnx_batch* b) { b->release(b); }) {
    const auto pool = RowBatchPool::make(columns, std::move(target));
    auto made = pool->take();
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::uint32_t row = made->add_row(origins.empty() ? static_cast<std::uint32_t>(r) : origins.at(r));
      if (rows[r].size() != columns.size()) throw std::invalid_argument("a row needs a cell for each column");
      for (std::uint32_t c = 0; c < columns.size(); ++c) set(*made, columns[c].type, c, row, rows[r][c]);
    }
    batch_ = GivenBatch(pool->hand_over(std::move(made)), batch_.get_deleter());
  }

  [[nodiscard]] const cnx_batch& raw() const { return *batch_; }
  [[nodiscard]] BatchView view() const { return BatchView(*batch_); }

 private:
  static void set(RowBatch& batch, cnx_type type, std::uint32_t column, std::uint32_t row, const Cell& cell) {
    switch (type) {
      case CNX_WRITE_TIME:
        return;
      case CNX_FLOAT64:
        if (const auto* number = std::get_if<double>(&cell)) batch.set_number(column, row, *number);
        return;
      case CNX_BOOL:
        if (const auto* flag = std::get_if<bool>(&cell)) batch.set_boolean(column, row, *flag);
        return;
      case CNX_TEXT:
      case CNX_BYTES:
      case CNX_JSON:
        if (const auto* text = std::get_if<std::string_view>(&cell)) batch.set_text(column, row, batch.keep(*text));
        return;
      default:
        if (const auto* number = std::get_if<std::int64_t>(&cell)) batch.set_integer(column, row, *number);
    }
  }
  GivenBatch batch_;
};

/// A cell as text: "NULL", digits of integers and times, decimals with their point, texts as they are.
inline std::string cell_text(const ColumnView& column, std::uint64_t row) {
  if (column.type() == CNX_WRITE_TIME) return "WRITE_TIME";
  if (column.is_null(row)) return "NULL";
  switch (column.type()) {
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return std::string(column.text(row));
    case CNX_BOOL:
      return column.boolean(row) ? "true" : "false";
    case CNX_FLOAT64:
      return std::to_string(column.number(row));
    case CNX_DECIMAL: {
      const std::int64_t unscaled = column.integer(row);
      std::string digits = std::to_string(unscaled < 0 ? 0 - static_cast<std::uint64_t>(unscaled)
                                                       : static_cast<std::uint64_t>(unscaled));
      const std::size_t scale = column.raw().scale;
      if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
      if (scale > 0) digits.insert(digits.size() - scale, ".");
      return (unscaled < 0 ? "-" : "") + digits;
    }
    default:
      return std::to_string(column.integer(row));
  }
}

/// The cell of a column by name; throws when there is no such column.
inline std::string cell_text(const BatchView& batch, std::string_view column, std::uint64_t row) {
  for (std::uint32_t c = 0; c < batch.column_count(); ++c)
    if (batch.column(c).name() == column) return cell_text(batch.column(c), row);
  throw std::invalid_argument("no column " + std::string(column));
}

/// A row as "a|b|NULL".
inline std::string row_text(const BatchView& batch, std::uint64_t row) {
  std::string text;
  for (std::uint32_t c = 0; c < batch.column_count(); ++c)
    text += (c == 0 ? "" : "|") + cell_text(batch.column(c), row);
  return text;
}

}  // namespace cnx::testing
