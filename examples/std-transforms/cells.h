// SPDX-License-Identifier: Apache-2.0
//
// Values of columns, from text and to text, exactly: no digit is lost, and what does not fit is a fault.
#pragma once

#include <string>
#include <string_view>

#include "cnx/batch.hpp"
#include "cnx/row_batch.hpp"

namespace cnx::std_transforms {

/// A value of a column that is not null. The column's type tells which member has it.
struct Cell {
  std::int64_t integer = 0;  ///< CNX_INT64, CNX_DECIMAL (unscaled), CNX_TIMESTAMP, CNX_DATETIME, CNX_DATE
  double number = 0;         ///< CNX_FLOAT64
  bool boolean = false;      ///< CNX_BOOL
  std::string_view text;     ///< CNX_TEXT, CNX_BYTES, CNX_JSON; borrowed
};

/// Reads `text` as a value of `column`. nullptr, or why it is none ("is no whole number"), without the value. CNX_JSON
/// is taken as it is.
[[nodiscard]] const char* read_cell(std::string_view text, const cnx_column& column, Cell& out);

/// Whether a value keeps to what its column declares: bits, precision, fraction of seconds, length. nullptr, or what is
/// wrong.
[[nodiscard]] const char* check_cell(const Cell& cell, const cnx_column& column);

[[nodiscard]] Cell cell_of(const ColumnView& column, std::uint64_t row);

/// The value as text: digits, decimals with all digits of their scale, `true` and `false`, ISO 8601, texts as they are.
void append_cell(std::string& out, const Cell& cell, const cnx_column& column);

/// Borrows the cell's text.
void put_cell(RowBatch& rows, std::uint32_t column, std::uint32_t row, cnx_type type, const Cell& cell);

}  // namespace cnx::std_transforms
