// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cnx/result.hpp"
#include "plugin/component.h"

namespace cnx::host::plugin {

/// The window of plugin ABIs that this host works with (abi/plugin.h).
inline constexpr unsigned kHostAbiMin = CNX_ABI_1_0;
inline constexpr unsigned kHostAbiMax = CNX_ABI_CURRENT;

/// Loads one plugin file for the rest of the process's life and checks everything that can be checked without an
/// instance: magic, ABI window, names, tables, function pointers, config tables, features. The error (CONFIG) names
/// file, cause and mend. [any one thread at a time]
[[nodiscard]] Result<Plugin> load_plugin(const std::string& path);

/// The checks of load_plugin() on a table that is in memory for good. `path` is for messages.
[[nodiscard]] Result<Plugin> describe_plugin(const cnx_plugin& raw, const std::string& path);

}  // namespace cnx::host::plugin
