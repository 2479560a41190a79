// SPDX-License-Identifier: Apache-2.0
#include "config/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/strings.h"

namespace cnx::host::config {
namespace {

class Flattener {
 public:
  Flattener(std::string_view path, Problems& problems) : path_(path), problems_(problems) {}

  void add_map(const Node& map, const std::string& prefix) {
    for (const auto& [key, value] : map.fields) {
      if (is_good_key(key)) add(prefix + key.text, key.place, value);
    }
  }

  [[nodiscard]] Properties take() { return std::move(out_); }

 private:
  void add(const std::string& key, const Place& key_place, const Node& value) {
    switch (value.kind) {
      case Node::Kind::kMap:
        if (value.fields.empty()) {
          note(value.place, key, "an empty map sets nothing", "remove the key or fill it");
        }
        add_map(value, key + ".");
        return;
      case Node::Kind::kNull:
        note(key_place, key, "has no value", "write one, or '' for an empty text");
        return;
      case Node::Kind::kScalar:
        set(key, {value.text, key_place, value.place});
        return;
      case Node::Kind::kList:
        if (auto text = joined(key, value)) set(key, {*std::move(text), key_place, value.place});
    }
  }

  [[nodiscard]] std::optional<std::string> joined(const std::string& key, const Node& list) {
    std::string text;
    for (const Node& item : list.items) {
      if (item.kind != Node::Kind::kScalar) {
        note(item.place, key, "a list may only hold plain values", "write 'key: [a, b]'");
        return std::nullopt;
      }
      if (item.text.find(',') != std::string::npos) {
        note(item.place, key, "a list item holds a comma, which separates items",
             "write one item for each part; a comma within an item is not possible");
        return std::nullopt;
      }
      if (trim(item.text).empty()) {
        note(item.place, key, "a list item is empty", "remove it");
        return std::nullopt;
      }
      if (!text.empty()) text += ',';
      text += item.text;
    }
    return text;
  }

  void set(const std::string& key, Property property) {
    const auto [there, fresh] = out_.emplace(key, property);
    if (fresh) return;
    note(property.key_place, key, fmt::format("is set twice, first at {}", to_string(there->second.key_place)),
         "remove one of the two");
  }

  [[nodiscard]] bool is_good_key(const Node& key) {
    const std::string& text = key.text;
    const bool blank = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
    const bool dots = text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string::npos;
    if (text == "<<") {
      note(key.place, text, "merge keys are not supported", "repeat the keys, or use an alias for a whole value");
    } else if (blank || dots) {
      note(key.place, text, "is not a key", "keys are words joined by single dots, without blanks");
    } else {
      return true;
    }
    return false;
  }

  void note(const Place& place, const std::string& key, std::string_view cause, std::string_view mend) {
    problems_.add(place, path_.empty() ? key : path_ + "." + key, cause, mend);
  }

  std::string path_;
  Problems& problems_;
  Properties out_;
};

}  // namespace

Properties flatten(const Node& map, std::string_view path, Problems& problems) {
  Flattener flattener(path, problems);
  flattener.add_map(map, "");
  return flattener.take();
}

}  // namespace cnx::host::config
