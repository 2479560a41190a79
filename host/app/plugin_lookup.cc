// SPDX-License-Identifier: Apache-2.0
#include "plugin_lookup.h"

namespace cnx::host::app {

FoundPlugins find_plugins(const config::Section& section, const plugin::PluginRegistry& registry,
                          config::Problems& problems) {
  FoundPlugins found;
  const config::PluginNames names = config::plugin_names(section, problems);
  bool complete = true;
  if (names.connector_class.empty()) {
    problems.add(section.place, section.path + ".connector.class", "is missing",
                 "name a source or sink plugin; 'connect-host plugins' lists them");
    complete = false;
  } else if (const auto component = registry.find_connector(names.connector_class); component.ok()) {
    found.component = *component;
  } else {
    problems.add(names.place, section.path + ".connector.class", component.error().message);
    complete = false;
  }
  std::vector<config::ConnectorTables::Transform> tables;
  for (const auto& transform : names.transforms) {
    const auto component = registry.find(plugin::Kind::kTransform, transform.type);
    if (!component.ok()) {
      problems.add(transform.place, section.path + ".transforms." + transform.name + ".type",
                   component.error().message);
      complete = false;
      continue;
    }
    found.transforms.emplace_back(transform.name, *component);
    tables.push_back({transform.name, transform.type, &(*component)->config});
  }
  if (!complete) return found;
  const bool is_source = found.component->kind == plugin::Kind::kSource;
  if (is_source && !tables.empty()) {
    problems.add(section.find("transforms")->place, section.path + ".transforms",
                 "a source has no transforms: its records go to Kafka as they are",
                 "give the transforms to the sink that reads the topic");
  }
  found.tables = config::ConnectorTables{is_source ? config::ConnectorKind::kSource : config::ConnectorKind::kSink,
                                         names.connector_class, &found.component->config, std::move(tables)};
  return found;
}

}  // namespace cnx::host::app
