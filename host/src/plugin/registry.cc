// SPDX-License-Identifier: Apache-2.0
#include "plugin/registry.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "base/path_trust.h"
#include "base/strings.h"
#include "plugin/loader.h"

namespace cnx::host::plugin {
namespace {

namespace fs = std::filesystem;

bool among(const std::vector<Kind>& kinds, Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const char* how_to_name(Kind kind) {
  return kind == Kind::kTransform ? "transforms are named by transforms.<alias>.type"
                                  : "sources and sinks are named by connector.class";
}

/// Kafka Connect names its transforms by their class, `org.apache.kafka.connect.transforms.Cast$Value`; plugins here by
/// the class's last part. `$Key` is none of them: they take values.
std::string_view without_package(std::string_view name) {
  constexpr std::string_view kPackage = "org.apache.kafka.connect.transforms.";
  constexpr std::string_view kOfValues = "$Value";
  if (!name.starts_with(kPackage)) return name;
  name.remove_prefix(kPackage.size());
  if (name.ends_with(kOfValues)) name.remove_suffix(kOfValues.size());
  return name;
}

/// Among twins, the one in the file of its own name is taken.
bool is_namesake_of_its_file(const Component& component) {
  return fs::path(component.origin.path).stem() == component.name;
}

/// What connector.class names is a source or a sink.
std::vector<Kind> named_alike(Kind kind) {
  return kind == Kind::kTransform ? std::vector{kind} : std::vector{Kind::kSource, Kind::kSink};
}

}  // namespace

std::vector<std::string> PluginRegistry::default_path() {
  std::error_code error;
  const fs::path exe = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path prefix = exe.parent_path().parent_path();
  return {(prefix / "plugins").string(), (prefix / "lib/connect-host/plugins").string()};
}

PluginRegistry PluginRegistry::scan(const std::vector<std::string>& plugin_path, std::span<const std::string> wanted) {
  PluginRegistry registry;
  const bool is_default = plugin_path.empty();
  registry.path_ = is_default ? default_path() : plugin_path;
  for (const std::string& directory : registry.path_) registry.scan_directory(directory, is_default);
  if (wanted.empty()) {
    registry.load_all();
  } else {
    registry.load_wanted(wanted);
  }
  return registry;
}

void PluginRegistry::scan_directory(const std::string& directory, bool may_be_missing) {
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) {
    if (errno != ENOENT || !may_be_missing) {
      warn(directory,
           fmt::format("{}: no plugins from here: {}; mend worker.plugin.path", directory, errno_text(errno)), false);
    }
    return;
  }
  // A plugin is code of this process.
  if (const auto foreign = describe_foreign_writers(directory)) {
    warn(directory, fmt::format("{}: no plugins from here: {}", directory, *foreign), true);
    return;
  }
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".so") files.push_back(it->path().string());
  }
  if (error) {
    warn(directory, fmt::format("{}: no plugins from here: {}; mend worker.plugin.path", directory, error.message()),
         false);
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) add(file);
}

void PluginRegistry::add(const std::string& file) {
  struct stat info{};
  if (::stat(file.c_str(), &info) != 0) {
    warn(file,
         fmt::format("{}: cannot be read: {}; mend the link or take it out of the directory", file, errno_text(errno)),
         true);
    return;
  }
  const std::pair<std::uint64_t, std::uint64_t> id{info.st_dev, info.st_ino};
  if (std::find(seen_.begin(), seen_.end(), id) != seen_.end()) return;
  seen_.push_back(id);
  loaded_->files.push_back({file, false, nullptr});
}

void PluginRegistry::load(File& file) const {
  if (std::exchange(file.tried, true)) return;
  if (const auto foreign = describe_foreign_writers(file.path)) {
    warn(file.path, fmt::format("{}: not loaded: {}", file.path, *foreign), true);
    return;
  }
  Result<Plugin> plugin = load_plugin(fs::absolute(file.path).lexically_normal().string());
  if (!plugin.ok()) {
    warn(file.path, std::move(plugin).error().message, true);
    return;
  }
  file.plugin = std::make_unique<Plugin>(std::move(plugin).value());
}

void PluginRegistry::load_wanted(std::span<const std::string> wanted) {
  for (File& file : loaded_->files) {
    if (std::ranges::find(wanted, fs::path(file.path).stem().string()) != wanted.end()) load(file);
  }
}

void PluginRegistry::load_all() const {
  if (std::exchange(loaded_->all, true)) return;
  for (File& file : loaded_->files) {
    load(file);
    if (file.plugin) loaded_->plugins.push_back(std::move(file.plugin));
  }
  for (const auto& plugin : loaded_->plugins) warn_of_twins(*plugin);
}

