// SPDX-License-Identifier: Apache-2.0
#include "plain_tokens.h"

#include <algorithm>

namespace cnx::order_transform {

bool PlainTokens::has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// A text, number or word.
inline Place PlainTokens::leaf(Place place) const {
  switch (*place.at) {
    case '"':
      static_cast<void>(text(place));
      return place;
    case 'n':
      return word(place, "null");
    case 't':
      return word(place, "true");
    case 'f':
      return word(place, "false");
    default:
      return {number(place.at), place.quote};
  }
}

Place PlainTokens::skip(Place place) const {
  std::uint64_t objects = 0;  // a bit for each open container, the innermost lowest: it is an object
  unsigned depth = 0;
  const auto skip_key = [&] {
    static_cast<void>(member(place));
    return place.at != nullptr;
  };
  for (;;) {  // at a value
    const char first = *place.at;
    if (first == '{' || first == '[') {
      if (depth++ == kDeepest) return {};
      objects = objects << 1 | (first == '{' ? 1 : 0);
      const char next = look_behind(place);
      if (next != first + 2) {  // in ASCII both kinds of brackets are two apart
        if (first == '{' && !skip_key()) return {};
        continue;
      }
    } else {
      place = leaf(place);
      if (place.at == nullptr || depth == 0) return place;
    }
    for (;;) {  // behind a value, or at the end of an empty container
      const char c = look(place);
      const bool in_object = (objects & 1) != 0;
      if (c == ',') {
        look_behind(place);
        if (in_object && !skip_key()) return {};
        break;
      }
      if (c != (in_object ? '}' : ']') || is_last(place)) return {};
      ++place.at;
      objects >>= 1;
      if (--depth == 0) return place;
    }
  }
}

}  // namespace cnx::order_transform
