// SPDX-License-Identifier: Apache-2.0
//
// In a file of its own: inlined into their callers these functions look mismatched to the compiler.
#include "micro/new_count.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t calls = 0;
}  // namespace

namespace cnx::bench {
std::size_t new_count() { return calls; }
}  // namespace cnx::bench

void* operator new(std::size_t size) {
  ++calls;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
