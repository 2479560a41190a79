// SPDX-License-Identifier: Apache-2.0
#include "config/connector_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"
#include "config/worker_rules.h"

namespace cnx::host::config {
namespace {

constexpr const char* kHostOwner = "connect-host";

struct ReservedSetting {
  std::string_view name;  // of librdkafka
  std::string_view mend;
};
constexpr std::string_view kDelivery = "remove it: delivery depends on the host's own value";
constexpr std::array<ReservedSetting, 13> kReserved{{
    {"bootstrap.servers", "set it under 'worker:', for all connectors"},
    {"metadata.broker.list", "set bootstrap.servers under 'worker:'"},
    {"group.id", "remove it: the group is connect-<worker.group.id>-<connector>"},
    {"group.instance.id", "remove it: it is made of worker.id, connector and task"},
    {"group.protocol", "remove it: the classic protocol is used"},
    {"transactional.id", "remove it: it is made of group, connector and task"},
    {"enable.auto.commit", kDelivery},
    {"enable.auto.offset.store", kDelivery},
    {"auto.offset.reset", kDelivery},
    {"isolation.level", kDelivery},
    {"enable.partition.eof", kDelivery},
    {"enable.idempotence", kDelivery},
    {"acks", kDelivery},
}};

void check_overrides(const ResolvedConfig& config, Problems& problems) {
  for (const char* client : {"consumer", "producer", "admin"}) {
    for (const ReservedSetting& reserved : kReserved) {
      const std::string key = fmt::format("{}.override.{}", client, reserved.name);
      const ResolvedValue* value = config.find(key);
      if (value == nullptr) continue;
      problems.add(value->place, config.path + "." + key, "may not be overridden", reserved.mend);
    }
  }
}

void check_name(const ResolvedConfig& config, Problems& problems) {
  const ResolvedValue* name = config.find("name");
  if (name == nullptr || name->value == config.name) return;
  problems.add(name->place, config.path + ".name",
               fmt::format("'{}' is not the connector's name '{}'", name->value, config.name), "make them equal");
}

void check_errors(const ResolvedConfig& config, Problems& problems) {
  const bool has_topic = !config.text("errors.deadletterqueue.topic.name").empty();
  if (config.text("errors.tolerance") == "all" && !has_topic) {
    problems.add(config.place_of("errors.tolerance"), config.path + ".errors.tolerance",
                 "'all' needs a topic for dead letters, so that no record is lost",
                 "set errors.deadletterqueue.topic.name");
  }
  const std::int64_t limit = config.integer("errors.rate.limit");
  if (limit >= config.integer("errors.rate.window") && limit > 0) {
    problems.add(
        config.place_of("errors.rate.limit"), config.path + ".errors.rate.limit",
        fmt::format("{} dead among the last {} can never be exceeded", limit, config.integer("errors.rate.window")),
        "lower it, or raise errors.rate.window");
  }
  const std::vector<std::string> topics = config.list("topics");
  if (has_topic &&
      std::find(topics.begin(), topics.end(), config.text("errors.deadletterqueue.topic.name")) != topics.end()) {
    problems.add(
        config.place_of("errors.deadletterqueue.topic.name"), config.path + ".errors.deadletterqueue.topic.name",
        "is one of the topics that this sink reads: dead letters would come back for ever", "name another topic");
  }
}

void check_twice(const ResolvedConfig& config, const std::string& key, Problems& problems) {
  std::set<std::string> seen;
  for (const std::string& item : config.list(key)) {
    if (seen.insert(item).second) continue;
    problems.add(config.place_of(key), config.path + "." + key, fmt::format("names '{}' twice", item), "remove one");
  }
}

/// Keys of transforms that `transforms` does not list.
ConfigTable unlisted_transforms(const Section& section, const ConnectorTables& tables) {
  ConfigTable out;
  std::set<std::string> done;
  for (const auto& [name, property] : section.properties) {
    const std::vector<std::string_view> parts = split(name, '.');
    if (parts.size() < 3 || parts[0] != "transforms") continue;
    const std::string transform(parts[1]);
    const bool listed = std::any_of(tables.transforms.begin(), tables.transforms.end(),
                                    [&transform](const auto& other) { return other.name == transform; });
    if (listed || !done.insert(transform).second) continue;
    ConfigKey key;
    key.name = "transforms." + transform + ".**";
    out.push_back(std::move(key));
  }
  return out;
}

/// transforms.*.type only of listed ones: those of others are to be noted.
ConfigTable common_keys(const ConnectorTables& tables) {
  ConfigTable out;
  for (const ConfigKey& key : connector_keys()) {
    if (key.name != "transforms.*.type") {
      out.push_back(key);
      continue;
    }
    for (const auto& transform : tables.transforms) {
      out.push_back(key);
      out.back().name = "transforms." + transform.name + ".type";
    }
  }
  return out;
}

}  // namespace

PluginNames plugin_names(const Section& section, Problems& problems) {
  PluginNames out;
  if (const Property* property = section.find("connector.class"); property != nullptr) {
    out.connector_class = std::string(trim(property->value));
    out.place = property->place;
  }
  const Property* transforms = section.find("transforms");
  if (transforms == nullptr) return out;
  for (const std::string& name : split_list(transforms->value)) {
    const std::string key = "transforms." + name + ".type";
    const Property* type = section.find(key);
    if (name.find('.') != std::string::npos || name.find('*') != std::string::npos) {
      problems.add(transforms->place, section.path + ".transforms",
                   fmt::format("'{}' is no name for a transform", name), "use a name without dots and stars");
    } else if (type == nullptr) {
      problems.add(transforms->place, section.path + "." + key, "is missing",
                   "add it with the name of a transform plugin");
    } else {
      out.transforms.push_back({name, std::string(trim(type->value)), type->place});
    }
  }
  return out;
}

TableUse ConnectorTables::connector_use() const { return {connector_class, "", table}; }

TableUse ConnectorTables::transform_use(std::size_t index) const {
  const Transform& transform = transforms[index];
  return {transform.type, "transforms." + transform.name + ".", transform.table};
}

ResolvedConfig validate_connector(const Section& section, const ConnectorTables& tables, Problems& problems) {
  const ConfigTable common = common_keys(tables);
  std::vector<TableUse> uses{
      {kHostOwner, "", &common}, {kHostOwner, "", &kind_keys(tables.kind)}, tables.connector_use()};
  for (std::size_t i = 0; i < tables.transforms.size(); ++i) uses.push_back(tables.transform_use(i));

  const ConnectorKind other = tables.kind == ConnectorKind::kSource ? ConnectorKind::kSink : ConnectorKind::kSource;
  const ConfigTable unlisted = unlisted_transforms(section, tables);
  std::vector<Elsewhere> elsewhere{
      {&unlisted, "list the transform's name in 'transforms', or remove the key"},
      {&kind_keys(other),
       fmt::format("it is for {}s; {} is a {}", name_of(other), tables.connector_class, name_of(tables.kind))},
      {&worker_keys(true), "move it under 'worker:'"},
  };
  for (const auto& transform : tables.transforms) {
    elsewhere.push_back({transform.table, fmt::format("write it as transforms.{}.…", transform.name)});
  }
  ResolvedConfig config = validate(section, uses, elsewhere, problems);
  check_name(config, problems);
  check_overrides(config, problems);
  for (const char* key : {"topics", "transforms"}) check_twice(config, key, problems);
  if (tables.kind == ConnectorKind::kSink) check_errors(config, problems);
  return config;
}

ResolvedConfig validate_worker(const Section& worker, bool needs_broker, Problems& problems) {
  const TableUse uses[] = {{kHostOwner, "", &worker_keys(needs_broker)}};
  const Elsewhere elsewhere[] = {{&connector_keys(), "move it under a connector"},
                                 {&kind_keys(ConnectorKind::kSink), "move it under a connector"},
                                 {&kind_keys(ConnectorKind::kSource), "move it under a connector"}};
  ResolvedConfig config = validate(worker, uses, elsewhere, problems);
  check_overrides(config, problems);
  check_worker_rules(config, problems);
  return config;
}

}  // namespace cnx::host::config
