// SPDX-License-Identifier: Apache-2.0
#include "testing/scarce_memory.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace walmart::testing {
namespace {

std::string scarce_thread;  // written while `most` forbids nothing
std::atomic<std::size_t> most = SIZE_MAX;

bool is_scarce(std::size_t bytes) {
  if (bytes <= most.load()) return false;
  std::array<char, 16> name{};
  return pthread_getname_np(pthread_self(), name.data(), name.size()) == 0 && scarce_thread == name.data();
}

}  // namespace

ScarceMemory::ScarceMemory(std::string thread, std::size_t bytes) {
  scarce_thread = std::move(thread);
  most = bytes;
}

ScarceMemory::~ScarceMemory() { most = SIZE_MAX; }

}  // namespace walmart::testing

void* operator new(std::size_t bytes) {
  void* const memory = walmart::testing::is_scarce(bytes) ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
