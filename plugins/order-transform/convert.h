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

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;

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

constexpr std::int64_t power_of_ten(unsigned exponent) {
  std::int64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// Seconds since the epoch of milliseconds since then, rounded down.
constexpr std::int64_t floor_to_second(std::int64_t ms) { return ms / 1000 - (ms % 1000 < 0 ? 1 : 0); }

/// Fills the cell of a column of whole numbers, amounts (unscaled) or times (epoch milliseconds), and of the column
/// after it of a time. False: out of the column's range, nothing filled.
[[nodiscard]] inline bool set_number(std::int64_t value, std::uint8_t column, Cells& cells) {
  // What MySQL's TIMESTAMP holds: https://dev.mysql.com/doc/refman/8.4/en/datetime.html
  constexpr std::int64_t kTimestampFirst = 1;             // 1970-01-01 00:00:01
  constexpr std::int64_t kTimestampLast = 2'147'483'647;  // 2038-01-19 03:14:07
  const Column& of = kColumns[column];
  if (of.take == Take::kTime) {
    const std::int64_t second = floor_to_second(value);
    if (second < kTimestampFirst || second > kTimestampLast) return false;
    cells.set(static_cast<std::uint8_t>(column + 1), second * kMicrosPerSecond);
  } else if (of.take == Take::kAmount) {
    const std::int64_t end = power_of_ten(of.spec.precision);
    if (value <= -end || value >= end) return false;
  } else if (of.spec.bits == 32 && value != static_cast<std::int32_t>(value)) {
    return false;
  }
  cells.set(column, value);
  return true;
}

}  // namespace cnx::order_transform
