// SPDX-License-Identifier: Apache-2.0
//
// In a file of its own: inlined into their callers these functions look mismatched to the compiler.
#include "allocation_count_test_support.h"

#include <cstdlib>
#include <new>

// With a sanitizer's operators at hand it finds free() mismatched even so.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

namespace cnx::order_transform::test {
std::size_t allocation_count() { return allocations; }
}  // namespace cnx::order_transform::test

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
