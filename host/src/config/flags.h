// SPDX-License-Identifier: Apache-2.0
//
// Command-line flags that plugins declare beside their keys. A flag goes to every connector whose tables declare it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/connector_check.h"
#include "config/raw_config.h"

namespace cnx::host::config {

/// A connector of the files with the tables that hold for it.
struct FlaggedConnector {
  std::string name;
  ConnectorTables tables;
};

/// One flag of the command line.
struct PluginFlag {
  struct Target {
    std::string connector;
    std::string key;            ///< in the connector's section, prefix included
    std::string default_value;  ///< what holds while the key is not set; empty: nothing
  };
  std::string names;  ///< "-H,--hours"
  KeyType type = KeyType::kString;
  std::string unit;
  std::vector<std::string> one_of;
  std::string doc;
  std::vector<Target> targets;

  [[nodiscard]] std::string longest_name() const;  ///< "--hours"
};

/// The flags of all connectors, sorted by name. Noted: two declarations that share one name but not all.
[[nodiscard]] std::vector<PluginFlag> collect_flags(std::span<const FlaggedConnector> connectors, Problems& problems);

/// Sets a flag's keys. When that renames the topic of a source (its key `topic`), the sinks that read the old topic
/// read the new one.
void apply_flag(RawConfig& config, const PluginFlag& flag, const std::string& value);

}  // namespace cnx::host::config
