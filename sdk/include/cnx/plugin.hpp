// SPDX-License-Identifier: Apache-2.0
//
// Makes a plugin of component classes:
//   CNX_PLUGIN("mysql-sink", "0.1.0", cnx::sink<MysqlSink>())
#pragma once

#include <iterator>

#include "cnx/detail/feature_tables.hpp"
#include "cnx/detail/mark_table.hpp"
#include "cnx/detail/trampolines.hpp"

namespace cnx {
namespace detail {

template <class T>
cnx_status validate(const cnx_config* config, const cnx_findings* findings, cnx_error* error) {
  return guarded(error, [&]() -> Status {
    if constexpr (requires(Findings& f) { T::validate(Config(), f); }) {
      Findings found(*findings);
      T::validate(Config(*config), found);
    }
    return {};
  });
}

template <class T>
const void* extension(const char* id) {
  const std::string_view name(id);
  if constexpr (std::is_base_of_v<OffsetSink, T>)
    if (name == CNX_EXT_SINK_OFFSETS) return &OffsetTable<T>::table;
  if constexpr (std::is_base_of_v<MarkSink, T>)
    if (name == CNX_EXT_SINK_MARKS) return &MarkTable<T>::table;
  const void* table = feature<T>(name);
  if (table != nullptr) return table;
  if constexpr (requires { T::extension(name); }) silenced([&] { table = T::extension(name); });
  return table;
}

template <class T>
constexpr cnx_component component(cnx_component_kind kind, const void* table) {
  return {sizeof(cnx_component), kind,  str(T::kName), str(T::kDoc), sizeof(Key), std::size(T::kKeys),
          std::data(T::kKeys),   table, &validate<T>,  &extension<T>};
}

}  // namespace detail

template <class T>
constexpr cnx_component source() {
  return detail::component<T>(CNX_SOURCE, &detail::SourceTable<T>::table);
}
template <class T>
constexpr cnx_component transform() {
  return detail::component<T>(CNX_TRANSFORM, &detail::TransformTable<T>::table);
}
template <class T>
constexpr cnx_component sink() {
  return detail::component<T>(CNX_SINK, &detail::SinkTable<T>::table);
}

}  // namespace cnx

/// Defines the one exported symbol. Use once per plugin, at namespace scope.
#define CNX_PLUGIN(plugin_name, plugin_version, ...)                                                                  \
  static constexpr cnx_component cnx_plugin_components[] = {__VA_ARGS__};                                             \
  extern "C" __attribute__((visibility("default"))) const cnx_plugin cnx_plugin_v1;                                   \
  extern "C" const cnx_plugin cnx_plugin_v1 = {                                                                       \
      sizeof(cnx_plugin),    CNX_PLUGIN_MAGIC,         CNX_ABI_1_0,           CNX_ABI_CURRENT / 1000u * 1000u + 999u, \
      cnx::str(plugin_name), cnx::str(plugin_version), sizeof(cnx_component), std::size(cnx_plugin_components),       \
      cnx_plugin_components};
