// SPDX-License-Identifier: Apache-2.0
//
// Values of rows as people and JSON see them. Nothing is rounded: decimals keep the digits of their scale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cnx/batch.hpp"

namespace cnx::host::app {

/// A decimal with all digits of its scale: (150, 2) → "1.50".
[[nodiscard]] std::string decimal_text(std::int64_t unscaled, std::uint32_t scale);

/// Microseconds since the epoch as "YYYY-MM-DD HH:MM:SS", UTC, with a fraction where `digits` (0, 3, 6) asks for one or
/// where leaving it out would hide something.
[[nodiscard]] std::string time_text(std::int64_t microseconds, std::uint32_t digits);

/// JSON without the blanks between its tokens, so that it fits into one line. `json` is valid.
[[nodiscard]] std::string compact_json(std::string_view json);

/// One value as JSON: numbers as numbers, times as text, JSON as it is, bytes as base64, write time as null.
[[nodiscard]] std::string cell_as_json(const ColumnView& column, std::uint64_t row);

/// One value for a table on a terminal: NULL, or one safe line.
[[nodiscard]] std::string cell_as_text(const ColumnView& column, std::uint64_t row);

}  // namespace cnx::host::app
