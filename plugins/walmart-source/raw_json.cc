// SPDX-License-Identifier: Apache-2.0
#include "raw_json.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "json_doc.h"

namespace walmart {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// What a character outside of texts does to the depth of nesting; 2: a text begins.
constexpr std::int8_t kText = 2;
constexpr auto kNesting = [] {
  std::array<std::int8_t, 256> effects{};
  effects['{'] = effects['['] = 1;
  effects['}'] = effects[']'] = -1;
  effects['"'] = kText;
  return effects;
}();

/// A place in the text; every step stays inside it.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) { skip_blanks(); }

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  /// Steps over `c` and the blanks behind it; false when something else is here.
  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    skip_blanks();
    return true;
  }
  /// The value that begins here; the cursor is then behind it and the blanks after it.
  std::string_view take_value() {
    const std::size_t start = at_;
    if (peek() == '"') {
      skip_string();
    } else if (peek() == '{' || peek() == '[') {
      skip_nested();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    const std::string_view value = text_.substr(start, at_ - start);
    skip_blanks();
    return value;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }
  void skip_string() {
    for (std::size_t quote = text_.find('"', at_ + 1); quote != std::string_view::npos;
         quote = text_.find('"', quote + 1)) {
      // Quoted itself after an odd number of backslashes.
      std::size_t before = quote;
      while (before > at_ + 1 && text_[before - 1] == '\\') --before;
      if ((quote - before) % 2 != 0) continue;
      at_ = quote + 1;
      return;
    }
    at_ = text_.size();
  }
  void skip_nested() {
    int depth = 0;
    while (!at_end()) {
      const std::int8_t effect = kNesting[static_cast<unsigned char>(text_[at_])];
      if (effect == kText) {
        skip_string();
        continue;
      }
      ++at_;
      depth += effect;
      if (effect < 0 && depth == 0) return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Whether a key as written, with its quotes, is `name`.
bool is_name(std::string_view key, std::string_view name) {
  if (key.find('\\') == std::string_view::npos)
    return key.size() == name.size() + 2 && key.substr(1, name.size()) == name;
  const JsonDoc doc = JsonDoc::parse(key);
  return doc && text_of(doc.root()) == name;
}

}  // namespace

std::string_view raw_from_member(std::string_view object, std::string_view name) {
  Cursor cursor(object);
  if (!cursor.take('{')) return {};
  while (cursor.peek() == '"') {
    const std::string_view key = cursor.take_value();
    if (!cursor.take(':')) return {};
    if (is_name(key, name)) return cursor.rest();
    cursor.take_value();
    if (!cursor.take(',')) return {};
  }
  return {};
}

std::string_view raw_member(std::string_view object, std::string_view name) {
  return raw_value(raw_from_member(object, name));
}

std::string_view raw_value(std::string_view text) { return Cursor(text).take_value(); }

std::vector<std::string_view> raw_items(std::string_view array) {
  std::vector<std::string_view> items;
  Cursor cursor(array);
  if (!cursor.take('[') || cursor.peek() == ']') return items;
  do items.push_back(cursor.take_value());
  while (cursor.take(','));
  return items;
}

}  // namespace walmart
