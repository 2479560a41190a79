// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace cnx::host::kafka {

/// Lets one line per kind and interval through and counts the rest, so that a broker that is away for an hour does not
/// fill the log. Thread-safe.
class LogThrottle {
 public:
  explicit LogThrottle(const Clock& clock, std::int64_t interval_ms = 30'000)
      : clock_(clock), interval_ns_(interval_ms * 1'000'000) {}

  /// nullopt: keep silent. Else write the line, and say that so many of its kind were left out since the last one.
  [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view kind);

 private:
  struct Kind {
    std::int64_t written_ns = 0;
    std::uint64_t left_out = 0;
  };

  const Clock& clock_;
  const std::int64_t interval_ns_;
  std::mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_;  // guarded by mutex_
};

}  // namespace cnx::host::kafka
