// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/stop.h"

namespace cnx::host::kafka {

/// Lets the members that one process has in a group join it at the same moment.
///
/// A broker without `group.initial.rebalance.delay.ms` gives the whole work to the first member that it hears of, in a
/// millisecond. Whoever comes later makes it share the work again, and the first one hears of that by its next
/// heartbeat, or, when it was just about to take the work, after librdkafka's pause of 1 to 2 s before another try.
///
/// Waits once: when all have come, or one has waited long enough, it is open for good, and a member that comes back
/// later does not wait. Thread-safe.
class StartLine {
 public:
  explicit StartLine(int members) : expected_(members) {}
  StartLine(const StartLine&) = delete;
  StartLine& operator=(const StartLine&) = delete;

  /// Waits for the others, `at_most` from now, or until `leaving`.
  void wait(const StopToken& leaving, std::chrono::milliseconds at_most);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  const int expected_;
  int come_ = 0;       // guarded by mutex_
  bool open_ = false;  // guarded by mutex_
};

}  // namespace cnx::host::kafka
