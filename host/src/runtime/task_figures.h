// SPDX-License-Identifier: Apache-2.0
//
// What a task counts and measures. Plain data, cheap enough for every batch.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "observe/metrics.h"

namespace cnx::host::runtime {

/// Sizes or durations: the last, the highest, and what an average needs.
struct Series {
  std::uint64_t times = 0;
  std::uint64_t sum = 0;
  std::uint64_t most = 0;
  std::uint64_t last = 0;

  void add(std::uint64_t value) {
    ++times;
    sum += value;
    most = std::max(most, value);
    last = value;
  }
  [[nodiscard]] double average() const {
    return times == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(times);
  }
};

/// Ages by the bounds of the metric: how many are at most each bound and above the one before; the last are above all.
struct AgeCounts {
  std::array<std::uint64_t, observe::kAgeBoundsS.size() + 1> counts{};
  double sum_s = 0;

  /// A clock that runs behind makes ages below 0: they count as 0.
  void add(std::int64_t age_ms) {
    const double age_s = static_cast<double>(std::max<std::int64_t>(age_ms, 0)) / 1000;
    const auto bound = std::ranges::lower_bound(observe::kAgeBoundsS, age_s);
    ++counts[static_cast<std::size_t>(bound - observe::kAgeBoundsS.begin())];
    sum_s += age_s;
  }
  void add(const AgeCounts& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    sum_s += other.sum_s;
  }
};

/// Sums since the process started. Records are Kafka records.
struct TaskCounts {
  std::uint64_t records_in = 0;
  std::uint64_t written = 0;
  std::uint64_t filtered = 0;
  std::uint64_t dead = 0;
  std::uint64_t released = 0;
  std::uint64_t pending = 0;
  std::uint64_t rows = 0;
  std::uint64_t batches = 0;
  std::uint64_t retries = 0;                            ///< transactions tried again
  std::uint64_t restarts = 0;                           ///< of the task
  std::uint64_t sent = 0;                               ///< source: records committed to Kafka
  std::uint64_t errors = 0;                             ///< met, those that passed too
  std::uint64_t letters = 0;                            ///< dead letters handed to the producer
  std::uint64_t letters_refused = 0;                    ///< of these: that Kafka did not take
  std::int64_t last_error_ms = 0;                       ///< since the epoch; 0: none
  std::map<std::string, std::uint64_t> filtered_parts;  ///< by rule
  Series batch_ms;                                      ///< transactions, from begin to answer
  Series batch_records;                                 ///< records of a transaction
  Series poll_ms;                                       ///< source: polls that gave something
  AgeCounts ages;                                       ///< sink: record's timestamp → commit
};

}  // namespace cnx::host::runtime
