// SPDX-License-Identifier: Apache-2.0
//
// Plugin tables of any content: described or refused with a reason, without reading beyond what their sizes cover; and
// a configuration goes through such a table, and through cnx_config to the plugin, without a change.
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "base/strings.h"
#include "cnx/config.hpp"
#include "config/render.h"
#include "config/validate.h"
#include "fuzz/input.h"
#include "plugin/call.h"
#include "plugin/loader.h"
#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using fuzz::require;

/// Tables whose memory ends where they say it does, so that the sanitizer sees each step beyond.
class FuzzedPlugin {
 public:
  explicit FuzzedPlugin(fuzz::Input& input) : input_(input) {
    plugin_ = testing::kPlugin;
    spoil(plugin_.struct_size, sizeof plugin_);
    if (rarely()) plugin_.magic = static_cast<std::uint32_t>(input_.integer());
    plugin_.abi_min = rarely() ? static_cast<std::uint32_t>(input_.integer()) : CNX_ABI_1_0;
    plugin_.abi_max = rarely() ? static_cast<std::uint32_t>(input_.integer()) : CNX_ABI_CURRENT;
    if (rarely()) plugin_.name = text();
    if (rarely()) plugin_.version = text();
    plugin_.component_count = static_cast<std::uint32_t>(input_.below(3));
    plugin_.component_stride = static_cast<std::uint32_t>(sizeof(cnx_component) + 8 * input_.below(3));
    char* at = memory(std::size_t{plugin_.component_stride} * plugin_.component_count);
    plugin_.components = reinterpret_cast<const cnx_component*>(at);
    for (std::uint32_t i = 0; i < plugin_.component_count; ++i, at += plugin_.component_stride) {
      const cnx_component made = component();
      std::memcpy(at, &made, sizeof made);
    }
    if (rarely()) plugin_.component_stride = static_cast<std::uint32_t>(input_.below(sizeof(cnx_component)));
    if (rarely()) plugin_.components = nullptr;
  }

  [[nodiscard]] const cnx_plugin& get() const { return plugin_; }

 private:
  bool rarely() { return input_.below(16) == 15; }
  void spoil(std::uint32_t& size, std::size_t full) {
    if (rarely()) size = static_cast<std::uint32_t>(input_.below(full));
  }
  char* memory(std::size_t size) { return (blocks_.emplace_back(new char[size + 1]()), blocks_.back().get()); }
  cnx_str text() {
    if (input_.below(8) == 7) return absent();
    const std::string value = input_.text();
    char* copy = new char[value.size()];
    blocks_.emplace_back(copy);
    std::memcpy(copy, value.data(), value.size());
    return {copy, value.size()};
  }

  cnx_component component() {
    const auto kind = static_cast<cnx_component_kind>(1 + input_.below(3));
    cnx_component made = testing::component_of(kind, table_of(kind));
    if (rarely()) made.kind = static_cast<cnx_component_kind>(input_.byte());
    if (rarely()) made.table = nullptr;
    if (rarely()) made.name = text();
    made.doc = text();
    made.key_count = static_cast<std::uint32_t>(input_.below(5));
    made.key_stride = static_cast<std::uint32_t>(sizeof(cnx_config_key) + 8 * input_.below(3));
    char* at = memory(std::size_t{made.key_stride} * made.key_count);
    made.keys = reinterpret_cast<const cnx_config_key*>(at);
    for (std::uint32_t i = 0; i < made.key_count; ++i, at += made.key_stride) {
      const cnx_config_key key = config_key();
      std::memcpy(at, &key, sizeof key);
    }
    if (rarely()) made.key_stride = static_cast<std::uint32_t>(input_.below(sizeof(cnx_config_key)));
    if (rarely()) made.keys = nullptr;
    return made;
  }
  static const void* table_of(cnx_component_kind kind) {
    if (kind == CNX_SOURCE) return &testing::kSourceTable;
    if (kind == CNX_TRANSFORM) return &testing::kTransformTable;
    return &testing::kSinkTable;
  }
  cnx_config_key config_key() {
    cnx_config_key key{};
    key.struct_size = sizeof key;
    spoil(key.struct_size, sizeof key);
    key.type = static_cast<cnx_config_type>(1 + input_.below(5));
    key.flags = static_cast<std::uint32_t>(input_.below(8));
    key.name = text();
    key.default_value = text();
    key.unit = text();
    key.min_value = input_.integer();
    key.max_value = input_.integer();
    key.one_of = text();
    key.doc = text();
    key.since = text();
    key.flag = text();
    return key;
  }

  fuzz::Input& input_;
  std::deque<std::unique_ptr<char[]>> blocks_;
  cnx_plugin plugin_{};
};

void check_crossing(const config::ComponentValues& values) {
  const ConfigArgument argument(values);
  const cnx::Config received(*argument.get());
  require(received.values() == values, "the plugin is given other values");
  for (const auto& [name, value] : values) {
    if (const auto number = parse_int(value); number && received.find(name) == value)
      require(received.integer(name) == *number, "the plugin reads another number");
    if (received.find(name) == value && join(split_list(value), ",") == value)
      require(received.list(name) == split_list(value), "the plugin reads another list");
  }
}

void check_component(const Component& component, fuzz::Input& input) {
  const config::Described described{component.name, "sink", "1", component.doc, component.config};
  require(!config::render_text(described).empty() && !config::render_markdown(described).empty(), "no reference");
  require(!config::render_json(described).empty() && !config::render_json_schema(described).empty(), "no JSON");
  config::Section section{"fuzz", "connectors.fuzz", {"fuzz.yml", 1, 1}, {}};
  for (const config::ConfigKey& key : component.config)
    if (!key.secret && input.below(2) == 1) section.properties[key.name].value = input.text();
  const config::TableUse uses[] = {{component.name, "", &component.config}};
  config::Problems problems;
  const config::ResolvedConfig resolved = config::validate(section, uses, {}, problems);
  for (const config::Problem& problem : problems.sorted())
    require(to_string(problem).find('\n') == std::string::npos, "a problem of two lines");
  // Validating what validation gave changes none of it; defaults that are written out may bring the defaults of others.
  config::Section again = section;
  again.properties.clear();
  for (const auto& [name, value] : resolved.values)
    if (!value.secret) again.properties[name].value = value.value;
  config::Problems none;
  for (const auto& [name, value] : config::validate(again, uses, {}, none).values)
    if (!value.secret && resolved.find(name) != nullptr)
      require(resolved.text(name) == value.value, "a canonical value has another canonical form");
  check_crossing(config::values_for(resolved, uses[0]));
}

}  // namespace
}  // namespace cnx::host::plugin

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cnx::host::plugin;
  cnx::fuzz::Input input(data, size);
  const FuzzedPlugin fuzzed(input);
  const auto plugin = describe_plugin(fuzzed.get(), "/p/fuzz.so");
  if (!plugin.ok()) {
    cnx::fuzz::require(plugin.error().action == cnx::Action::kConfig, "refused, but not as an error of configuration");
    cnx::fuzz::require(plugin.error().message.find('\n') == std::string::npos, "a refusal of two lines");
    return 0;
  }
  for (const Component& component : plugin->components) check_component(component, input);
  return 0;
}
