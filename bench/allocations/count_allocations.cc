// SPDX-License-Identifier: Apache-2.0
//
// A library to be loaded before the host (LD_PRELOAD): counts calls of operator new by thread and by call site, in a
// file that others may read meanwhile. C libraries (librdkafka, libmariadb, yyjson) take their memory from malloc, so
// what is counted is C++ code: the host's, the plugins', and that of the C++ libraries they call.
//
// The file (CNX_BENCH_ALLOCATIONS names it) is a Counts as it stands in memory; driver/allocations.py reads it.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kThreads = 256;
constexpr std::size_t kSites = 8192;

struct Thread {
  std::atomic<std::uint64_t> id;  // as the kernel counts; 0: not used yet
  std::atomic<std::uint64_t> count;
};
struct Site {
  std::atomic<std::uint64_t> address;  // where operator new returns to; 0: not used yet
  std::atomic<std::uint64_t> thread;   // index of the thread in `threads`
  std::atomic<std::uint64_t> count;
};
struct Counts {
  Thread threads[kThreads];
  Site sites[kSites];
};

Counts* open_counts() {
  const char* const path = std::getenv("CNX_BENCH_ALLOCATIONS");
  if (path == nullptr) return nullptr;
  const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(Counts)) != 0) std::abort();  // a count of nothing would look like success
  void* const memory = ::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (memory == MAP_FAILED) std::abort();
  return static_cast<Counts*>(memory);
}

Counts* counts() {
  static Counts* const opened = open_counts();
  return opened;
}

std::size_t thread_index(Counts& counts) {
  thread_local std::size_t mine = kThreads;
  if (mine < kThreads) return mine;
  const auto id = static_cast<std::uint64_t>(::syscall(SYS_gettid));
  for (std::size_t i = 0; i < kThreads; ++i) {
    std::uint64_t unused = 0;
    if (counts.threads[i].id.compare_exchange_strong(unused, id)) return mine = i;
  }
  std::abort();  // more threads than the host ever has
}

void count(void* site) {
  Counts* const all = counts();
  if (all == nullptr) return;
  const std::size_t thread = thread_index(*all);
  all->threads[thread].count.fetch_add(1, std::memory_order_relaxed);
  const auto address = reinterpret_cast<std::uint64_t>(site);
  std::size_t at = (address * 31 + thread) * 0x9E3779B97F4A7C15 >> 51;
  for (std::size_t tries = 0; tries < kSites; ++tries, at = (at + 1) % kSites) {
    Site& slot = all->sites[at];
    std::uint64_t unused = 0;
    if (slot.address.compare_exchange_strong(unused, address)) slot.thread = thread;
    if (slot.address != address || slot.thread != thread) continue;
    slot.count.fetch_add(1, std::memory_order_relaxed);
    return;
  }
}

void* allocate(std::size_t size, std::size_t alignment, void* site) {
  count(site);
  void* const memory = alignment <= alignof(std::max_align_t)
                           ? std::malloc(size)
                           : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

static_assert(sizeof(Counts) == kThreads * 16 + kSites * 24, "driver/allocations.py reads it so");

#define CNX_HERE __builtin_return_address(0)
void* operator new(std::size_t size) { return allocate(size, 0, CNX_HERE); }
void* operator new[](std::size_t size) { return allocate(size, 0, CNX_HERE); }
void* operator new(std::size_t size, std::align_val_t at) { return allocate(size, std::size_t(at), CNX_HERE); }
void* operator new[](std::size_t size, std::align_val_t at) { return allocate(size, std::size_t(at), CNX_HERE); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
