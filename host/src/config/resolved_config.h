// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.h"

namespace cnx::host::config {

/// A validated value in canonical form.
struct ResolvedValue {
  std::string value;
  Place place;
  bool secret = false;
  bool is_default = false;  ///< not written anywhere: the table's default
  bool unresolved = false;  ///< a variable without a value was allowed to stay
};

/// A section (the worker, a connector) after validation: every key known and well typed, defaults filled in.
class ResolvedConfig {
 public:
  std::string name;  ///< of the section
  std::string path;  ///< "worker" or "connectors.NAME"
  Place place;       ///< where the section begins
  std::map<std::string, ResolvedValue, std::less<>> values;

  [[nodiscard]] const ResolvedValue* find(std::string_view key) const;
  /// "" when it is not set and has no default.
  [[nodiscard]] const std::string& text(std::string_view key) const;
  /// Only for keys of those types; 0, false and empty when not set.
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key) const { return text(key) == "true"; }
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;
  /// Names and values below a prefix ("consumer.override."), the prefix cut off; only what was set.
  [[nodiscard]] std::map<std::string, std::string> below(std::string_view prefix) const;
  /// Place of a value, else of the section.
  [[nodiscard]] const Place& place_of(std::string_view key) const;
};

/// What one component gets to see of a section: its own keys, its prefix cut off. Text for cnx_config.
using ComponentValues = std::vector<std::pair<std::string, std::string>>;

/// "key = value" lines for people, sorted; secrets as ****, defaults marked.
[[nodiscard]] std::string masked_view(const ResolvedConfig& config);

/// What was set, without defaults, and `name`; secrets as ****.
[[nodiscard]] std::map<std::string, std::string> masked_values(const ResolvedConfig& config);

/// 16 hex digits that change when a value that is no secret changes. Not for security.
[[nodiscard]] std::string config_hash(const ResolvedConfig& config);

}  // namespace cnx::host::config
