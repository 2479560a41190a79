// SPDX-License-Identifier: Apache-2.0
//
// Made-up orders, and what can be wrong with them. For tests and benchmarks only.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "json_node_test_support.h"

namespace cnx::order_transform::test {

/// The same seed gives the same documents.
class OrderCorpus {
 public:
  explicit OrderCorpus(std::uint64_t seed) : random_(seed) {}

  /// A good order of `lines` lines as the API gives them.
  Node order(std::size_t lines);
  /// One, some or no orders in any form of document; `oddities` changes somewhere in it. Most come out good with 0.
  Node document(std::size_t oddities);
  /// JSON. Half of the documents have escapes here and there and the others none: what needs one is a '_' in those.
  /// Most have blanks between their tokens.
  std::string write(const Node& node);
  /// `bytes` of a text changed, lost or doubled.
  std::string damaged(std::string text, std::size_t bytes);
  /// Changes one place of a tree: another value, a member lost or doubled, an object in place of a list.
  void make_odd(Node& root);

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

 private:
  Node line(std::size_t number);
  Node charge();
  Node status();
  Node object(std::vector<std::pair<std::string, Node>> members);
  Node section(std::vector<std::pair<std::string, Node>> members);
  std::string pick(std::initializer_list<const char*> choices) { return choices.begin()[below(choices.size())]; }
  std::string digits(std::size_t count);
  std::string amount() { return std::to_string(below(10000)) + pick({"", ".5", ".25", ".990"}); }
  std::string epoch_ms() { return "17" + digits(11); }
  Node odd_value();
  void write_to(const Node& node, std::string& out);
  void write_text(const std::string& text, std::string& out);
  void blank(std::string& out);

  std::mt19937_64 random_;
  // Of the document that is written.
  bool has_escapes_ = true;
  bool has_blanks_ = true;
};

}  // namespace cnx::order_transform::test
