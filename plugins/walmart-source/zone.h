// SPDX-License-Identifier: Apache-2.0
//
// A civil time zone by its name in the tz database. Wraps date-tz.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cnx/result.hpp"
#include "times.h"

namespace date {
class time_zone;
}

namespace walmart {

/// Immutable; may be copied and used from any thread.
class Zone {
 public:
  /// A CONFIG error names a zone that the system's tz database does not have.
  [[nodiscard]] static cnx::Result<Zone> find(std::string_view name);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The first instant of the local day: of two midnights the earlier one, and where the clocks skip midnight the
  /// instant after the gap. A day is [start_of_day(d), start_of_day(d + 1)): 23, 24 or 25 hours.
  [[nodiscard]] EpochSeconds start_of_day(std::chrono::year_month_day day) const;
  /// 2026-11-22 08:00:00 PST.
  [[nodiscard]] std::string text(EpochSeconds at) const;

 private:
  Zone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}

  std::string name_;
  const date::time_zone* zone_;  ///< owned by date-tz's database, which lives as long as the process
};

}  // namespace walmart
