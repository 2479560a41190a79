// SPDX-License-Identifier: Apache-2.0
//
// Cuts a text into the JSON documents in it: one a line (NDJSON), one pretty-printed over many lines, or several such.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace cnx::host::app {

/// Bytes of the JSON value at the start of `text`, leading blanks included; nullopt: there is no whole one.
[[nodiscard]] std::optional<std::size_t> json_extent(std::string_view text);

/// The documents of `text`, in order; views into it. Blank lines and a byte order mark are passed over. What is no JSON
/// comes as a document too, never dropped: a line of its own, with the lines that visibly go on from it (indented, or
/// beginning with a closing bracket).
[[nodiscard]] std::vector<std::string_view> split_documents(std::string_view text);

}  // namespace cnx::host::app
