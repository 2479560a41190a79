// SPDX-License-Identifier: Apache-2.0
#include "connect_plugins.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/secrets.h"
#include "plugin/features.h"
#include "plugin_lookup.h"

namespace cnx::host::app {
namespace {

using config::ConfigKey;
using config::ConfigTable;
using observe::error_answer;
using observe::json_answer;

constexpr const char* kPath = "config";  // stands before keys in problems, and is cut off again
constexpr const char* kHostGroup = "connect-host";

const char* type_of(const ConfigKey& key) {
  if (key.secret) return "PASSWORD";
  switch (key.type) {
    case config::KeyType::kInt:
      return "LONG";
    case config::KeyType::kBool:
      return "BOOLEAN";
    case config::KeyType::kList:
      return "LIST";
    case config::KeyType::kString:
      return "STRING";
  }
  return "STRING";
}

/// `name`: a key's own, or one that fits its pattern.
Json definition(const ConfigKey& key, const std::string& name, const std::string& group, std::size_t order) {
  const std::string unit = key.unit.empty() ? "" : fmt::format(" ({})", key.unit);
  return Json{{"name", name},
              {"type", type_of(key)},
              {"required", key.required},
              {"default_value", key.default_value ? Json(*key.default_value) : Json(nullptr)},
              {"importance", key.required ? "HIGH" : "MEDIUM"},
              {"documentation", key.doc + unit},
              {"group", group},
              {"order", order},
              {"width", "NONE"},
              {"display_name", name},
              {"dependents", Json::array()}};
}

/// Tables with the names of their owners and the prefix of their keys; the earlier one rules.
struct Table {
  std::string group;
  std::string prefix;
  const ConfigTable* table;
};

std::vector<Table> tables_of(const plugin::Component& component, const FoundPlugins& found) {
  std::vector<Table> tables{{kHostGroup, "", &config::connector_keys()}};
  if (component.kind == plugin::Kind::kTransform) return {{component.name, "", &component.config}};
  const bool is_source = component.kind == plugin::Kind::kSource;
  tables.push_back(
      {kHostGroup, "", &config::kind_keys(is_source ? config::ConnectorKind::kSource : config::ConnectorKind::kSink)});
  tables.push_back({component.name, "", &component.config});
  for (const auto& [name, transform] : found.transforms)
    tables.push_back({transform->name, "transforms." + name + ".", &transform->config});
  return tables;
}

const plugin::Component* component_of(const plugin::PluginRegistry& registry, const std::string& name) {
  if (const auto connector = registry.find_connector(name); connector.ok()) return *connector;
  const auto transform = registry.find(plugin::Kind::kTransform, name);
  return transform.ok() ? *transform : nullptr;
}

/// A section out of a flat JSON map. Numbers and booleans are their text; null is a key that is not there.
Result<config::Section> section_of(const Json& json) {
  config::Section section{"validated", kPath, {"request", 0, 0}, {}};
  for (const auto& [key, value] : json.items()) {
    if (value.is_null()) continue;
    if (value.is_structured()) return config_error(fmt::format("the value of '{}' is no text", key));
    config::Property property;
    property.value = value.is_string() ? value.get<std::string>() : value.dump();
    property.key_place = property.place = section.place;
    property.unresolved = property.value.find("${") != std::string::npos;
    section.properties.emplace(key, std::move(property));
  }
  if (const config::Property* name = section.find("name")) section.name = name->value;
  return section;
}

struct Found {
  const ConfigKey* key = nullptr;
  const Table* table = nullptr;
};

Found key_of(const std::vector<Table>& tables, std::string_view name) {
  for (const Table& table : tables) {
    if (!name.starts_with(table.prefix)) continue;
    if (const ConfigKey* key = config::find_key(*table.table, name.substr(table.prefix.size()))) return {key, &table};
  }
  return {};
}

/// The faults of a configuration by key.
using Faults = std::map<std::string, std::vector<std::string>>;

void ask_plugins(const FoundPlugins& found, const config::ResolvedConfig& config, Faults& faults) {
  const auto ask = [&](const plugin::Component& component, const config::TableUse& use) {
    const auto findings = plugin::validate(component, config::values_for(config, use));
    if (!findings.ok()) return faults["connector.class"].push_back(findings.error().message);
    for (const plugin::Finding& finding : *findings) {
      const std::string key = use.prefix + finding.object;
      const config::ResolvedValue* value = config.find(key);
      if (finding.severity != CNX_FINDING_ERROR || (value != nullptr && value->unresolved)) continue;
      faults[key].push_back(finding.mend.empty() ? finding.message : finding.message + "; " + finding.mend);
    }
  };
  ask(*found.component, found.tables->connector_use());
  for (std::size_t i = 0; i < found.transforms.size(); ++i)
    ask(*found.transforms[i].second, found.tables->transform_use(i));
}

Faults faults_of(const config::Section& section, const FoundPlugins& found, config::Problems problems) {
  Faults faults;
  if (found.tables) {
    const config::ResolvedConfig config = config::validate_connector(section, *found.tables, problems);
    if (problems.empty()) ask_plugins(found, config, faults);
  }
  for (const config::Problem& problem : problems.sorted()) {
    const std::size_t cut = std::string_view(kPath).size() + 1;
    const std::string key = problem.key.size() > cut ? problem.key.substr(cut) : "connector.class";
    faults[key].push_back(problem.mend.empty() ? problem.cause : problem.cause + "; " + problem.mend);
  }
  return faults;
}

Json value_json(const std::string& name, const ConfigKey* key, const config::Section& section, const Faults& faults) {
  Json value(nullptr);
  if (const config::Property* property = section.find(name)) {
    value = key != nullptr && key->secret ? std::string(SecretSet::kMask) : property->value;
  } else if (key != nullptr && key->default_value) {
    value = *key->default_value;
  }
  const auto errors = faults.find(name);
  return Json{{"name", name},
              {"value", std::move(value)},
              {"recommended_values", key != nullptr ? key->one_of : std::vector<std::string>()},
              {"errors", errors == faults.end() ? std::vector<std::string>() : errors->second},
              {"visible", true}};
}

/// Every key that there is, was given, or has a fault.
Json validation_json(const std::string& name, const config::Section& section, const std::vector<Table>& tables,
                     const Faults& faults) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  const auto add = [&](std::string key) {
    if (seen.insert(key).second) names.push_back(std::move(key));
  };
  for (const Table& table : tables)
    for (const ConfigKey& key : *table.table)
      if (!key.is_pattern()) add(table.prefix + key.name);
  for (const auto& [key, property] : section.properties) add(key);
  for (const auto& [key, errors] : faults) add(key);

