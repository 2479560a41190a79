// SPDX-License-Identifier: Apache-2.0
//
// One JSON value → one column's value, or why not.
#pragma once

#include <yyjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "columns.h"

namespace cnx::order_transform {

/// A column's value of the row in the making. Text is borrowed.
struct Cell {
  enum class Kind : std::uint8_t { kNull, kInteger, kText };
  Kind kind = Kind::kNull;
  std::int64_t integer = 0;
  std::string_view text;

  // Member by member: a whole cell put together elsewhere and copied would have to wait for its own parts.
  void set(std::int64_t value) {
    kind = Kind::kInteger;
    integer = value;
  }
  void set(std::string_view value) {
    kind = Kind::kText;
    text = std::string_view(value.data(), value.size());
  }
};
using Cells = std::array<Cell, kColumnCount>;

/// Why a value does not fit. `message` tells the value's kind, never the value.
struct Misfit {
  std::uint8_t column;
  std::string message;
};

/// Code points, which is what VARCHAR(n) counts.
[[nodiscard]] std::size_t count_characters(std::string_view utf8);

/// "null", "a boolean", "a number", "a text", "a list" or "an object".
[[nodiscard]] std::string_view kind_of(yyjson_val* value);

/// Fills cells[column], and the column after it of a time, with a value that is neither null nor missing. Not for
/// columns that do not come from a JSON leaf (JSON, constant, write time).
[[nodiscard]] std::optional<Misfit> convert(yyjson_val* value, std::uint8_t column, Cells& cells);

}  // namespace cnx::order_transform
