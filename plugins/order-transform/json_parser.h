// SPDX-License-Identifier: Apache-2.0
//
// yyjson as this plugin uses it: in place of a copy, numbers kept as text, memory used again. See
// docs/adr/0003-yyjson-in-situ.md.
#pragma once

#include <yyjson.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json_extent.h"

namespace cnx::order_transform {

/// A parsed document. Texts and numbers of its values point into `copy`, which has the payload's offsets. The copy is
/// the parser's and goes with the next document; the payload is the caller's and stays.
struct JsonDocument {
  yyjson_val* root = nullptr;  ///< null: not JSON, and `cause` says why
  std::string_view payload;    ///< the bytes as received
  const char* copy = nullptr;
  std::string cause;

  /// A member's value as received: a view into `payload`, without the blanks around it. `next_key` is that of the
  /// member after it, which tells the end at once; null when there is none.
  [[nodiscard]] std::string_view as_received(yyjson_val* key, yyjson_val* next_key = nullptr) const {
    const std::size_t begin = value_of_key(payload, offset(key));
    const std::size_t end =
        next_key == nullptr ? end_of_value(payload, begin) : end_before_key(payload, offset(next_key));
    return payload.substr(begin, end - begin);
  }

  /// Where `text`, which may point into the copy, stands in the payload, byte by byte; nothing when it stands there
  /// otherwise (with escapes). A text from elsewhere is given back.
  [[nodiscard]] std::optional<std::string_view> in_payload(std::string_view text) const {
    const auto at = static_cast<std::size_t>(text.data() - copy);
    if (std::less<>()(text.data(), copy) || at > payload.size()) return text;
    const std::string_view same = payload.substr(at, text.size());
    if (same.size() != text.size() || std::memcmp(same.data(), text.data(), text.size()) != 0) return std::nullopt;
    return same;
  }

 private:
  [[nodiscard]] std::size_t offset(yyjson_val* key) const {
    return static_cast<std::size_t>(yyjson_get_str(key) - copy);
  }
};

/// Parses documents one after another; the values of one are gone when the next is parsed. One thread.
class JsonParser {
 public:
  /// Throws std::bad_alloc.
  [[nodiscard]] JsonDocument parse(std::string_view payload);

 private:
  /// What yyjson asks for: one block at a time, which may grow. The block of one document serves the next.
  class Memory {
   public:
    /// Lends the block anew; a big one is given back first.
    [[nodiscard]] yyjson_alc lend();

   private:
    static void* take(void* self, std::size_t size);
    static void* grow(void* self, void* block, std::size_t old_size, std::size_t size);

    struct Free {
      void operator()(void* block) const { std::free(block); }
    };
    std::unique_ptr<void, Free> block_;
    std::size_t size_ = 0;
    bool lent_ = false;
  };

  Memory memory_;
  std::vector<char> copy_;
};

}  // namespace cnx::order_transform
