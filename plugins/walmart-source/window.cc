// SPDX-License-Identifier: Apache-2.0
#include "window.h"

#include <algorithm>

namespace walmart {
namespace {

/// The first multiple of `step` after `at`.
EpochSeconds next_multiple(EpochSeconds at, EpochSeconds step) {
  const EpochSeconds rest = (at % step + step) % step;
  return at - rest + step;
}

}  // namespace

std::string text_of(const Window& window) { return utc_text(window.start) + "/" + utc_text(window.end); }

Window first_window(EpochSeconds from, EpochSeconds to) { return {from, std::min(to, next_multiple(from, kHour))}; }

std::vector<Window> cut(const Window& window) {
  for (const EpochSeconds step : {10 * kMinute, kMinute, EpochSeconds{10}, EpochSeconds{1}}) {
    if (window.length() <= step) continue;
    std::vector<Window> pieces;
    for (EpochSeconds at = window.start; at < window.end; at = pieces.back().end)
      pieces.push_back({at, std::min(window.end, next_multiple(at, step))});
    if (pieces.size() > 1) return pieces;
  }
  return {};
}

}  // namespace walmart
