// SPDX-License-Identifier: Apache-2.0
#include "kafka/log_throttle.h"

#include <utility>

namespace cnx::host::kafka {

std::optional<std::uint64_t> LogThrottle::admit(std::string_view kind) {
  const std::int64_t now = clock_.monotonic_ns();
  const std::lock_guard lock(mutex_);
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) {
    kinds_.emplace(kind, Kind{now, 0});
    return 0;
  }
  Kind& known = found->second;
  if (now - known.written_ns < interval_ns_) {
    ++known.left_out;
    return std::nullopt;
  }
  known.written_ns = now;
  return std::exchange(known.left_out, 0);
}

}  // namespace cnx::host::kafka
