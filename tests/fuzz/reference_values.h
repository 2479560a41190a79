// SPDX-License-Identifier: Apache-2.0
//
// The table "What is accepted" in the README of order-transform: one JSON value → a column's value. For fuzzing only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace cnx::fuzz {

enum class Form { kText, kLongText, kWhole, kAmount, kTime, kCivilTime };

/// A JSON value that is not null.
struct Given {
  enum Kind { kText, kNumber, kOther } kind;
  std::string text;  ///< characters of a text, a number as it is written
};

struct Read {
  std::optional<std::string> value;   ///< none: not accepted
  std::optional<std::string> second;  ///< of a time: its second, for the column beside it
  bool is_beyond_timestamp = false;   ///< a time, but none that TIMESTAMP holds
};

/// `size`: the bits of a whole number, the characters of a text.
[[nodiscard]] Read read_value(const Given& given, Form form, std::size_t size);

}  // namespace cnx::fuzz
