// SPDX-License-Identifier: Apache-2.0
//
// Variables in values: ${env:NAME}, ${env:NAME:-default}, ${file:PATH}, ${file:PATH:KEY}, ${dir:PATH:KEY}.
// A `${` without such a word and a colon stays as it is (a sink's ${topic}); `$${` writes a `${`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/raw_config.h"

namespace cnx::host::config {

/// What to do about a variable that has no value.
enum class MissingVariable {
  kProblem,  ///< note it, and drop the property
  kKeep      ///< leave the text and mark the property unresolved: `preview` needs no secrets
};

/// The environment; tests give their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
[[nodiscard]] std::optional<std::string> process_environment(const std::string& name);

/// Replaces the variables of all values. What comes out of one is not looked through again. Relative paths are relative
/// to the working directory; one newline at the end of a whole file is dropped. Contents never stand in problems.
void resolve_variables(Section& section, MissingVariable missing, const Environment& environment, Problems& problems);
/// The same for the worker and all connectors.
void resolve_variables(RawConfig& config, MissingVariable missing, const Environment& environment, Problems& problems);

}  // namespace cnx::host::config
