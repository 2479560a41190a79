// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/component.h"

namespace cnx::host::plugin {

/// The plugins of plugin.path. Filled once by scan(), then constant: all readers may be called from any thread.
class PluginRegistry {
 public:
  /// Something about a directory or file that people should know; harmless until a connector needs the file.
  struct Warning {
    std::string path;
    std::string message;  ///< one line: path, cause, mend
    bool not_loaded = false;
  };

  /// <exe>/../plugins, then <exe>/../lib/connect-host/plugins.
  [[nodiscard]] static std::vector<std::string> default_path();

  /// Loads every `*.so` of the directories, in their order and by name within one; the same file met again is left out.
  /// `plugin_path` empty: default_path(), of which directories may be missing. Never fails: what could not be loaded is
  /// a warning, and the error of whoever needs it.
  [[nodiscard]] static PluginRegistry scan(const std::vector<std::string>& plugin_path);

  /// The component of that kind and name. Errors (CONFIG) say what is meant, what was searched, why a file of that name
  /// was not loaded, or which two files both have it.
  [[nodiscard]] Result<const Component*> find(Kind kind, std::string_view name) const;
  /// The source or sink of that name: what connector.class names.
  [[nodiscard]] Result<const Component*> find_connector(std::string_view name) const;

  [[nodiscard]] const std::vector<std::unique_ptr<Plugin>>& plugins() const { return plugins_; }
  [[nodiscard]] const std::vector<Warning>& warnings() const { return warnings_; }
  [[nodiscard]] const std::vector<std::string>& path() const { return path_; }

 private:
  void scan_directory(const std::string& directory, bool may_be_missing);
  void load(const std::string& file);
  void warn(std::string path, std::string message, bool not_loaded);
  [[nodiscard]] Result<const Component*> find(const std::vector<Kind>& kinds, std::string_view what,
                                              std::string_view name) const;
  [[nodiscard]] Error not_found(const std::vector<Kind>& kinds, std::string_view what, std::string_view name) const;

  std::vector<std::string> path_;
  std::vector<std::unique_ptr<Plugin>> plugins_;  // pointers: Components are handed out
  std::vector<Warning> warnings_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen_;  // device and inode of files met
};

}  // namespace cnx::host::plugin
