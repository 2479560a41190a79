// SPDX-License-Identifier: Apache-2.0
#include "json_extent.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace cnx::order_transform {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Offset one past the closing quote of the string whose inside contains `at`.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (; at < json.size(); ++at) {
    if (json[at] == '"') return at + 1;
    if (json[at] == '\\') ++at;
  }
  return json.size();
}

enum class Mark : std::uint8_t { kOther, kOpen, kClose, kQuote };

constexpr std::array<Mark, 256> marks() {
  std::array<Mark, 256> made{};
  made['{'] = made['['] = Mark::kOpen;
  made['}'] = made[']'] = Mark::kClose;
  made['"'] = Mark::kQuote;
  return made;
}
constexpr std::array<Mark, 256> kMarks = marks();

std::size_t end_of_container(std::string_view json, std::size_t at) {
  for (std::size_t depth = 0; at < json.size();) {
    switch (kMarks[static_cast<unsigned char>(json[at++])]) {
      case Mark::kOther:
        break;
      case Mark::kOpen:
        ++depth;
        break;
      case Mark::kQuote:
        at = end_of_string(json, at);
        break;
      case Mark::kClose:
        if (--depth == 0) return at;
        break;
    }
  }
  return json.size();
}

}  // namespace

std::size_t skip_blanks(std::string_view json, std::size_t at) {
  while (at < json.size() && is_blank(json[at])) ++at;
  return std::min(at, json.size());
}

std::size_t end_of_value(std::string_view json, std::size_t at) {
  if (at >= json.size()) return json.size();
  if (json[at] == '"') return end_of_string(json, at + 1);
  if (json[at] == '{' || json[at] == '[') return end_of_container(json, at);
  while (at < json.size() && !is_blank(json[at]) && json[at] != ',' && json[at] != '}' && json[at] != ']') ++at;
  return at;
}

std::size_t value_of_key(std::string_view json, std::size_t key) {
  const std::size_t colon = skip_blanks(json, end_of_string(json, key));
  return skip_blanks(json, colon + 1);
}

std::size_t end_before_key(std::string_view json, std::size_t key) {
  // Backwards over the quote, the comma and the blanks around it.
  std::size_t at = std::min(key, json.size());
  while (at > 0 && (is_blank(json[at - 1]) || json[at - 1] == ',' || at == key)) --at;
  return at;
}

}  // namespace cnx::order_transform
