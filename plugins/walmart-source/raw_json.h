// SPDX-License-Identifier: Apache-2.0
//
// Cuts values out of JSON text without changing a byte. For text that a parser has found to be valid: on anything else
// the result is unspecified, though always inside the text.
#pragma once

#include <string_view>
#include <vector>

namespace walmart {

/// The bytes of the first member `name` of the object `object`; empty when it is no object or has none.
[[nodiscard]] std::string_view raw_member(std::string_view object, std::string_view name);

/// As raw_member(), and all that follows in `object`: the member's end, which may be far, is not looked for.
[[nodiscard]] std::string_view raw_from_member(std::string_view object, std::string_view name);

/// The bytes of the value that `text` begins with.
[[nodiscard]] std::string_view raw_value(std::string_view text);

/// The bytes of each item of the array that `array` begins with; empty when it is none.
[[nodiscard]] std::vector<std::string_view> raw_items(std::string_view array);

}  // namespace walmart
