// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/node.h"

namespace cnx::host::config {

/// The one YAML document in `text`, whose top must be a map. `source` names it in places. Notes problems and gives
/// nullopt when the text is not YAML or breaks a bound; keys set twice are noted and the first one is kept.
[[nodiscard]] std::optional<Node> read_yaml(std::string_view text, const std::string& source, Problems& problems);

}  // namespace cnx::host::config
