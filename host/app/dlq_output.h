// SPDX-License-Identifier: Apache-2.0
//
// Dead letters as people and programs see them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "dlq/letter.h"
#include "dlq/letter_topic.h"

namespace cnx::host::app {

using OrderedJson = nlohmann::ordered_json;

/// Everything that the index knows of a letter.
[[nodiscard]] OrderedJson letter_as_json(const dlq::Letter& letter, const std::string& connector);

/// "2026-01-31 08:30:00", UTC, or "-".
[[nodiscard]] std::string moment_text(std::int64_t ms);
/// The column, else the path, else "-".
[[nodiscard]] std::string where_text(const dlq::Letter& letter);
/// At most `most` bytes on one safe line, cut between characters; a cut shows as "…".
[[nodiscard]] std::string one_line(std::string_view text, std::size_t most);

/// A value for the terminal: JSON indented with every token as it stands, other text line by line with what a terminal
/// would obey escaped. Secrets of the configuration are masked.
[[nodiscard]] std::string value_text(std::string_view value);

/// One line of JSON; bytes that are no text become U+FFFD.
[[nodiscard]] std::string dump(const OrderedJson& json);

}  // namespace cnx::host::app
