// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/connector_check.h"
#include "plugin/registry.h"

namespace cnx::host::app {

/// The plugins that a connector's section names, and their tables.
struct FoundPlugins {
  const plugin::Component* component = nullptr;  ///< nullptr: not found, and noted
  std::vector<std::pair<std::string, const plugin::Component*>> transforms;
  std::optional<config::ConnectorTables> tables;  ///< nullopt: a plugin is missing
};

/// What is missing is noted.
[[nodiscard]] FoundPlugins find_plugins(const config::Section& section, const plugin::PluginRegistry& registry,
                                        config::Problems& problems);

}  // namespace cnx::host::app
