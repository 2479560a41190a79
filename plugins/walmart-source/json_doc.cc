// SPDX-License-Identifier: Apache-2.0
#include "json_doc.h"

#include <fmt/format.h>

#include "times.h"

namespace walmart {

JsonDoc JsonDoc::parse(std::string_view text, const JsonMemory* memory) {
  JsonDoc made;
  yyjson_read_err error{};
  // A number beyond double in one order must not make the whole page unreadable.
  constexpr yyjson_read_flag kFlags = YYJSON_READ_ALLOW_INVALID_UNICODE | YYJSON_READ_BIGNUM_AS_RAW;
  const yyjson_alc* allocator = memory == nullptr ? nullptr : memory->for_text(text.size());
  // Without YYJSON_READ_INSITU the text is not written to, which the const_cast cannot say.
  made.doc_.reset(yyjson_read_opts(const_cast<char*>(text.data()), text.size(), kFlags, allocator, &error));
  if (!made.doc_) made.error_ = fmt::format("{} at byte {}", error.msg == nullptr ? "no JSON" : error.msg, error.pos);
  return made;
}

std::string_view text_of(yyjson_val* value) {
  return yyjson_is_str(value) ? std::string_view(yyjson_get_str(value), yyjson_get_len(value)) : std::string_view{};
}

std::optional<std::int64_t> integer_of(yyjson_val* value) {
  if (yyjson_is_str(value)) return parse_integer(text_of(value));
  if (!yyjson_is_int(value) || (yyjson_is_uint(value) && yyjson_get_uint(value) > INT64_MAX)) return std::nullopt;
  return yyjson_get_sint(value);
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace walmart
