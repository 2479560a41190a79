// SPDX-License-Identifier: Apache-2.0
//
// How long to wait before a request goes out again, and when to give up.
#pragma once

#include <cstdint>
#include <random>

namespace walmart {

/// Waits of 1, 2, 4 … 60 s (the API's own advice), each cut by chance to between half and the whole of it, until
/// `timeout` has passed since the first failure without one success. Times are monotonic nanoseconds. One thread.
class Backoff {
 public:
  Backoff(std::int64_t timeout_ms, std::uint64_t seed) : timeout_ms_(timeout_ms), random_(seed) {}

  /// A try failed. Returns false when it is time to give up, else when to try again (next_try_ns).
  [[nodiscard]] bool failed(std::int64_t now_ns);
  void succeeded();
  /// `wait_ms`, plus up to a tenth (and 1 s at most) by chance, so that workers do not come back all at once.
  [[nodiscard]] std::int64_t with_jitter(std::int64_t wait_ms);

  [[nodiscard]] std::int64_t next_try_ns() const { return next_try_ns_; }
  [[nodiscard]] int failures() const { return failures_; }
  /// Milliseconds since the first failure of the row; 0 when there is none.
  [[nodiscard]] std::int64_t failing_for_ms(std::int64_t now_ns) const {
    return failures_ == 0 ? 0 : (now_ns - first_failure_ns_) / 1'000'000;
  }

 private:
  std::int64_t timeout_ms_;
  std::minstd_rand random_;
  int failures_ = 0;
  std::int64_t first_failure_ns_ = 0;
  std::int64_t next_try_ns_ = 0;
};

}  // namespace walmart
