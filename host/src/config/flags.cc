// SPDX-License-Identifier: Apache-2.0
#include "config/flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cnx::host::config {
namespace {

bool share_a_name(const std::string& a, const std::string& b) {
  const std::vector<std::string> others = split_list(b);
  const std::vector<std::string> names = split_list(a);
  return std::any_of(names.begin(), names.end(), [&others](const std::string& name) {
    return std::find(others.begin(), others.end(), name) != others.end();
  });
}

class Collector {
 public:
  explicit Collector(Problems& problems) : problems_(problems) {}

  void add_table(const std::string& connector, const std::string& prefix, const ConfigTable& table) {
    for (const ConfigKey& key : table) {
      if (!key.flag.empty() && !key.is_pattern()) add(connector, prefix + key.name, key);
    }
  }

  [[nodiscard]] std::vector<PluginFlag> take() {
    std::sort(flags_.begin(), flags_.end(),
              [](const PluginFlag& a, const PluginFlag& b) { return a.longest_name() < b.longest_name(); });
    return std::move(flags_);
  }

 private:
  void add(const std::string& connector, const std::string& key, const ConfigKey& declared) {
    PluginFlag::Target target{connector, key, declared.default_value.value_or("")};
    for (PluginFlag& flag : flags_) {
      if (flag.names == declared.flag) return add_target(flag, target);
      if (!share_a_name(flag.names, declared.flag)) continue;
      problems_.add({}, fmt::format("connectors.{}.{}", connector, key),
                    fmt::format("its flag {} clashes with {} of connectors.{}.{}", declared.flag, flag.names,
                                flag.targets.front().connector, flag.targets.front().key),
                    "run the connectors one at a time with --only, or set the keys with --set");
      return;
    }
    flags_.push_back({declared.flag, declared.type, declared.unit, declared.one_of, declared.doc, {std::move(target)}});
  }

  static void add_target(PluginFlag& flag, const PluginFlag::Target& target) {
    for (const PluginFlag::Target& other : flag.targets) {
      if (other.connector == target.connector && other.key == target.key) return;
    }
    flag.targets.push_back(target);
  }

  Problems& problems_;
  std::vector<PluginFlag> flags_;
};

void move_topic(RawConfig& config, const std::string& from, const std::string& to, const Place& place) {
  for (Section& section : config.connectors) {
    const auto topics = section.properties.find("topics");
    if (topics == section.properties.end()) continue;
    std::vector<std::string> names = split_list(topics->second.value);
    if (std::find(names.begin(), names.end(), from) == names.end()) continue;
    std::replace(names.begin(), names.end(), from, to);
    topics->second = Property{join(names, ","), place, place};
  }
}

}  // namespace

std::string PluginFlag::longest_name() const {
  std::string longest;
  for (const std::string& name : split_list(names)) {
    if (name.size() > longest.size()) longest = name;
  }
  return longest;
}

std::vector<PluginFlag> collect_flags(std::span<const FlaggedConnector> connectors, Problems& problems) {
  Collector collector(problems);
  for (const auto& [name, tables] : connectors) {
    collector.add_table(name, "", connector_keys());
    collector.add_table(name, "", kind_keys(tables.kind));
    collector.add_table(name, "", *tables.table);
    for (const auto& transform : tables.transforms) {
      collector.add_table(name, "transforms." + transform.name + ".", *transform.table);
    }
  }
  return collector.take();
}

void apply_flag(RawConfig& config, const PluginFlag& flag, const std::string& value) {
  const Place place{flag.longest_name(), 0, 0};
  for (const PluginFlag::Target& target : flag.targets) {
    Section* section = config.find(target.connector);
    if (section == nullptr) continue;  // left out by --only
    const Property* before = section->find(target.key);
    const std::string old_value = before != nullptr ? before->value : target.default_value;
    section->properties.insert_or_assign(target.key, Property{value, place, place});
    if (target.key == "topic" && !old_value.empty()) move_topic(config, old_value, value, place);
  }
}

}  // namespace cnx::host::config
