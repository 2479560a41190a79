// SPDX-License-Identifier: Apache-2.0
//
// One instance of a component under trial, with a host that stands still.
#pragma once

#include <malloc.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/fake_host.hpp"
#include "cnx/testing/kit/call.hpp"

namespace cnx::testing::kit {

/// Made in its constructor, destroyed in its destructor. `self` is nullptr when create failed: said in the report.
template <class Table>
class Made {
 public:
  Made(Report& report, const cnx_component& component, const Pairs& config)
      : report_(report),
        table_(*static_cast<const Table*>(component.table)),
        config_(with_defaults(component.keys, component.key_count, component.key_stride, config)) {
    const Called called =
        call(report_, "create", [&](cnx_error* e) { return table_.create(host.table(), &config_.raw(), &self_, e); });
    if (called.status != CNX_OK) {
      self_ = nullptr;
      report_.not_tried("create: " + called.message + " (give what it needs with --set)");
    }
  }
  ~Made() { end(); }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;

  [[nodiscard]] void* self() const { return self_; }
  [[nodiscard]] const Table& table() const { return table_; }
  /// Destroys it now.
  void end() {
    if (self_ == nullptr) return;
    report_.calling("destroy");
    table_.destroy(self_);
    self_ = nullptr;
  }

  FakeHost host;

 private:
  Report& report_;
  const Table& table_;
  const ConfigLiteral config_;
  void* self_ = nullptr;
};

/// Entries of a folder of /proc/self: "task" has the threads, "fd" what is open.
inline std::size_t count_of(const std::string& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/" + folder)) ++count;
  return count;
}

/// How many threads more than `before` run on. One that was joined may still be listed for a moment (2 in 100 are).
inline std::size_t threads_above(std::size_t before) {
  constexpr int kLooks = 100;
  std::size_t now = 0;
  for (int look = 0; look < kLooks; ++look) {
    now = count_of("task");
    if (now <= before) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return now - before;
}

/// Bytes that are in use in malloc's heap.
inline std::size_t heap_bytes() { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; }

/// Repeats a whole life; what it leaves behind each time is a leak. The first lives fill caches, and what stops growing
/// after some hundred (those of a TLS library) is none either.
template <class Life>
void check_leaks(Report& report, Life life) {
  constexpr int kWarm = 20;
  constexpr int kLives = 100;
  constexpr int kRounds = 3;
  constexpr std::size_t kSlack = 64 * 1024;  // allocators keep lists of their own
  for (int i = 0; i < kWarm; ++i) life();
  std::size_t left = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::size_t before = heap_bytes();
    for (int i = 0; i < kLives; ++i) life();
    const std::size_t after = heap_bytes();
    if (after <= before + kSlack) return;
    left = after - before;
  }
  report.fault(std::to_string(kLives) + " lives of an instance left " + std::to_string(left) + " bytes behind");
}

}  // namespace cnx::testing::kit
