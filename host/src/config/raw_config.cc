// SPDX-License-Identifier: Apache-2.0
#include "config/raw_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/file.h"
#include "base/path_trust.h"
#include "base/strings.h"
#include "config/json_reader.h"
#include "config/yaml_reader.h"

namespace cnx::host::config {
namespace {

const std::array<std::string, 2> kTopKeys{"worker", "connectors"};

std::vector<std::string> connector_names(const RawConfig& config) {
  std::vector<std::string> names;
  for (const Section& section : config.connectors) names.push_back(section.name);
  return names;
}

std::string did_you_mean(std::string_view text, std::span<const std::string> candidates, std::string_view what) {
  if (const auto near = closest(text, candidates)) return fmt::format("did you mean '{}'?", *near);
  if (candidates.empty()) return {};
  return fmt::format("{}: {}", what, join(candidates, ", "));
}

/// The name becomes part of group.instance.id, whose characters the broker restricts to those of topic names.
bool is_good_connector_name(const std::string& name, const Place& place, Problems& problems) {
  constexpr std::size_t kLongest = 150;
  const bool legal = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
  if (legal && !name.empty() && name.size() <= kLongest) return true;
  problems.add(place, "connectors." + name, "is no name for a connector",
               fmt::format("use letters, digits, '.', '_' and '-', at most {}", kLongest));
  return false;
}

class FileMerger {
 public:
  FileMerger(RawConfig& into, Problems& problems) : into_(into), problems_(problems) {}

  void add_document(const Node& root) {
    for (const auto& [key, value] : root.fields) {
      if (key.text == "worker") {
        add_worker(key.place, value);
      } else if (key.text == "connectors") {
        add_connectors(key.place, value);
      } else {
        into_.incomplete = true;  // it may have been meant for one of the two
        problems_.add(key.place, key.text, "is not known at the top of a file",
                      did_you_mean(key.text, kTopKeys, "known are"));
      }
    }
  }

  void add_connector(const std::string& name, const Place& place, const Node& map) {
    const std::string path = "connectors." + name;
    if (!is_good_connector_name(name, place, problems_) || !is_map(map, path, place)) return;
    if (const Section* there = into_.find(name)) {
      problems_.add(place, path, fmt::format("is defined twice, first at {}", to_string(there->place)),
                    "rename or remove one of the two");
      return;
    }
    into_.connectors.push_back({name, path, place, flatten(map, path, problems_)});
  }

 private:
  void add_worker(const Place& place, const Node& map) {
    if (!is_map(map, "worker", place)) return;
    if (into_.worker.place.line != 0) {
      problems_.add(place, "worker", fmt::format("is defined twice, first at {}", to_string(into_.worker.place)),
                    "keep the worker's keys in one file");
      return;
    }
    into_.worker.place = place;
    into_.worker.properties = flatten(map, "worker", problems_);
  }

  void add_connectors(const Place& place, const Node& map) {
    if (!is_map(map, "connectors", place)) return;
    for (const auto& [name, properties] : map.fields) add_connector(name.text, name.place, properties);
  }

  /// A null's own place is that of the next token, so the key's is shown.
  [[nodiscard]] bool is_map(const Node& node, std::string_view key, const Place& key_place) {
    if (node.kind == Node::Kind::kMap) return true;
    if (key == "worker") into_.incomplete = true;
    const bool empty = node.kind == Node::Kind::kNull;
    problems_.add(empty ? key_place : node.place, key, empty ? "is empty" : "must hold keys below it",
                  "write 'key: value' lines below it, indented");
    return false;
  }

