// SPDX-License-Identifier: Apache-2.0
//
// Windows: the pieces of time that are fetched and accounted for one by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "times.h"

namespace walmart {

/// [start, end) in whole seconds.
struct Window {
  EpochSeconds start = 0;
  EpochSeconds end = 0;

  [[nodiscard]] EpochSeconds length() const { return end - start; }
  /// Whether the half-open window holds an instant in epoch milliseconds.
  [[nodiscard]] bool holds(std::int64_t epoch_ms) const { return epoch_ms >= start * 1000 && epoch_ms < end * 1000; }
  friend bool operator==(const Window&, const Window&) = default;
};

/// "2026-11-23T06:00:00Z/2026-11-23T07:00:00Z".
[[nodiscard]] std::string text_of(const Window& window);

/// The first window of [from, to): it ends at the next full hour of UTC, or at `to`. Needs from < to.
[[nodiscard]] Window first_window(EpochSeconds from, EpochSeconds to);

/// The windows that `window` is cut into: at the next finer of 10 minutes, 1 minute, 10 seconds, 1 second; oldest
/// first. Empty when it is a single second.
[[nodiscard]] std::vector<Window> cut(const Window& window);

}  // namespace walmart
