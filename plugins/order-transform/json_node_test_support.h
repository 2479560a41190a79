// SPDX-License-Identifier: Apache-2.0
//
// A JSON tree that keeps what others lose: digits of numbers, order of members, keys given twice. For tests only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnx::order_transform::test {

struct Node {
  enum class Kind { kNull, kBoolean, kNumber, kText, kList, kObject };
  Kind kind = Kind::kNull;
  std::string text;                                   ///< kText: its characters; kNumber, kBoolean: as written
  std::vector<Node> items;                            ///< kList
  std::vector<std::pair<std::string, Node>> members;  ///< kObject

  // Defined behind the class: clang looks into a pair of an incomplete type otherwise.
  Node();
  Node(Kind kind_, std::string text_);
  static Node null();
  static Node of_text(std::string value);
  static Node of_number(std::string digits);
  static Node of_boolean(bool value);
  static Node of_list(std::vector<Node> values);
  static Node of_object(std::vector<std::pair<std::string, Node>> values);

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  /// JSON in one form only: equal trees give equal text.
  [[nodiscard]] std::string dump() const;
};

/// By nlohmann-json; nothing when it is not JSON. `beyond_double` becomes true when it stopped at a number that a
/// double does not hold: that is its own limit, not JSON's.
std::optional<Node> parse_json(std::string_view text, bool* beyond_double = nullptr);

}  // namespace cnx::order_transform::test
