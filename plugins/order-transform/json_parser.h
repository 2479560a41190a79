// SPDX-License-Identifier: Apache-2.0
//
// JSON by yyjson, in place of a copy: numbers kept as text, memory used again. See docs/adr/0003-yyjson-in-situ.md.
#pragma once

#include <yyjson.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
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

  /// Where a text or number of this document stands in the payload, byte by byte; null when it stands there otherwise
  /// (with escapes).
  [[nodiscard]] const char* in_payload(yyjson_val* value) const {
    const char* const text = unsafe_yyjson_get_raw(value);
    const std::size_t size = unsafe_yyjson_get_len(value);
    const char* const same = payload.data() + (text - copy);
    const bool found = yyjson_is_raw(value) || has_no_escapes(value, same + size) || std::memcmp(same, text, size) == 0;
    return found ? same : nullptr;
  }

 private:
  // The flag is about the text as read: nothing in it would have to be escaped. An escape makes a text shorter than it
  // was written, so when the written one ends at the same place (its quote is none of the text's own) it had none.
  [[nodiscard]] static bool has_no_escapes(yyjson_val* text, const char* end_in_payload) {
    return unsafe_yyjson_get_subtype(text) == YYJSON_SUBTYPE_NOESC && *end_in_payload == '"';
  }
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
    /// To be called for each document: gives back a big block.
    void begin();
    /// Lends the block to yyjson.
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
