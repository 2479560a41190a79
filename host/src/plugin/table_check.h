// SPDX-License-Identifier: Apache-2.0
//
// Checks of a plugin's C tables. Private to this module.
#pragma once

#include <string>

#include "cnx/abi/plugin.h"

namespace cnx::host::plugin {

/// What is wrong with a component's tables ("has a NULL write"), or "" when they are whole. Reads nothing that a
/// table's struct_size does not cover.
[[nodiscard]] std::string table_fault(const cnx_component& component);

/// The same for the optional features of this host that the component offers.
[[nodiscard]] std::string feature_fault(const cnx_component& component);

/// Names are typed by people and stand in paths, metrics and messages: letters, digits, '.', '_' and '-'.
[[nodiscard]] bool is_good_name(cnx_str name);

}  // namespace cnx::host::plugin