void PluginRegistry::warn_of_twins(const Plugin& plugin) const {
  for (const Component& twin : plugin.components) {
    const Component* taken = namesake(named_alike(twin.kind), twin.name);
    if (taken == nullptr || taken->origin.path == twin.origin.path) continue;
    warn(
        twin.origin.path,
        fmt::format("two plugins have a {} called '{}': {} and {}; the first is used since its file is called so, take "
                    "the other one out of plugin.path",
                    name_of(twin.kind), twin.name, taken->origin.path, twin.origin.path),
        false);
  }
}

void PluginRegistry::warn(std::string path, std::string message, bool not_loaded) const {
  loaded_->warnings.push_back({std::move(path), std::move(message), not_loaded});
}

const std::vector<std::unique_ptr<Plugin>>& PluginRegistry::plugins() const {
  const std::lock_guard lock(loaded_->mutex);
  const std::size_t told = loaded_->warnings.size();
  load_all();
  for (std::size_t i = told; i < loaded_->warnings.size(); ++i)
    log::warning("plugins", "{}: {}", loaded_->warnings[i].path, loaded_->warnings[i].message);
  return loaded_->plugins;
}

std::vector<PluginRegistry::Warning> PluginRegistry::warnings() const {
  const std::lock_guard lock(loaded_->mutex);
  return loaded_->warnings;
}

Result<const Component*> PluginRegistry::find(Kind kind, std::string_view name) const {
  return find(std::vector<Kind>{kind}, name_of(kind), kind == Kind::kTransform ? without_package(name) : name);
}

Result<const Component*> PluginRegistry::find_connector(std::string_view name) const {
  return find({Kind::kSource, Kind::kSink}, "source or sink", name);
}

std::vector<const Component*> PluginRegistry::loaded(const std::vector<Kind>& kinds, std::string_view name) const {
  std::vector<const Component*> found;
  const auto look = [&](const Plugin& plugin) {
    for (const Component& component : plugin.components) {
      if (component.name == name && among(kinds, component.kind)) found.push_back(&component);
    }
  };
  for (const File& file : loaded_->files) {
    if (file.plugin) look(*file.plugin);
  }
  for (const auto& plugin : loaded_->plugins) look(*plugin);
  return found;
}

// The files of one name are loaded together, so that the answer does not depend on what else is loaded.
const Component* PluginRegistry::namesake(const std::vector<Kind>& kinds, std::string_view name) const {
  std::vector<const Component*> found = loaded(kinds, name);
  std::erase_if(found, [](const Component* component) { return !is_namesake_of_its_file(*component); });
  return found.size() == 1 ? found.front() : nullptr;
}

Result<const Component*> PluginRegistry::find(const std::vector<Kind>& kinds, std::string_view what,
                                              std::string_view name) const {
  const std::lock_guard lock(loaded_->mutex);
  if (const Component* component = namesake(kinds, name)) return component;
  load_all();
  if (const Component* component = namesake(kinds, name)) return component;
  const std::vector<const Component*> found = loaded(kinds, name);
  if (found.empty()) return not_found(kinds, what, name);
  if (found.size() > 1) {
    return config_error(fmt::format("two plugins have a {} called '{}': {} and {}; take one of them out of plugin.path",
                                    what, name, found[0]->origin.path, found[1]->origin.path));
  }
  return found.front();
}

Error PluginRegistry::not_found(const std::vector<Kind>& kinds, std::string_view what, std::string_view name) const {
  std::vector<std::string> names;
  for (const auto& plugin : loaded_->plugins) {
    for (const Component& component : plugin->components) {
      if (among(kinds, component.kind)) {
        names.push_back(component.name);
      } else if (component.name == name) {
        return config_error(fmt::format("'{}' is a {}, not a {}; {}", name, name_of(component.kind), what,
                                        how_to_name(component.kind)));
      }
    }
  }
  std::string text = fmt::format("no plugin has a {} called '{}'", what, escape_line(name));
  for (const Warning& warning : loaded_->warnings) {
    if (warning.not_loaded && fs::path(warning.path).stem() == name) {
      return config_error(fmt::format("{}: {}", text, warning.message));
    }
  }
  if (const auto near = closest(name, names)) text += fmt::format("; did you mean '{}'?", *near);
  std::sort(names.begin(), names.end());
  text += names.empty() ? fmt::format("; there is none in {}; set worker.plugin.path", join(path_, ", "))
                        : fmt::format(" ({} has: {})", join(path_, ", "), join(names, ", "));
  for (const Warning& warning : loaded_->warnings) {
    if (warning.not_loaded) text += fmt::format("; not loaded: {}", warning.message);
  }
  return config_error(text);
}

}  // namespace cnx::host::plugin
