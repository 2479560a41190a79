// SPDX-License-Identifier: Apache-2.0
#include "health.h"

#include <algorithm>

namespace walmart {

void Health::waits(const void* who, std::string what) {
  const auto known = std::find_if(waits_.begin(), waits_.end(), [&](const auto& wait) { return wait.first == who; });
  if (what.empty()) {
    if (known == waits_.end()) return;
    waits_.erase(known);
  } else if (known != waits_.end()) {
    known->second = std::move(what);
  } else {
    waits_.emplace_back(who, std::move(what));
  }
  const std::string now = waits_.empty() ? "" : waits_.front().second;
  if (now == shown_) return;
  shown_ = now;
  host_.health(shown_);
}

}  // namespace walmart
