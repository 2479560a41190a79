// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/node.h"

namespace cnx::host::config {

/// Makes a Node tree out of a parser's events and keeps its rules: the bounds of node.h, scalar keys, no key twice.
/// After add… has returned false a problem is noted and the parser should stop. Not thread-safe.
class NodeBuilder {
 public:
  explicit NodeBuilder(Problems& problems) : problems_(problems) {}

  /// Events in document order; in a map, keys and values alternate. `anchor` 0: none.
  [[nodiscard]] bool add_scalar(Place place, std::string text, std::size_t anchor = 0);
  [[nodiscard]] bool add_null(Place place, std::size_t anchor = 0);
  [[nodiscard]] bool open(Node::Kind kind, Place place, std::size_t anchor = 0);
  [[nodiscard]] bool close();
  /// A copy of the node that was anchored as `anchor`; one that is still open would contain itself.
  [[nodiscard]] bool add_alias(Place place, std::size_t anchor);

  /// The whole document; kNull when there was none.
  [[nodiscard]] Node& root() { return root_; }

 private:
  struct Open {
    Node node;
    std::size_t anchor;
    std::size_t first_count;  // nodes made before this one
    std::size_t depth_below;  // levels under this one
    bool has_key = false;
    Node key;
    std::unordered_map<std::string, Place> seen;
  };
  struct Anchored {
    Node node;
    std::size_t count;
    std::size_t depth;  // levels, itself included
  };

  [[nodiscard]] bool count_nodes(const Place& place, std::size_t more);
  [[nodiscard]] bool attach(Node node, std::size_t depth);
  [[nodiscard]] bool take_key(Open& map, Node key);

  Problems& problems_;
  Node root_;
  std::vector<Open> open_;
  std::unordered_map<std::size_t, Anchored> anchored_;
  std::size_t count_ = 0;
};

}  // namespace cnx::host::config
