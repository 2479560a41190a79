// SPDX-License-Identifier: Apache-2.0
#include "json_check.h"

#include <new>

namespace cnx::http_sink {

std::string JsonCheck::fault(std::string_view text) {
  if (allocator_ == nullptr) throw std::bad_alloc();
  if (text.empty()) return "is no JSON: it is empty";
  yyjson_read_err error{};
  // Without YYJSON_READ_INSITU the text is only read.
  yyjson_doc* const document = yyjson_read_opts(const_cast<char*>(text.data()), text.size(), YYJSON_READ_NUMBER_AS_RAW,
                                                allocator_.get(), &error);
  if (document != nullptr) {
    yyjson_doc_free(document);
    return {};
  }
  if (error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) throw std::bad_alloc();
  return std::string("is no JSON: ") + error.msg + " at byte " + std::to_string(error.pos) + " of " +
         std::to_string(text.size());
}

}  // namespace cnx::http_sink
