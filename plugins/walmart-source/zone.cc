// SPDX-License-Identifier: Apache-2.0
#include "zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <stdexcept>

namespace walmart {

cnx::Result<Zone> Zone::find(std::string_view name) {
  try {
    return Zone(std::string(name), date::locate_zone(std::string(name)));
  } catch (const std::runtime_error& cause) {
    return cnx::config_error(fmt::format(
        "timezone: '{}' is not in this system's time zone database ({}); give a name such as America/Los_Angeles, "
        "and see that the package tzdata is installed",
        name, cause.what()));
  }
}

EpochSeconds Zone::start_of_day(std::chrono::year_month_day day) const {
  const auto days = std::chrono::sys_days(day).time_since_epoch();
  const date::local_seconds midnight{std::chrono::seconds(days)};
  const date::local_info info = zone_->get_info(midnight);
  if (info.result == date::local_info::nonexistent) return info.first.end.time_since_epoch().count();
  return (midnight.time_since_epoch() - info.first.offset).count();
}

std::string Zone::text(EpochSeconds at) const {
  const auto info = zone_->get_info(date::sys_seconds(std::chrono::seconds(at)));
  return fmt::format("{} {}", sql_text(at + info.offset.count()), info.abbrev);
}

}  // namespace walmart
