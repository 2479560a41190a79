// SPDX-License-Identifier: Apache-2.0
//
// Tables for people and tools: everything that is said about a key comes from its declaration.
#pragma once

#include <string>

#include "config/config_key.h"

namespace cnx::host::config {

/// What is described. Borrowed during the call.
struct Described {
  std::string name;     ///< "mysql-sink"
  std::string kind;     ///< "sink"
  std::string version;  ///< may be empty
  std::string doc;      ///< may be empty
  const ConfigTable& table;
};

/// For `connect-host plugins NAME`: lines of at most 120 columns where words allow it.
[[nodiscard]] std::string render_text(const Described& component);
/// A section of the config reference: a heading and a table.
[[nodiscard]] std::string render_markdown(const Described& component);
/// For `plugins NAME --json`: {name, kind, version, doc, keys: [{name, type, required, …}]}.
[[nodiscard]] std::string render_json(const Described& component);
/// JSON Schema (2020-12) of the flat form, as Kafka Connect's JSON has it; numbers and booleans may be text, and any
/// value may hold a variable.
[[nodiscard]] std::string render_json_schema(const Described& component);

}  // namespace cnx::host::config
