// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <span>

#include "cnx/result.hpp"

namespace cnx::host::errors {

/// Stops a task whose records are dying in numbers: that is an outage or a wrong configuration, not bad records, and
/// the dead-letter topic is not the place for all of them. Counts records in the order in which they are read. One
/// thread at a time.
class RateBreaker {
 public:
  /// Trips when more than `limit` of any `window` records in a row are dead. `limit` 0: never.
  RateBreaker(std::uint64_t limit, std::uint64_t window) : limit_(limit), window_(window) {}

  /// Notes dead records of a batch by their indexes in it. `settled` records were written, filtered or dead before the
  /// batch, so a batch that is read again has the same numbers, and a record counts once however often it is told of.
  /// FATAL when that trips; nothing is noted then.
  [[nodiscard]] Status admit(std::uint64_t settled, std::span<const std::uint32_t> dead);

  /// Somebody has looked at it: what was noted is forgotten.
  void reset() { dead_.clear(); }

 private:
  const std::uint64_t limit_;
  const std::uint64_t window_;
  std::set<std::uint64_t> dead_;  // numbers of dead records that a window may still hold
};

}  // namespace cnx::host::errors
