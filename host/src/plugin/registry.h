// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/component.h"

namespace cnx::host::plugin {

/// The plugins of plugin.path. A file that is named as a wanted component is loaded at once, the others when somebody
/// asks for something else, or for all. Everything but moving it may be called from any thread.
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

  /// Looks for every `*.so` of the directories, in their order and by name within one; the same file met again is left
  /// out. `plugin_path` empty: default_path(), of which directories may be missing. Never fails: what cannot be loaded
  /// is a warning, and the error of whoever needs it. `wanted`: names of components; when each is found in a file of
  /// its name, the others are not loaded yet, which saves the libraries that they bring (libcurl: 7 ms). Empty: all.
  [[nodiscard]] static PluginRegistry scan(const std::vector<std::string>& plugin_path,
                                           std::span<const std::string> wanted = {});

  /// The component of that kind and name. When several files have it, the one in the file of its name: the others are
  /// warnings once all are loaded. Errors (CONFIG) say what is meant, what was searched, why a file of that name
  /// was not loaded, or which two files both have it.
  [[nodiscard]] Result<const Component*> find(Kind kind, std::string_view name) const;
  /// The source or sink of that name: what connector.class names.
  [[nodiscard]] Result<const Component*> find_connector(std::string_view name) const;

  /// All of them. What is found out by loading them now is logged.
  [[nodiscard]] const std::vector<std::unique_ptr<Plugin>>& plugins() const;
  /// Of the directories, and of the files loaded until now.
  [[nodiscard]] std::vector<Warning> warnings() const;
  [[nodiscard]] const std::vector<std::string>& path() const { return path_; }

 private:
  struct File {
    std::string path;
    bool tried = false;
    std::unique_ptr<Plugin> plugin;  // a pointer: Components are handed out
  };
  /// What loading changes.
  struct Loaded {
    std::mutex mutex;
    std::vector<File> files;
    bool all = false;
    std::vector<std::unique_ptr<Plugin>> plugins;  // filled when all are loaded; then constant, as are the warnings
    std::vector<Warning> warnings;
  };

  void scan_directory(const std::string& directory, bool may_be_missing);
  void add(const std::string& file);
  void load(File& file) const;
  void load_wanted(std::span<const std::string> wanted);
  void load_all() const;  // the mutex is held
  void warn_of_twins(const Plugin& plugin) const;
  void warn(std::string path, std::string message, bool not_loaded) const;
  [[nodiscard]] std::vector<const Component*> loaded(const std::vector<Kind>& kinds, std::string_view name) const;
  /// The one in a file of its own name; nullptr: none, or there are several.
  [[nodiscard]] const Component* namesake(const std::vector<Kind>& kinds, std::string_view name) const;
  [[nodiscard]] Result<const Component*> find(const std::vector<Kind>& kinds, std::string_view what,
                                              std::string_view name) const;
  [[nodiscard]] Error not_found(const std::vector<Kind>& kinds, std::string_view what, std::string_view name) const;

  std::vector<std::string> path_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> seen_;  // device and inode of files met
  std::unique_ptr<Loaded> loaded_ = std::make_unique<Loaded>();
};

}  // namespace cnx::host::plugin
