// SPDX-License-Identifier: Apache-2.0
//
// Whatever text a configuration file holds: a tree or problems, each with a cause; never a crash, a hang or a huge
// tree. What comes out is expanded, validated and shown, and the secrets in it are shown nowhere.
#include <array>
#include <string>
#include <string_view>

#include "base/secrets.h"
#include "base/strings.h"
#include "config/connector_check.h"
#include "config/flags.h"
#include "config/raw_config.h"
#include "config/settings.h"
#include "config/variables.h"
#include "fuzz/input.h"

namespace cnx::host::config {
namespace {

using fuzz::require;

// The process keeps every secret that it ever saw, so there is one only. It is all letters: masking is by text.
constexpr const char* kSecret = "XyzzySecretXyzzy";

ConfigKey key(const char* name, KeyType type, bool required, bool secret, const char* default_value) {
  ConfigKey made;
  made.name = name;
  made.type = type;
  made.required = required;
  made.secret = secret;
  if (default_value != nullptr) made.default_value = default_value;
  return made;
}

const ConfigTable& connector_table() {
  static const ConfigTable table = [] {
    ConfigTable made{key("topic", KeyType::kString, true, false, nullptr),
                     key("connection.url", KeyType::kString, false, false, nullptr),
                     key("connection.password", KeyType::kString, false, true, nullptr),
                     key("accounts.*.client.id", KeyType::kString, true, false, nullptr),
                     key("accounts.*.client.secret", KeyType::kString, true, true, nullptr),
                     key("pk.fields", KeyType::kList, false, false, nullptr),
                     key("insert.mode", KeyType::kString, false, false, "upsert"),
                     key("auto.create", KeyType::kBool, false, false, "false"),
                     key("page.size", KeyType::kInt, false, false, "200")};
    made[6].one_of = {"upsert", "insert"};
    made[8].range = Range{1, 200};
    made[8].unit = "orders";
    made[0].flag = "-t,--topic";
    return made;
  }();
  return table;
}
const ConfigTable& transform_table() {
  static const ConfigTable table{key("extra.columns", KeyType::kBool, false, false, "true"),
                                 key("token", KeyType::kString, false, true, nullptr)};
  return table;
}

bool is_secret_name(std::string_view name) {
  return name.ends_with("client.secret") || name == "connection.password" || name.ends_with(".token");
}

void put_secrets(Section& section) {
  for (auto& [name, property] : section.properties)
    if (is_secret_name(name)) property.value = kSecret;
}

void require_hidden(std::string_view text, const char* where) {
  if (text.find(kSecret) != std::string_view::npos) fuzz::finding(std::string("a secret is shown in ") + where);
}

/// What a value of a known type may look like after validation.
void check_values(const ResolvedConfig& config) {
  for (const auto& [name, value] : config.values) {
    if (value.unresolved) continue;
    if (name == "page.size") require(config.integer(name) >= 1 && config.integer(name) <= 200, "a number out of range");
    if (name == "auto.create") require(value.value == "true" || value.value == "false", "a boolean that is none");
    if (name == "insert.mode") require(value.value == "upsert" || value.value == "insert", "none of the values");
    if (name == "pk.fields") require(join(config.list(name), ",") == value.value, "a list that is not canonical");
  }
}

void check_connector(const Section& section, Problems& problems) {
  const PluginNames names = plugin_names(section, problems);
  for (const ConnectorKind kind : {ConnectorKind::kSource, ConnectorKind::kSink}) {
    ConnectorTables tables{kind, names.connector_class, &connector_table(), {}};
    for (const auto& transform : names.transforms)
      tables.transforms.push_back({transform.name, transform.type, &transform_table()});
    const FlaggedConnector flagged[] = {{section.name, tables}};
    for (const PluginFlag& flag : collect_flags(flagged, problems)) require(!flag.targets.empty(), "a flag of nobody");
    const ResolvedConfig config = validate_connector(section, tables, problems);
    check_values(config);
    require_hidden(masked_view(config), "the view of a configuration");
    require(!connector_settings(config, kind).config_hash.empty(), "no hash");
    for (const auto& [name, value] : values_for(config, tables.connector_use()))
      require(find_key(connector_table(), name) != nullptr, "a plugin is given a key that it does not declare");
  }
}

void check_problems(const Problems& problems) {
  for (const Problem& problem : problems.sorted()) {
    const std::string line = to_string(problem);
    require(!problem.cause.empty(), "a problem without a cause");
    require(line.find('\n') == std::string::npos, "a problem of two lines");
    require_hidden(line, "a problem");
  }
}

std::optional<std::string> environment(const std::string& name) {
  if (name == "SECRET") return kSecret;
  if (name == "EMPTY") return "";
  if (name == "NUMBER") return "200";
  return std::nullopt;
}

void check(std::string_view text, const char* path) {
  RawConfig config;
  Problems problems;
  load_text(text, path, config, problems);
  // Files of this machine are not to be read, so only what names none is resolved.
  if (text.find("file") == std::string_view::npos && text.find("dir") == std::string_view::npos) {
    resolve_variables(config, MissingVariable::kKeep, environment, problems);
  }
  put_secrets(config.worker);
  for (Section& section : config.connectors) put_secrets(section);
  const ResolvedConfig worker = validate_worker(config.worker, true, problems);
  require_hidden(masked_view(worker), "the view of the worker");
  static_cast<void>(worker_settings(worker));
  for (const Section& section : config.connectors) check_connector(section, problems);
  check_problems(problems);
}

}  // namespace
}  // namespace cnx::host::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cnx::host;
  secrets().add(config::kSecret);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* path : {"fuzz.yml", "fuzz.json"}) config::check(text, path);
  return 0;
}
