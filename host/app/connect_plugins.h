// SPDX-License-Identifier: Apache-2.0
//
// Plugins and their configuration keys over REST.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "connect_views.h"
#include "observe/api_call.h"
#include "plugin/registry.h"

namespace cnx::host::app {

/// [{class, type, version}]; without `connectors_only` the transforms, too.
[[nodiscard]] Json plugins_json(const plugin::PluginRegistry& registry, bool connectors_only);

/// The key definitions of the component `name`, with those of the host for its kind.
[[nodiscard]] observe::Answer plugin_config_answer(const plugin::PluginRegistry& registry, const std::string& name);

/// What is wrong with the configuration in `body` for the connector class `name`: {name, error_count, groups, configs}.
/// Nothing is connected. Variables (`${env:X}`) are left as they are, so that nobody learns by them what they hold.
[[nodiscard]] observe::Answer validate_answer(const plugin::PluginRegistry& registry, const std::string& name,
                                              std::string_view body);

}  // namespace cnx::host::app
