// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace cnx::host::config {

struct Field;

/// A piece of a YAML or JSON document with its place. Scalars stay text: nothing is guessed into a number or a boolean.
struct Node {
  enum class Kind { kScalar, kNull, kList, kMap };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;           ///< kScalar
  std::vector<Node> items;    ///< kList
  std::vector<Field> fields;  ///< kMap: scalar keys, none twice

  /// The value of a field, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Field {
  Node key;
  Node value;
};

inline const Node* Node::find(std::string_view key) const {
  for (const Field& field : fields) {
    if (field.key.text == key) return &field.value;
  }
  return nullptr;
}

/// Bounds of a document, so that no input can eat the memory or the stack.
inline constexpr std::size_t kMostConfigBytes = 1 << 20;
inline constexpr std::size_t kMostNodes = 50'000;  // aliases count as often as they are used
inline constexpr std::size_t kMostDepth = 32;

}  // namespace cnx::host::config
