// SPDX-License-Identifier: Apache-2.0
//
// From the C table of a plugin to what the host knows about it.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cnx/text.hpp"
#include "plugin/abi_sizes.h"
#include "plugin/loader.h"
#include "plugin/table_check.h"

namespace cnx::host::plugin {
namespace {

// What every plugin of every ABI begins with: struct_size, magic, abi_min, abi_max.
constexpr std::uint32_t kFixedBytes = 16;

std::string abi_text(unsigned abi) { return fmt::format("{}.{}", abi / 1000, abi % 1000); }

Error refused(const std::string& path, std::string_view fault, std::string_view mend) {
  return config_error(fmt::format("{}: {}; {}", path, fault, mend));
}

constexpr std::string_view kRebuild =
    "build it anew against the headers of the SDK, with CNX_PLUGIN() and cnx_add_plugin()";

Status check_window(const cnx_plugin& raw, const std::string& path) {
  if (raw.struct_size < kFixedBytes) {
    return refused(path,
                   fmt::format("{} has a struct_size of {}: it is no plugin table", CNX_PLUGIN_SYMBOL, raw.struct_size),
                   kRebuild);
  }
  if (raw.magic != CNX_PLUGIN_MAGIC) {
    return refused(path,
                   fmt::format("{} begins with the magic {:#010x} where {:#010x} is due: it is no plugin table",
                               CNX_PLUGIN_SYMBOL, raw.magic, CNX_PLUGIN_MAGIC),
                   kRebuild);
  }
  if (raw.abi_max >= kHostAbiMin && raw.abi_min <= kHostAbiMax) return {};
  return refused(
      path,
      fmt::format("the plugin works with ABI {} to {}, this connect-host with ABI {} to {}", abi_text(raw.abi_min),
                  abi_text(raw.abi_max), abi_text(kHostAbiMin), abi_text(kHostAbiMax)),
      raw.abi_min > kHostAbiMax ? "use a newer connect-host or an older plugin" : "use a newer plugin");
}

Status check_head(const cnx_plugin& raw, const std::string& path) {
  if (!CNX_HAS(&raw, cnx_plugin, components)) {
    return refused(
        path,
        fmt::format("its plugin table has {} bytes where ABI 1.0 has {}", raw.struct_size, kLeastBytes<cnx_plugin>),
        kRebuild);
  }
  if (!is_good_name(raw.name)) {
    return refused(path, fmt::format("'{}' is no good plugin name", escape_line(view(raw.name))),
                   "use letters, digits, '.', '_' and '-' only");
  }
  if (view(raw.version).empty()) return refused(path, "the plugin has no version", "give it one in CNX_PLUGIN()");
  if (raw.component_count == 0 || raw.components == nullptr) {
    return refused(path, "the plugin has no components", "name at least one in CNX_PLUGIN()");
  }
  if (raw.component_stride < kLeastBytes<cnx_component>) {
    return refused(path,
                   fmt::format("its components have {} bytes where ABI 1.0 has {}", raw.component_stride,
                               kLeastBytes<cnx_component>),
                   kRebuild);
  }
  return {};
}

Result<Component> describe_component(const cnx_component& raw, const Origin& origin) {
  const std::string name(view(raw.name));
  if (!is_good_name(raw.name)) {
    return refused(origin.path, fmt::format("'{}' is no good component name", escape_line(name)),
                   "use letters, digits, '.', '_' and '-' only");
  }
  std::string fault = table_fault(raw);
  if (fault.empty()) fault = feature_fault(raw);
  if (!fault.empty()) return refused(origin.path, fmt::format("component '{}' {}", name, fault), kRebuild);

  Result<config::ConfigTable> config = config::table_of(raw);
  if (!config.ok()) return std::move(config).error().in(origin.path);
  Component component;
  component.kind = static_cast<Kind>(raw.kind);
  component.name = name;
  component.doc = view(raw.doc);
  component.origin = origin;
  component.config = std::move(config).value();
  component.raw = &raw;
  return component;
}

}  // namespace

Result<Plugin> describe_plugin(const cnx_plugin& raw, const std::string& path) {
  CNX_TRY(check_window(raw, path));
  CNX_TRY(check_head(raw, path));
  Plugin plugin{{std::string(view(raw.name)), std::string(view(raw.version)), path}, {}};
  const char* at = reinterpret_cast<const char*>(raw.components);
  for (std::uint32_t i = 0; i < raw.component_count; ++i, at += raw.component_stride) {
    CNX_ASSIGN(Component component, describe_component(*reinterpret_cast<const cnx_component*>(at), plugin.origin));
    const bool twice = std::any_of(plugin.components.begin(), plugin.components.end(), [&](const Component& other) {
      return other.kind == component.kind && other.name == component.name;
    });
    if (twice) {
      return refused(path, fmt::format("the plugin has two {}s called '{}'", name_of(component.kind), component.name),
                     "rename one of them");
    }
    plugin.components.push_back(std::move(component));
  }
  return plugin;
}

}  // namespace cnx::host::plugin
