// SPDX-License-Identifier: Apache-2.0
//
// What is known about loaded plugins. Everything here is checked, constant, and lives until the process ends: plugins
// are never unloaded.
#pragma once

#include <string>
#include <vector>

#include "cnx/abi/plugin.h"
#include "config/config_key.h"
#include "config/resolved_config.h"

namespace cnx::host::plugin {

/// The validated config of one component.
using ConfigValues = config::ComponentValues;

enum class Kind { kSource = CNX_SOURCE, kTransform = CNX_TRANSFORM, kSink = CNX_SINK };

/// "source", "transform", "sink".
[[nodiscard]] const char* name_of(Kind kind);

/// Where a component comes from.
struct Origin {
  std::string plugin;   ///< name of the plugin
  std::string version;  ///< of the plugin
  std::string path;     ///< of its file
};

/// One component of a loaded plugin.
struct Component {
  Kind kind = Kind::kSource;
  std::string name;  ///< connector.class or transforms.*.type
  std::string doc;
  Origin origin;
  config::ConfigTable config;

  /// The C table of the component. Only this module looks into it.
  const cnx_component* raw = nullptr;

  /// The table of an optional feature ("cnx.sink-offsets/1"), nullptr when it is not offered. [any thread]
  [[nodiscard]] const void* extension(const char* id) const;
  [[nodiscard]] bool has(const char* id) const { return extension(id) != nullptr; }
  /// What batches the component takes (0 for a source) and gives (0 for a sink).
  [[nodiscard]] cnx_batch_kind input() const;
  [[nodiscard]] cnx_batch_kind output() const;
  /// "plugin 'mysql-sink' 0.1.0 (/opt/plugins/mysql-sink.so)", for messages.
  [[nodiscard]] std::string described() const;
};

/// One loaded file.
struct Plugin {
  Origin origin;
  std::vector<Component> components;
};

}  // namespace cnx::host::plugin
