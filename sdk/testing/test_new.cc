// SPDX-License-Identifier: Apache-2.0
//
// In a file of its own: inlined into their callers these functions look mismatched to the compiler.
#include "test_new.h"

#include <cstdint>
#include <cstdlib>
#include <new>

// With a sanitizer's operators at hand it finds free() mismatched even so.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace {
thread_local std::size_t calls = 0;
thread_local std::size_t last = SIZE_MAX;
}  // namespace

namespace cnx::testing {
std::size_t new_count() { return calls; }
NewFailsAfter::NewFailsAfter(std::size_t more) { last = calls + more; }
NewFailsAfter::~NewFailsAfter() { last = SIZE_MAX; }
}  // namespace cnx::testing

void* operator new(std::size_t bytes) {
  if (calls < last) {
    ++calls;
    if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  }
  throw std::bad_alloc();
}
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
