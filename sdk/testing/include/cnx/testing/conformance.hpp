// SPDX-License-Identifier: Apache-2.0
//
// What every plugin must keep to, checked through its C tables. Each check returns what it found wrong, a sentence
// each; a test asserts that there is nothing. Nothing is connected: instances are made and destroyed, never started.
#pragma once

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/plugin.h"
#include "cnx/testing/config.hpp"
#include "cnx/testing/elf_symbols.hpp"
#include "cnx/testing/fake_host.hpp"

namespace cnx::testing {

using Faults = std::vector<std::string>;

/// The component of that name, nullptr when the plugin has none.
inline const cnx_component* find_component(const cnx_plugin& plugin, std::string_view name) {
  const char* at = reinterpret_cast<const char*>(plugin.components);
  for (std::uint32_t i = 0; i < plugin.component_count; ++i, at += plugin.component_stride) {
    const auto* component = reinterpret_cast<const cnx_component*>(at);
    if (view(component->name) == name) return component;
  }
  return nullptr;
}

/// One symbol, cnx_plugin_v1, and nothing else.
inline Faults check_symbols(const std::string& path) {
  constexpr std::size_t kMostNamed = 3;  // a library whose symbols are not hidden has hundreds
  Faults faults;
  bool found = false;
  std::vector<std::string> others;
  for (const std::string& name : exported_symbols(path)) {
    if (name == CNX_PLUGIN_SYMBOL)
      found = true;
    else if (!name.starts_with("__odr_asan."))  // AddressSanitizer's own, one beside each symbol
      others.push_back(readable(name));
  }
  if (!others.empty()) {
    std::string names = others[0];
    for (std::size_t i = 1; i < std::min(kMostNamed, others.size()); ++i) names += ", " + others[i];
    if (others.size() > kMostNamed) names += " and " + std::to_string(others.size() - kMostNamed) + " more";
    faults.push_back("exports " + names + ": build it with cnx_add_plugin(), which hides all but one symbol");
  }
  if (!found) faults.push_back("does not export " CNX_PLUGIN_SYMBOL ": use CNX_PLUGIN()");
  return faults;
}

namespace detail {

inline bool is_integer(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

inline void check_default(const cnx_config_key& key, const std::string& where, Faults& faults) {
  if (is_absent(key.default_value)) return;
  const std::string_view value = view(key.default_value);
  std::int64_t number = 0;
  if ((key.flags & CNX_CONFIG_REQUIRED) != 0) faults.push_back(where + " is required and has a default");
  if ((key.flags & CNX_CONFIG_SECRET) != 0) faults.push_back(where + " is a secret with a default");
  if (key.type == CNX_CONFIG_BOOL && value != "true" && value != "false")
    faults.push_back(where + " has a default that is no bool");
  if (key.type != CNX_CONFIG_INT) return;
  if (!is_integer(value, number))
    faults.push_back(where + " has a default that is no whole number");
  else if ((key.flags & CNX_CONFIG_HAS_RANGE) != 0 && (number < key.min_value || number > key.max_value))
    faults.push_back(where + " has a default outside its range");
}

inline void check_key(const cnx_config_key& key, const std::string& component, std::set<std::string>& seen,
                      Faults& faults) {
  const std::string where = component + ": key '" + std::string(view(key.name)) + "'";
  if (view(key.name).empty()) faults.push_back(component + ": a key without a name");
  if (!seen.insert(std::string(view(key.name))).second) faults.push_back(where + " stands twice in the table");
  if (key.type < CNX_CONFIG_STRING || key.type > CNX_CONFIG_LIST) faults.push_back(where + " has an unknown type");
  if (view(key.doc).empty()) faults.push_back(where + " has no doc");
  if ((key.flags & CNX_CONFIG_HAS_RANGE) != 0 && key.min_value > key.max_value)
    faults.push_back(where + " has an empty range");
  if ((key.flags & CNX_CONFIG_HAS_RANGE) != 0 && key.type != CNX_CONFIG_INT)
    faults.push_back(where + " has a range and is no int");
  if (!is_absent(key.flag) && !view(key.flag).starts_with('-'))
    faults.push_back(where + " has a flag that does not begin with '-'");
  check_default(key, where, faults);
}

struct Calls {
  cnx_status (*create)(const cnx_host*, const cnx_config*, void**, cnx_error*);
  void (*destroy)(void*);
  void (*cancel)(void*);  // NULL: transforms have none
};

inline Calls calls_of(const cnx_component& component) {
  switch (component.kind) {
    case CNX_SOURCE: {
      const auto* t = static_cast<const cnx_source*>(component.table);
      return {t->create, t->destroy, t->cancel};
    }
    case CNX_SINK: {
      const auto* t = static_cast<const cnx_sink*>(component.table);
      return {t->create, t->destroy, t->cancel};
    }
    default: {
      const auto* t = static_cast<const cnx_transform*>(component.table);
      return {t->create, t->destroy, nullptr};
    }
  }
}

}  // namespace detail

/// Names, docs and config tables.
inline Faults check_tables(const cnx_plugin& plugin) {
  Faults faults;
  if (plugin.magic != CNX_PLUGIN_MAGIC) return {"the magic is wrong"};
  if (plugin.abi_min > plugin.abi_max) faults.push_back("the ABI window is empty");
  if (view(plugin.name).empty() || view(plugin.version).empty())
    faults.push_back("the plugin has no name or no version");
  if (plugin.component_count == 0) faults.push_back("the plugin has no components");
  const char* at = reinterpret_cast<const char*>(plugin.components);
  for (std::uint32_t i = 0; i < plugin.component_count; ++i, at += plugin.component_stride) {
    const auto& component = *reinterpret_cast<const cnx_component*>(at);
    const std::string name(view(component.name));
    if (name.empty()) faults.push_back("a component has no name");
    if (view(component.doc).empty()) faults.push_back(name + " has no doc");
    std::set<std::string> seen;
    const char* key = reinterpret_cast<const char*>(component.keys);
    for (std::uint32_t k = 0; k < component.key_count; ++k, key += component.key_stride)
      detail::check_key(*reinterpret_cast<const cnx_config_key*>(key), name, seen, faults);
    if (component.extension != nullptr && component.extension("cnx.conformance.no-such-feature/1") != nullptr)
      faults.push_back(name + " offers a feature that does not exist");
  }
  return faults;
}

/// Makes and destroys instances, two at a time, cancelled before they start; and one on a host without services, which
/// must be refused with a message. `set`: what the component needs; defaults are added.
inline Faults check_lifecycle(const cnx_component& component, Pairs set) {
  Faults faults;
  const detail::Calls calls = detail::calls_of(component);
  const ConfigLiteral config(with_defaults(component.keys, component.key_count, component.key_stride, std::move(set)));
  FakeHost host;
  std::vector<void*> instances;
  for (int i = 0; i < 2; ++i) {
    void* self = nullptr;
    ErrorSlot error;
    const cnx_status status = calls.create(host.table(), &config.raw(), &self, error.slot());
    if (status != CNX_OK) faults.push_back("create failed: " + error.message);
    if ((status == CNX_OK) != (self != nullptr)) faults.push_back("create gave an instance and an error, or neither");
    if (self != nullptr) instances.push_back(self);
  }
  for (void* self : instances) {
    if (calls.cancel != nullptr) calls.cancel(self);
    calls.destroy(self);
  }
  FakeHost bare;
  for (const char* id :
       {CNX_SERVICE_LOG, CNX_SERVICE_CLOCK, CNX_SERVICE_WAIT, CNX_SERVICE_METRICS, CNX_SERVICE_PROGRESS})
    bare.lack(id);
  void* self = nullptr;
  ErrorSlot error;
  if (calls.create(bare.table(), &config.raw(), &self, error.slot()) == CNX_OK)
    calls.destroy(self);
  else if (error.message.empty())
    faults.push_back("create on a host without services fails without a message");
  return faults;
}

}  // namespace cnx::testing
