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

/// The values of the row in the making; texts are borrowed. One bit a column tells which there are.
class Cells {
 public:
  void set(std::uint8_t column, std::int64_t value) {
    values_[column].integer = value;
    there_ |= bit(column);
  }
  void set(std::uint8_t column, std::string_view value) {
    values_[column].text = {value.data(), value.size()};
    there_ |= bit(column);
  }
  /// Leaves those of `columns` only.
  void keep(std::uint64_t columns) { there_ &= columns; }

  [[nodiscard]] std::uint64_t there() const { return there_; }
  [[nodiscard]] bool has(std::uint8_t column) const { return (there_ & bit(column)) != 0; }
  [[nodiscard]] std::int64_t integer(std::uint8_t column) const { return values_[column].integer; }
  [[nodiscard]] std::string_view text(std::uint8_t column) const {
    return {values_[column].text.begin, values_[column].text.size};
  }

  static constexpr std::uint64_t bit(std::size_t column) { return std::uint64_t{1} << column; }

 private:
  struct Text {
    const char* begin;
    std::size_t size;
  };
  union Value {
    std::int64_t integer;
    Text text;
  };
  std::array<Value, kColumnCount> values_;
  std::uint64_t there_ = 0;
};
static_assert(kColumnCount <= 64);

/// Why a value does not fit. `message` tells the value's kind, never the value.
struct Misfit {
  std::uint8_t column;
  std::string message;
};

/// Code points, which is what VARCHAR(n) counts.
[[nodiscard]] std::size_t count_characters(std::string_view utf8);

/// "null", "a boolean", "a number", "a text", "a list" or "an object".
[[nodiscard]] std::string_view kind_of(yyjson_val* value);

/// Fills the cell of `column`, and of the column after it of a time, with a value that is neither null nor missing. Not
/// for columns that do not come from a JSON leaf (JSON, constant, write time).
[[nodiscard]] std::optional<Misfit> convert(yyjson_val* value, std::uint8_t column, Cells& cells);

}  // namespace cnx::order_transform
