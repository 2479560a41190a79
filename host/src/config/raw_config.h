// SPDX-License-Identifier: Apache-2.0
//
// The configuration as it was written: files merged, --set applied, nothing checked against a table yet.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/properties.h"

namespace cnx::host::config {

/// The worker's properties or those of one connector.
struct Section {
  std::string name;  ///< "worker", or the connector's name
  std::string path;  ///< "worker" or "connectors.NAME": stands before keys in problems
  Place place;       ///< where the section begins
  Properties properties;

  /// The value of a property, or nullptr.
  [[nodiscard]] const Property* find(std::string_view key) const {
    const auto there = properties.find(key);
    return there == properties.end() ? nullptr : &there->second;
  }
};

struct RawConfig {
  Section worker{"worker", "worker", {}, {}};
  std::vector<Section> connectors;  ///< in the order of the files; no name twice
  bool incomplete = false;          ///< something could not be read: what is missing may stand there

  /// nullptr: none of that name.
  [[nodiscard]] Section* find(std::string_view connector);
};

/// Reads YAML files, and *.json files with one connector each (`{"name": …, "config": {…}}`, or one flat map with
/// "name" in it). `worker` may stand in one file only, a connector's name once in all of them.
[[nodiscard]] RawConfig load_files(std::span<const std::string> paths, Problems& problems);

/// The same from a text; `path` names it and tells JSON by its ending.
void load_text(std::string_view text, const std::string& path, RawConfig& into, Problems& problems);

/// One `--set` of the command line: "worker.KEY=VALUE" or "connectors.NAME.KEY=VALUE". Values are never shown in
/// problems, since they may be secret.
void apply_set(RawConfig& config, std::string_view assignment, Problems& problems);

/// Keeps the named connectors; a name that is none is noted as `option`'s, which the user wrote. Nothing named: keeps
/// all.
void keep_only(RawConfig& config, std::span<const std::string> names, std::string_view option, Problems& problems);

}  // namespace cnx::host::config
