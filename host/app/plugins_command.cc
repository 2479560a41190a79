// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "commands.h"
#include "config/render.h"
#include "exit_code.h"
#include "plugin/registry.h"
#include "text_table.h"

namespace cnx::host::app {
namespace {

using Json = nlohmann::ordered_json;

config::Described described(const plugin::Component& component) {
  return {component.name, plugin::name_of(component.kind), component.origin.version, component.doc, component.config};
}

/// What a component can do beyond its kind, by the ids of the plugin ABI.
std::vector<std::string> features_of(const plugin::Component& component) {
  std::vector<std::string> features;
  for (const char* id :
       {"cnx.source-ahead/1", "cnx.sink-offsets/1", "cnx.preflight/1", "cnx.render/1", "cnx.schema/1", "cnx.split/1"}) {
    if (component.has(id)) features.emplace_back(id);
  }
  return features;
}

Error not_found(const plugin::PluginRegistry& registry, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) names.push_back(component.name);
  }
  const auto near = closest(name, names);
  return config_error(fmt::format("no plugin has a component called '{}'; {}", escape_line(name),
                                  near ? fmt::format("did you mean '{}'?", *near)
                                       : fmt::format("{} has: {}", join(registry.path(), ", "), join(names, ", "))));
}

int show_one(const plugin::PluginRegistry& registry, const PluginsArguments& arguments) {
  bool found = false;
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) {
      if (component.name != arguments.name) continue;
      found = true;
      if (arguments.json) {
        fmt::print("{}", config::render_json(described(component)));
      } else {
        fmt::print("{}\n  from {}\n", config::render_text(described(component)), component.origin.path);
      }
    }
  }
  return found ? kExitDone : report(not_found(registry, arguments.name));
}

void list_as_json(const plugin::PluginRegistry& registry) {
  Json all = Json::array();
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) {
      all.push_back({{"name", component.name},
                     {"kind", plugin::name_of(component.kind)},
                     {"version", component.origin.version},
                     {"plugin", component.origin.plugin},
                     {"path", component.origin.path},
                     {"features", features_of(component)},
                     {"doc", component.doc}});
    }
  }
  fmt::print("{}\n", all.dump(2, ' ', false, Json::error_handler_t::replace));
}

void list_as_text(const plugin::PluginRegistry& registry) {
  TextTable table{{"NAME", "KIND", "VERSION", "FILE"}, {}};
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) {
      table.rows.push_back(
          {component.name, plugin::name_of(component.kind), component.origin.version, component.origin.path});
    }
  }
  if (table.rows.empty()) {
    fmt::print("no plugins in {}\n", join(registry.path(), ", "));
    return;
  }
  fmt::print("{}", render_table(table, SIZE_MAX));
}

}  // namespace

int plugins_command(const PluginsArguments& arguments) {
  const auto registry = plugin::PluginRegistry::scan(arguments.path);
  if (!arguments.name.empty()) return show_one(registry, arguments);
  if (arguments.json) {
    list_as_json(registry);
  } else {
    list_as_text(registry);
  }
  std::fflush(stdout);
  bool broken = false;
  for (const auto& warning : registry.warnings()) {
    fmt::print(stderr, "warning: {}\n", warning.message);
    broken |= warning.not_loaded;
  }
  return broken ? kExitFailed : kExitDone;
}

}  // namespace cnx::host::app
