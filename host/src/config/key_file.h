// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cnx/result.hpp"

namespace cnx::host::config {

/// The value of `key` in a file of keys: YAML (*.yml, *.yaml) or JSON (*.json), nested keys joined by dots; otherwise
/// Java properties. The error (CONFIG) names file, place and key, never a value.
[[nodiscard]] Result<std::string> read_key_file(const std::string& path, const std::string& key);

}  // namespace cnx::host::config