  RawConfig& into_;
  Problems& problems_;
};

/// Kafka Connect's two ways to write a connector as JSON.
void add_json_connector(const Node& root, FileMerger& merger, Problems& problems) {
  const Node* name = root.find("name");
  const Node* config = root.find("config");
  if (name == nullptr || name->kind != Node::Kind::kScalar) {
    problems.add(root.place, "name", "is missing", R"(write {"name": "…", "config": {…}})");
    return;
  }
  if (config == nullptr) {
    merger.add_connector(name->text, name->place, root);
    return;
  }
  for (const auto& [key, value] : root.fields) {
    if (key.text == "name" || key.text == "config") continue;
    problems.add(key.place, key.text, "is not known beside 'name' and 'config'", "move it into 'config'");
  }
  merger.add_connector(name->text, name->place, *config);
}

}  // namespace

Section* RawConfig::find(std::string_view connector) {
  const auto there = std::find_if(connectors.begin(), connectors.end(),
                                  [connector](const Section& section) { return section.name == connector; });
  return there == connectors.end() ? nullptr : &*there;
}

void load_text(std::string_view text, const std::string& path, RawConfig& into, Problems& problems) {
  const bool is_json = path.ends_with(".json");
  const std::optional<Node> root = is_json ? read_json(text, path, problems) : read_yaml(text, path, problems);
  if (!root) {
    into.incomplete = true;
    return;
  }
  FileMerger merger(into, problems);
  const bool is_worker_file = root->find("connectors") != nullptr || root->find("worker") != nullptr;
  if (is_json && !is_worker_file) {
    add_json_connector(*root, merger, problems);
  } else {
    merger.add_document(*root);
  }
}

RawConfig load_files(std::span<const std::string> paths, Problems& problems) {
  RawConfig config;
  if (!paths.empty()) config.worker.place.source = paths.front();
  for (const std::string& path : paths) {
    Result<std::string> text = read_file(path, kMostConfigBytes);
    if (rights_of_everyone(path).write) {
      problems.add({path, 0, 0}, {}, "everybody may write to it, and it decides what code runs and where data goes",
                   "take the right away: chmod o-w " + path);
    } else if (text.ok()) {
      load_text(*text, path, config, problems);
    } else {
      config.incomplete = true;
      problems.add({path, 0, 0}, {}, text.error().message, "check the path and its permissions");
    }
  }
  return config;
}

namespace {

struct Target {
  Section* section;
  std::string key;
};

/// A connector's name may hold dots: the longest one that fits is meant.
std::optional<Target> find_target(RawConfig& config, std::string_view path) {
  if (path.starts_with("worker.")) return Target{&config.worker, std::string(path.substr(7))};
  std::optional<Target> best;
  for (Section& section : config.connectors) {
    const std::string prefix = section.path + ".";
    if (path.starts_with(prefix) && (!best || section.name.size() > best->section->name.size())) {
      best = Target{&section, std::string(path.substr(prefix.size()))};
    }
  }
  return best;
}

}  // namespace

void apply_set(RawConfig& config, std::string_view assignment, Problems& problems) {
  constexpr std::string_view kForm = "write --set worker.KEY=VALUE or --set connectors.NAME.KEY=VALUE";
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) {
    problems.add({"--set", 0, 0}, {}, "an assignment has no '='", kForm);
    return;
  }
  const std::string_view path = assignment.substr(0, equals);
  const Place place{fmt::format("--set {}", path), 0, 0};
  const auto target = find_target(config, path);
  if (target && !target->key.empty()) {
    target->section->properties.insert_or_assign(target->key,
                                                 Property{std::string(assignment.substr(equals + 1)), place, place});
    return;
  }
  std::string mend(kForm);
  if (path.starts_with("connectors.")) {
    const std::string_view name = path.substr(11, path.substr(11).find('.'));
    const std::vector<std::string> names = connector_names(config);
    if (const std::string hint = did_you_mean(name, names, "connectors are"); !hint.empty()) mend = hint;
  }
  problems.add(place, {}, "names neither the worker nor a connector of the files", mend);
}

void keep_only(RawConfig& config, std::span<const std::string> names, std::string_view option, Problems& problems) {
  if (names.empty()) return;
  const std::vector<std::string> known = connector_names(config);
  for (const std::string& name : names) {
    if (config.find(name) != nullptr) continue;
    problems.add({fmt::format("{} {}", option, name), 0, 0}, {}, "names no connector of the files",
                 did_you_mean(name, known, "connectors are"));
  }
  std::erase_if(config.connectors, [names](const Section& section) {
    return std::find(names.begin(), names.end(), section.name) == names.end();
  });
}

}  // namespace cnx::host::config
