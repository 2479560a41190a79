// SPDX-License-Identifier: Apache-2.0
//
// yyjson, wrapped: numbers stay the digits that they are.
#pragma once

#include <yyjson.h>

#include <memory>
#include <string>
#include <string_view>

namespace cnx::std_transforms {

/// Parses one document at a time; what a document gives lives until the next one. One thread.
class JsonReader {
 public:
  /// The root; nullptr: it is no JSON, and `fault` says why and where.
  [[nodiscard]] yyjson_val* parse(std::string_view document, std::string& fault);
  /// A value as JSON text, numbers digit by digit; lives until the next call. Throws std::bad_alloc.
  [[nodiscard]] std::string_view text_of(yyjson_val* value);

 private:
  struct FreeAllocator {
    void operator()(yyjson_alc* allocator) const { yyjson_alc_dyn_free(allocator); }
  };
  struct FreeDocument {
    void operator()(yyjson_doc* document) const { yyjson_doc_free(document); }
  };
  struct Free {
    yyjson_alc* allocator;
    void operator()(char* text) const { allocator->free(allocator->ctx, text); }
  };

  // Keeps its memory, so that most documents need none of the system's.
  const std::unique_ptr<yyjson_alc, FreeAllocator> allocator_{yyjson_alc_dyn_new()};
  std::unique_ptr<yyjson_doc, FreeDocument> document_;
  std::unique_ptr<char, Free> text_{nullptr, Free{nullptr}};
};

/// "an object", "a text" …, for messages.
[[nodiscard]] const char* kind_of(yyjson_val* value);

}  // namespace cnx::std_transforms
