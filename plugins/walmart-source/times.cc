// SPDX-License-Identifier: Apache-2.0
#include "times.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace walmart {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The number made of `count` digits at `at`; empty when one of them is no digit.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<year_month_day> make_day(std::optional<int> year, std::optional<int> month, std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const year_month_day made{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                            std::chrono::day(static_cast<unsigned>(*day))};
  if (!made.ok()) return std::nullopt;
  return made;
}

EpochSeconds seconds_of(year_month_day day) { return sys_days(day).time_since_epoch().count() * kDay; }

std::optional<EpochSeconds> time_of_day(std::string_view text) {
  const auto hour = digits(text, 0, 2), minute = digits(text, 3, 2), second = digits(text, 6, 2);
  if (!hour || !minute || !second || text[2] != ':' || text[5] != ':') return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *hour * kHour + *minute * kMinute + *second;
}

/// Seconds east of UTC of "Z", "+01:00" or "-0800".
std::optional<EpochSeconds> zone_offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool colon = text[3] == ':';
  const auto hour = digits(text, 1, 2), minute = digits(text, colon ? 4 : 3, 2);
  if (!hour || !minute || text.size() != (colon ? 6U : 5U)) return std::nullopt;
  const EpochSeconds offset = *hour * kHour + *minute * kMinute;
  return text[0] == '-' ? -offset : offset;
}

struct Civil {
  year_month_day day;
  EpochSeconds second_of_day;
};

Civil civil(EpochSeconds at) {
  const auto whole = std::chrono::floor<days>(std::chrono::sys_seconds(std::chrono::seconds(at)));
  return {year_month_day(whole), at - whole.time_since_epoch().count() * kDay};
}

std::string text_of(EpochSeconds at, std::string_view between, std::string_view end) {
  const Civil c = civil(at);
  return fmt::format("{}{}{:02}:{:02}:{:02}{}", day_text(c.day), between, c.second_of_day / kHour,
                     c.second_of_day / kMinute % 60, c.second_of_day % 60, end);
}

}  // namespace

std::string utc_text(EpochSeconds at) { return text_of(at, "T", "Z"); }
std::string sql_text(EpochSeconds at) { return text_of(at, " ", ""); }

std::string day_text(year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::optional<std::int64_t> parse_instant_ms(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T') return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  const auto time = time_of_day(text.substr(11, 8));
  if (!day || !time) return std::nullopt;
  std::string_view rest = text.substr(19);
  std::int64_t milliseconds = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    for (int place = 100; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; place /= 10, rest.remove_prefix(1))
      milliseconds += place * (rest[0] - '0');
  }
  const auto offset = zone_offset(rest);
  if (!offset) return std::nullopt;
  return (seconds_of(*day) + *time - *offset) * 1000 + milliseconds;
}

std::optional<year_month_day> parse_day(std::string_view text) {
  if (text.size() == 8) return make_day(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
  if (text.size() == 10 && text[4] == '-' && text[7] == '-')
    return make_day(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  return std::nullopt;
}

std::optional<EpochSeconds> parse_http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const auto day = make_day(digits(text, 12, 4), static_cast<int>(month / 3 + 1), digits(text, 5, 2));
  const auto time = time_of_day(text.substr(17, 8));
  if (!day || !time) return std::nullopt;
  return seconds_of(*day) + *time;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace walmart
