// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <random>

namespace cnx::host::errors {

/// Waits that double up to a limit, each spread by ±20 % so that many tasks do not come back at the same moment. One
/// thread.
class Backoff {
 public:
  Backoff(std::int64_t first_ms, std::int64_t most_ms) : first_ms_(first_ms), most_ms_(most_ms), next_ms_(first_ms) {}

  /// The wait before the next attempt; the one after it will be twice as long.
  [[nodiscard]] std::int64_t next_ms();
  /// The next wait is the first again.
  void reset() { next_ms_ = first_ms_; }

 private:
  const std::int64_t first_ms_;
  const std::int64_t most_ms_;
  std::int64_t next_ms_;
  std::optional<std::minstd_rand> random_;  // a seed costs tens of microseconds, and most of these never wait
};

/// How long a task stays down before it is started again: 1 s doubling to 10 min; calm for as long as the last wait (at
/// least a minute) begins anew. One thread.
class RestartPolicy {
 public:
  static constexpr std::int64_t kFirstMs = 1'000;
  static constexpr std::int64_t kMostMs = 600'000;
  static constexpr std::int64_t kCalmMs = 60'000;

  /// The wait after a failure of a task that had been up for `up_ms`.
  [[nodiscard]] std::int64_t wait_ms(std::int64_t up_ms);

 private:
  Backoff backoff_{kFirstMs, kMostMs};
  std::int64_t last_ms_ = 0;
};

}  // namespace cnx::host::errors
