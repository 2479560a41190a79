// SPDX-License-Identifier: Apache-2.0
//
// The host's view of typed configuration tables. Validation, reference, schema, masking and flags derive from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/plugin.h"
#include "cnx/result.hpp"

namespace cnx::host::config {

enum class KeyType {
  kString = CNX_CONFIG_STRING,
  kInt = CNX_CONFIG_INT,
  kBool = CNX_CONFIG_BOOL,
  kList = CNX_CONFIG_LIST
};

/// "string", "int", "bool", "list".
[[nodiscard]] const char* name_of(KeyType type);

struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// One declared key.
struct ConfigKey {
  std::string name;  ///< dotted; `*` is one free segment, `**` (at the end, the host's own tables only) one or more
  KeyType type = KeyType::kString;
  bool required = false;
  bool secret = false;
  std::optional<std::string> default_value;
  std::string unit;
  std::optional<Range> range;       ///< kInt
  std::vector<std::string> one_of;  ///< empty: any
  std::string doc;
  std::string since;
  std::string flag;  ///< "-H,--hours"; empty: none

  [[nodiscard]] bool is_pattern() const { return name.find('*') != std::string::npos; }
};

using ConfigTable = std::vector<ConfigKey>;

/// Copies a component's table, heeding its stride and each key's struct_size. CONFIG error: the table is broken (a name
/// missing or twice, a default that its own type refuses, a type of a newer ABI); names component and key.
[[nodiscard]] Result<ConfigTable> table_of(const cnx_component& component);

/// Does `name` fit the key's name, wildcards heeded? `bound`: the text of the first `*`, when asked for.
[[nodiscard]] bool fits(const ConfigKey& key, std::string_view name, std::string* bound = nullptr);

/// The key that declares `name`, the most exact one; nullptr: none.
[[nodiscard]] const ConfigKey* find_key(const ConfigTable& table, std::string_view name);

/// What is wrong with a value, and the mend.
struct ValueFault {
  std::string cause;
  std::string mend;
};

/// `text` in the canonical form of the key's type, or what is wrong with it (a secret's text is not quoted).
struct Canonical {
  std::string text;
  std::optional<ValueFault> fault;
};
[[nodiscard]] Canonical canonical(const ConfigKey& key, std::string_view text);

}  // namespace cnx::host::config
