// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <chrono>

#include "base/fault_points.h"

namespace cnx::host {

std::int64_t SystemClock::now_us() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count() + faults::clock_jump_us();
}

std::int64_t SystemClock::monotonic_ns() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

void ManualClock::advance_ms(std::int64_t milliseconds) {
  now_us_.fetch_add(milliseconds * 1000);
  monotonic_ns_.fetch_add(milliseconds * 1000000);
}

}  // namespace cnx::host
