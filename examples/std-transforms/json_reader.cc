// SPDX-License-Identifier: Apache-2.0
#include "json_reader.h"

#include <new>

namespace cnx::std_transforms {

yyjson_val* JsonReader::parse(std::string_view document, std::string& fault) {
  if (allocator_ == nullptr) throw std::bad_alloc();
  document_.reset();
  if (document.empty()) {
    fault = "is no JSON: it is empty";
    return nullptr;
  }
  yyjson_read_err error{};
  // Without YYJSON_READ_INSITU the text is only read.
  document_.reset(yyjson_read_opts(const_cast<char*>(document.data()), document.size(), YYJSON_READ_NUMBER_AS_RAW,
                                   allocator_.get(), &error));
  if (document_ != nullptr) return yyjson_doc_get_root(document_.get());
  if (error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) throw std::bad_alloc();
  fault = std::string("is no JSON: ") + error.msg + " at byte " + std::to_string(error.pos) + " of " +
          std::to_string(document.size());
  return nullptr;
}

std::string_view JsonReader::text_of(yyjson_val* value) {
  std::size_t size = 0;
  text_ = {yyjson_val_write_opts(value, YYJSON_WRITE_NOFLAG, allocator_.get(), &size, nullptr), Free{allocator_.get()}};
  // What was read can be written; only memory can be missing.
  if (text_ == nullptr) throw std::bad_alloc();
  return {text_.get(), size};
}

const char* kind_of(yyjson_val* value) {
  switch (yyjson_get_type(value)) {
    case YYJSON_TYPE_OBJ:
      return "an object";
    case YYJSON_TYPE_ARR:
      return "an array";
    case YYJSON_TYPE_STR:
      return "a text";
    case YYJSON_TYPE_RAW:
      return "a number";
    case YYJSON_TYPE_BOOL:
      return "a boolean";
    default:
      return "null";
  }
}

}  // namespace cnx::std_transforms
