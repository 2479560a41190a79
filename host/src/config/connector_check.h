// SPDX-License-Identifier: Apache-2.0
//
// From a connector's or the worker's section to a validated configuration: which plugins it names, which tables hold,
// and the rules between keys. The app looks the plugins up in between.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/host_keys.h"
#include "config/validate.h"

namespace cnx::host::config {

/// The plugins that a connector's section names.
struct PluginNames {
  struct Transform {
    std::string name;  ///< "flatten"
    std::string type;  ///< "order-transform"
    Place place;       ///< of the type
  };
  std::string connector_class;
  Place place;  ///< of the class
  std::vector<Transform> transforms;
};
/// Notes transforms without a type (validate_connector does not say it again). A missing class is left empty: without
/// the plugin no table can be checked, so the caller says it.
[[nodiscard]] PluginNames plugin_names(const Section& section, Problems& problems);

/// The tables of those plugins. Borrowed; they must outlive what is made from them.
struct ConnectorTables {
  struct Transform {
    std::string name;
    std::string type;
    const ConfigTable* table;
  };
  ConnectorKind kind;
  std::string connector_class;
  const ConfigTable* table;
  std::vector<Transform> transforms;

  /// The component's own view, for values_for().
  [[nodiscard]] TableUse connector_use() const;
  [[nodiscard]] TableUse transform_use(std::size_t index) const;
};

/// Everything that can be told without the outside: tables, and the rules between keys.
[[nodiscard]] ResolvedConfig validate_connector(const Section& section, const ConnectorTables& tables,
                                                Problems& problems);
[[nodiscard]] ResolvedConfig validate_worker(const Section& worker, bool needs_broker, Problems& problems);

}  // namespace cnx::host::config
