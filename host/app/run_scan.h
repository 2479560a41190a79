// SPDX-License-Identifier: Apache-2.0
//
// The first look at the arguments of `run`: its files have to be read, and their plugins loaded, before it is known
// which options there are.
#pragma once

#include <span>
#include <string>

#include "setup.h"

namespace cnx::host::app {

/// Files, --set and --only among the arguments behind "run". A file is what stands before the first option, or ends in
/// .yml, .yaml or .json. The parse that follows, which knows all options, has the last word.
[[nodiscard]] ConfigOptions scan_run_arguments(std::span<const std::string> arguments);

}  // namespace cnx::host::app
