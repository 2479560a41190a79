// SPDX-License-Identifier: Apache-2.0
#include "json_node_test_support.h"

#include <nlohmann/json.hpp>

namespace cnx::order_transform::test {
namespace {

/// Builds the tree from nlohmann's events: its own tree would keep neither digits nor keys given twice.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put(Node::null()); }
  bool boolean(bool value) override { return put(Node::of_boolean(value)); }
  bool number_integer(number_integer_t value) override { return put(Node::of_number(std::to_string(value))); }
  bool number_unsigned(number_unsigned_t value) override { return put(Node::of_number(std::to_string(value))); }
  bool number_float(number_float_t, const string_t& written) override { return put(Node::of_number(written)); }
  bool string(string_t& value) override { return put(Node::of_text(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::of_object({})); }
  bool start_array(std::size_t) override { return open(Node::of_list({})); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    open_.back().key = value;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;  // https://json.nlohmann.me/home/exceptions
    beyond_double_ = error.id == kNumberOverflow;
    return false;
  }
  [[nodiscard]] bool beyond_double() const { return beyond_double_; }

  [[nodiscard]] Node take() { return std::move(root_); }

 private:
  struct Open {
    Node node;
    std::string key;
  };
  bool put(Node node) {
    if (open_.empty())
      root_ = std::move(node);
    else if (open_.back().node.is(Node::Kind::kList))
      open_.back().node.items.push_back(std::move(node));
    else
      open_.back().node.members.emplace_back(open_.back().key, std::move(node));
    return true;
  }
  bool open(Node node) {
    open_.push_back({std::move(node), {}});
    return true;
  }
  bool close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    return put(std::move(node));
  }

  Node root_;
  std::vector<Open> open_;
  bool beyond_double_ = false;
};

}  // namespace

Node::Node() = default;
Node::Node(Kind kind_, std::string text_) : kind(kind_), text(std::move(text_)) {}

Node Node::null() { return {}; }
Node Node::of_text(std::string value) { return {Kind::kText, std::move(value)}; }
Node Node::of_number(std::string digits) { return {Kind::kNumber, std::move(digits)}; }
Node Node::of_boolean(bool value) { return {Kind::kBoolean, value ? "true" : "false"}; }
Node Node::of_list(std::vector<Node> values) {
  Node made(Kind::kList, {});
  made.items = std::move(values);
  return made;
}
Node Node::of_object(std::vector<std::pair<std::string, Node>> values) {
  Node made(Kind::kObject, {});
  made.members = std::move(values);
  return made;
}

std::string Node::dump() const {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
    case Kind::kNumber:
      return text;
    case Kind::kText:
      return nlohmann::json(text).dump();
    case Kind::kList:
    case Kind::kObject:
      break;
  }
  std::string out(kind == Kind::kList ? "[" : "{");
  for (const auto& item : items) out.append(out.size() > 1 ? "," : "").append(item.dump());
  for (const auto& [key, value] : members)
    out.append(out.size() > 1 ? "," : "").append(nlohmann::json(key).dump()).append(":").append(value.dump());
  return out.append(kind == Kind::kList ? "]" : "}");
}

std::optional<Node> parse_json(std::string_view text, bool* beyond_double) {
  TreeBuilder builder;
  // nlohmann skips a byte order mark and ends at a NUL, neither of which JSON has.
  const bool good = !text.starts_with("\xEF\xBB\xBF") && text.find('\0') == std::string_view::npos &&
                    nlohmann::json::sax_parse(text, &builder);
  if (beyond_double != nullptr) *beyond_double = builder.beyond_double();
  return good ? std::optional(builder.take()) : std::nullopt;
}

}  // namespace cnx::order_transform::test
