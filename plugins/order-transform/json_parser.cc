// SPDX-License-Identifier: Apache-2.0
#include "json_parser.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "key_index.h"

namespace cnx::order_transform {
namespace {

constexpr yyjson_read_flag kFlags = YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW;

/// Blocks up to this size are kept: yyjson has 16 bytes a value, an order has about 100 values.
constexpr std::size_t kKeptBytes = 1024 * 1024;
// For yyjson, and for look-ups of keys that stand at the very end.
constexpr std::size_t kPadding = std::max<std::size_t>(YYJSON_PADDING_SIZE, kReadableBytes);

std::string describe(const yyjson_read_err& error, std::size_t size) {
  return std::string("not JSON: ") + error.msg + " at byte " + std::to_string(error.pos) + " of " +
         std::to_string(size);
}

}  // namespace

void JsonParser::Memory::begin() {
  if (size_ <= kKeptBytes) return;
  block_.reset();
  size_ = 0;
}

yyjson_alc JsonParser::Memory::lend() {
  lent_ = false;
  // The document is never freed by itself: its block is used again.
  return {&take, &grow, [](void* self, void*) { static_cast<Memory*>(self)->lent_ = false; }, this};
}

void* JsonParser::Memory::take(void* self, std::size_t size) {
  auto& memory = *static_cast<Memory*>(self);
  // In place, yyjson needs one block at a time. Should that change, it is told that there is no memory.
  if (memory.lent_) return nullptr;
  memory.lent_ = true;
  return grow(self, memory.block_.get(), memory.size_, size);
}

void* JsonParser::Memory::grow(void* self, void*, std::size_t, std::size_t size) {
  auto& memory = *static_cast<Memory*>(self);
  if (size <= memory.size_) return memory.block_.get();
  void* const grown = std::realloc(memory.block_.get(), size);
  if (grown == nullptr) return nullptr;
  static_cast<void>(memory.block_.release());
  memory.block_.reset(grown);
  memory.size_ = size;
  return grown;
}

JsonDocument JsonParser::parse(std::string_view payload) {
  JsonDocument document;
  document.payload = payload;
  memory_.begin();
  if (copy_.size() > kKeptBytes) std::vector<char>().swap(copy_);
  if (payload.empty()) {
    document.cause = "not JSON: an empty value";
    return document;
  }
  if (copy_.size() < payload.size() + kPadding) copy_.resize(payload.size() + kPadding);
  char* const copy = copy_.data();
  document.copy = copy;
  std::memcpy(copy, payload.data(), payload.size());
  std::memset(copy + payload.size(), 0, kPadding);
  const yyjson_alc allocator = memory_.lend();
  yyjson_read_err error{};
  if (yyjson_doc* parsed = yyjson_read_opts(copy, payload.size(), kFlags, &allocator, &error))
    document.root = yyjson_doc_get_root(parsed);
  else if (error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
    throw std::bad_alloc();
  else
    document.cause = describe(error, payload.size());
  return document;
}

}  // namespace cnx::order_transform
