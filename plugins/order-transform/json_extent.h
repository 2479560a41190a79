// SPDX-License-Identifier: Apache-2.0
//
// Where a value begins and ends in the bytes of a document that a parser has already found to be valid JSON. Iterative:
// the depth of nesting costs nothing. On other text the results mean nothing, but nothing outside of it is read.
#pragma once

#include <cstddef>
#include <string_view>

namespace cnx::order_transform {

/// Offset of the first character at or after `at` that is not JSON white space; the size of `json` when there is none.
[[nodiscard]] std::size_t skip_blanks(std::string_view json, std::size_t at);

/// Offset one past the value whose first character stands at `at`.
[[nodiscard]] std::size_t end_of_value(std::string_view json, std::size_t at);

/// Offset of the value of a member whose key's first character (the one after the quote) stands at `key`.
[[nodiscard]] std::size_t value_of_key(std::string_view json, std::size_t key);

/// Offset one past the value that stands before the member whose key's first character stands at `key`.
[[nodiscard]] std::size_t end_before_key(std::string_view json, std::size_t key);

}  // namespace cnx::order_transform