  Json configs = Json::array();
  std::set<std::string> groups;
  std::size_t errors = 0;
  const ConfigKey unknown;
  for (const std::string& key : names) {
    const Found found = key_of(tables, key);
    const std::string group = found.table != nullptr ? found.table->group : kHostGroup;
    groups.insert(group);
    configs.push_back(
        {{"definition", definition(found.key != nullptr ? *found.key : unknown, key, group, configs.size())},
         {"value", value_json(key, found.key, section, faults)}});
    errors += configs.back()["value"]["errors"].size();
  }
  return Json{{"name", name}, {"error_count", errors}, {"groups", groups}, {"configs", std::move(configs)}};
}

}  // namespace

Json plugins_json(const plugin::PluginRegistry& registry, bool connectors_only) {
  Json all = Json::array();
  for (const auto& plugin : registry.plugins()) {
    for (const plugin::Component& component : plugin->components) {
      const bool transform = component.kind == plugin::Kind::kTransform;
      if (transform && connectors_only) continue;
      all.push_back({{"class", component.name},
                     {"type", transform ? "transformation" : plugin::name_of(component.kind)},
                     {"version", component.origin.version}});
    }
  }
  return all;
}

observe::Answer plugin_config_answer(const plugin::PluginRegistry& registry, const std::string& name) {
  const plugin::Component* component = component_of(registry, name);
  if (component == nullptr) return error_answer(404, fmt::format("Unknown plugin {}.", name));
  Json keys = Json::array();
  for (const Table& table : tables_of(*component, {}))
    for (const ConfigKey& key : *table.table) keys.push_back(definition(key, key.name, table.group, keys.size()));
  return json_answer(text_of(keys));
}

observe::Answer validate_answer(const plugin::PluginRegistry& registry, const std::string& name,
                                std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return error_answer(400, "send the configuration as one flat JSON object");
  Result<config::Section> section = section_of(json);
  if (!section.ok()) return error_answer(400, section.error().message);
  const config::Property* connector_class = section->find("connector.class");
  if (connector_class == nullptr)
    return error_answer(400, "Included connector config has no 'connector.class'; it names the plugin");
  if (connector_class->value != name) {
    return error_answer(
        400, fmt::format("Included connector type {} does not match request type {}", connector_class->value, name));
  }
  const auto component = registry.find_connector(name);
  if (!component.ok()) return error_answer(404, fmt::format("Unknown plugin {}. {}", name, component.error().message));
  config::Problems problems;
  const FoundPlugins found = find_plugins(*section, registry, problems);
  const std::vector<Table> tables = tables_of(**component, found);
  // A value that is only tried out becomes no secret of this process, whose every mention it would mask from then on.
  for (auto& [key, property] : section->properties) {
    const Found declared = key_of(tables, key);
    if (declared.key != nullptr && declared.key->secret) property.unresolved = true;
  }
  const Faults faults = faults_of(*section, found, std::move(problems));
  return json_answer(text_of(validation_json(name, *section, tables, faults)));
}

}  // namespace cnx::host::app
