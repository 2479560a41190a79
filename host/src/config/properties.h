// SPDX-License-Identifier: Apache-2.0
//
// Flat properties: what a YAML map and Kafka Connect's flat JSON both become.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"

namespace cnx::host::config {

struct Property {
  std::string value;
  Place key_place;
  Place place;              ///< of the value
  bool unresolved = false;  ///< holds a variable that was not needed and is not there
  bool is_literal = true;   ///< no variable stood in it
  /// Files that its variables were read from.
  std::vector<std::string> files{};
};

using Properties = std::map<std::string, Property, std::less<>>;

/// Joins nested maps with dots and lists of scalars with commas. `path` ("connectors.orders") stands before keys in
/// problems. Noted: a key that comes out twice, is empty or holds blanks; a value that is missing; a list that is not
/// flat; an item with a comma.
[[nodiscard]] Properties flatten(const Node& map, std::string_view path, Problems& problems);

}  // namespace cnx::host::config
