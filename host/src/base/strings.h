// SPDX-License-Identifier: Apache-2.0
//
// Text helpers without state. Views returned point into the argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cnx::host {

/// Without ASCII blanks (space, tab, CR, LF, VT, FF) at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The parts between separators, empty ones too; "" gives one empty part.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// Comma-separated items, trimmed, without empty ones: the form of LIST values.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
/// ASCII only; other bytes stay.
[[nodiscard]] std::string to_upper(std::string_view text);
[[nodiscard]] std::string to_lower(std::string_view text);

/// The whole text as a decimal int64: optional sign, digits; no blanks, hex or leading '+'. nullopt: it is none.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text);

/// Edits (insert, delete, replace, swap of neighbours) from `a` to `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate that was most likely meant by `text`; nullopt when none is near (more than a third of it differs).
[[nodiscard]] std::optional<std::string> closest(std::string_view text, std::span<const std::string> candidates);

/// One safe line: control characters, line separators and bytes that are not UTF-8 as \n, \t, \u001b, \xff …
[[nodiscard]] std::string escape_line(std::string_view text);
/// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);
/// Percent-encoded but for RFC 3986's unreserved characters.
[[nodiscard]] std::string url_encode(std::string_view text);

/// Bytes of the UTF-8 character at the start of `text`; 0: not valid UTF-8 (overlong, surrogate, cut short) or empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

}  // namespace cnx::host
