// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "config/config_key.h"
#include "config/raw_config.h"
#include "config/resolved_config.h"

namespace cnx::host::config {

/// A table that holds in a section.
struct TableUse {
  std::string owner;         ///< "mysql-sink", "connect-host": for messages
  std::string prefix;        ///< "" or "transforms.flatten."
  const ConfigTable* table;  ///< borrowed
};

/// A key that is not known here but elsewhere: what to say about it.
struct Elsewhere {
  const ConfigTable* table;  ///< borrowed
  std::string mend;          ///< "it belongs under 'worker:'"
};

/// Checks a section (variables resolved) against the tables and fills in defaults. When two tables declare a key the
/// earlier one rules. Secret values go into the process's secrets() first of all. All problems are noted; what is good
/// is in the result even then.
[[nodiscard]] ResolvedConfig validate(const Section& section, std::span<const TableUse> tables,
                                      std::span<const Elsewhere> elsewhere, Problems& problems);

/// The values of one table's owner.
[[nodiscard]] ComponentValues values_for(const ResolvedConfig& config, const TableUse& use);

}  // namespace cnx::host::config
