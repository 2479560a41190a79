// SPDX-License-Identifier: Apache-2.0
//
// Bounded runs: which stretch of time one is about, and the name by which the same work is known again.
#pragma once

#include <string>
#include <vector>

#include "cnx/component.hpp"
#include "settings.h"

namespace walmart {

/// A bounded range ends this long before now: an order appears in the API's index some time after its orderDate, and
/// the two clocks need not agree. What is younger belongs to the next range.
inline constexpr EpochSeconds kSettleSeconds = 60;

/// [start, end) of orderDate. The id holds everything that defines the work:
///   created;hours=2;accounts=eForCity;types=SellerFulfilled;start=2026-11-23T06:00:00Z;end=2026-11-23T08:00:00Z
struct Range {
  std::string id;
  EpochSeconds start = 0;
  EpochSeconds end = 0;
  bool fetched = false;  ///< all of it was fetched before: there is nothing to do
  bool rest = false;     ///< of days whose beginning was fetched by earlier runs
};

/// The range of this start, for settings that are bounded. An unfinished one of the same bounds is gone on with; a
/// range that is done is answered with its id, which the host recognises. An end in the future is moved to `now` and
/// frozen there; the same command later on fetches what came after that, and with `again` the days from their start.
[[nodiscard]] Range choose_range(const Settings& settings, EpochSeconds now, const std::vector<cnx::KnownRange>& known,
                                 bool again);

/// "eForCity, 2026-11-22 08:00:00 PST … 10:00:00 PST (2026-11-22T16:00:00Z … 18:00:00Z), 3 ship node types".
[[nodiscard]] std::string title_of(const Settings& settings, const Range& range);

}  // namespace walmart
