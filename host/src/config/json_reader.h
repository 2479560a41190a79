// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/node.h"

namespace cnx::host::config {

/// The JSON object in `text` as the same tree that YAML gives: numbers and booleans as their text. A field's value has
/// the place of its key. Notes problems and gives nullopt when the text is no JSON object or breaks a bound.
[[nodiscard]] std::optional<Node> read_json(std::string_view text, const std::string& source, Problems& problems);

}  // namespace cnx::host::config
