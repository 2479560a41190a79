// SPDX-License-Identifier: Apache-2.0
#include "testing/scarce_memory.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>

namespace walmart::testing {
namespace {

std::atomic<const char*> scarce_thread = nullptr;
std::atomic<std::size_t> most = SIZE_MAX;

bool is_scarce(std::size_t bytes) {
  if (bytes <= most.load()) return false;
  std::array<char, 16> name{};
  return pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 &&
         std::string_view(name.data()) == scarce_thread.load();
}

}  // namespace

ScarceMemory::ScarceMemory(const char* thread, std::size_t bytes) {
  scarce_thread = thread;
  most = bytes;
}

ScarceMemory::~ScarceMemory() { most = SIZE_MAX; }

}  // namespace walmart::testing

void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return walmart::testing::is_scarce(bytes) ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(std::size_t bytes) {
  void* const memory = operator new(bytes, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
