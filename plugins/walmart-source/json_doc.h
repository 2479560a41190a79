// SPDX-License-Identifier: Apache-2.0
//
// Owner of a yyjson document, and the few readings that this plugin needs.
#pragma once

#include <yyjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace walmart {

/// Memory that one document after the other is parsed in: pages of half a megabyte would else ask the system for theirs
/// each time. Outlives the document that uses it; one at a time.
class JsonMemory {
 public:
  /// A longer text gets memory of its own, so that little is kept.
  static constexpr std::size_t kMostText = 1U << 20U;

  JsonMemory() : allocator_(yyjson_alc_dyn_new()) {}
  /// NULL: the heap.
  [[nodiscard]] const yyjson_alc* for_text(std::size_t bytes) const {
    return bytes <= kMostText ? allocator_.get() : nullptr;
  }

 private:
  struct Free {
    void operator()(yyjson_alc* allocator) const { yyjson_alc_dyn_free(allocator); }
  };
  std::unique_ptr<yyjson_alc, Free> allocator_;
};

/// A parsed document; values live as long as it. Invalid Unicode inside strings is let through: the bytes of an order
/// are judged by who reads them. A number that neither 64 bits nor a double hold is a raw value.
class JsonDoc {
 public:
  [[nodiscard]] static JsonDoc parse(std::string_view text, const JsonMemory* memory = nullptr);

  /// False when the text was no JSON; error() tells why and where.
  explicit operator bool() const { return doc_ != nullptr; }
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] yyjson_val* root() const { return yyjson_doc_get_root(doc_.get()); }
  /// Member of the root; NULL when there is none. NULL is passed on by all yyjson readers.
  [[nodiscard]] yyjson_val* get(const char* name) const { return yyjson_obj_get(root(), name); }
  /// Where the first byte of a string of the document, behind its quote, probably stands in the text that was parsed:
  /// yyjson 0.10 reads a copy of the text in place, which other versions need not do. To be checked.
  [[nodiscard]] std::size_t place_of(yyjson_val* string) const {
    return reinterpret_cast<std::uintptr_t>(yyjson_get_str(string)) - reinterpret_cast<std::uintptr_t>(doc_->str_pool);
  }

 private:
  struct Free {
    void operator()(yyjson_doc* doc) const { yyjson_doc_free(doc); }
  };
  std::unique_ptr<yyjson_doc, Free> doc_;
  std::string error_;
};

/// The text of a string; empty for anything else.
[[nodiscard]] std::string_view text_of(yyjson_val* value);
/// A whole number, also when it is written as a string; empty for anything else.
[[nodiscard]] std::optional<std::int64_t> integer_of(yyjson_val* value);
/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace walmart
