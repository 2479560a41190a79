// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/clock.h"
#include "observe/console.h"

namespace cnx::host::observe {

/// How far a run is, summed over its connectors and tasks.
struct ProgressSnapshot {
  std::int64_t windows_done = 0;
  std::int64_t windows_total = -1;  ///< -1: not known, or the run has no end
  std::int64_t orders_fetched = 0;
  std::int64_t orders_expected = -1;  ///< -1: not known
  std::int64_t records_read = 0;      ///< by sinks
  std::int64_t rows_written = 0;
  std::int64_t dead = 0;
  std::int64_t lag = -1;  ///< records that sinks have yet to read; -1: not known
  std::string waiting;    ///< what a task waits for ("rate limit, 12 s"); empty: nothing
};

/// Units per second over the last ten seconds. One thread.
class RateMeter {
 public:
  void add(std::int64_t monotonic_ns, std::int64_t total);
  [[nodiscard]] double per_second() const;

 private:
  struct Sample {
    std::int64_t ns;
    std::int64_t total;
  };
  std::deque<Sample> samples_;
};

/// Shows a run's progress: a bar at the bottom of a terminal, redrawn at most five times a second; elsewhere a log line
/// every ten seconds when something has changed. One thread.
class ProgressDisplay {
 public:
  /// Both must outlive it.
  ProgressDisplay(Console& console, const Clock& clock) : console_(console), clock_(clock) {}
  ~ProgressDisplay() { finish(); }
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void update(const ProgressSnapshot& now);
  /// Takes the bar away.
  void finish() { console_.clear_status(); }

 private:
  [[nodiscard]] bool is_due(std::int64_t interval_ns);

  Console& console_;
  const Clock& clock_;
  RateMeter orders_;
  RateMeter rows_;
  std::optional<std::int64_t> shown_ns_;
  std::string last_line_;
};

/// What the display says, without a bar: "12/48 windows, 1234/5678 orders (310/s), 2345 rows (600/s), 0 dead, ETA
/// 0:14". `eta_s` below 0: not known.
[[nodiscard]] std::string progress_text(const ProgressSnapshot& now, double orders_per_s, double rows_per_s,
                                        std::int64_t eta_s);
/// The same with a bar of what is done, in `width` columns.
[[nodiscard]] std::string progress_bar(const ProgressSnapshot& now, const std::string& text, std::size_t width);
/// Seconds until the last order or window is fetched, at this rate; -1: not known.
[[nodiscard]] std::int64_t eta_seconds(const ProgressSnapshot& now, double orders_per_s);

}  // namespace cnx::host::observe
