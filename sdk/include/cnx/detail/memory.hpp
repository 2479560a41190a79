// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace cnx::detail {

/// Memory for the bytes of a batch, which stay where they are and go back to the heap with it. Grows by blocks: from
/// one record to many of them. One thread. Not std::pmr::monotonic_buffer_resource, whose blocks grow without a bound,
/// and which libc++ has only since LLVM 16.
class Memory {
 public:
  /// `alignment` at most that of std::max_align_t. Throws std::bad_alloc.
  [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment) {
    // Has a block of its own, so that little of the others is left unused.
    if (size > kMostBlock / 4) return add_block(size);
    if (void* const at = std::align(alignment, size, free_, left_)) return take(at, size);
    const std::size_t bytes = std::max(size, next_block_);
    free_ = add_block(bytes);
    left_ = bytes;
    next_block_ = std::min(2 * next_block_, kMostBlock);
    return take(free_, size);
  }

 private:
  // Below the 128 KiB from which on glibc maps memory for each allocation, unless it has learned a larger bound.
  static constexpr std::size_t kFirstBlock = 4096, kMostBlock = 65536;

  void* add_block(std::size_t bytes) {
    // Not made by make_unique(), which would write over it once more.
    std::unique_ptr<char[]> block(new char[bytes]);
    return blocks_.emplace_back(std::move(block)).get();
  }
  void* take(void* at, std::size_t size) {
    free_ = static_cast<char*>(at) + size;
    left_ -= size;
    return at;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  void* free_ = nullptr;  ///< of the last block that is filled bit by bit
  std::size_t left_ = 0;
  std::size_t next_block_ = kFirstBlock;
};

}  // namespace cnx::detail
