// SPDX-License-Identifier: Apache-2.0
#include "iso_time.h"

#include <chrono>
#include <cstdio>

namespace cnx::std_transforms {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int kMaxOffsetHours = 14;  // Kiritimati's; no place is further from UTC

/// Reads from the front of a text; once something did not fit, all else fails too.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  [[nodiscard]] bool at_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }

  bool skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = skip(c) && ok_; }
  /// Exactly `digits` digits, as a number of at most `limit`.
  int number(int digits, int limit) {
    int value = 0;
    for (int i = 0; i < digits; ++i) value = value * 10 + digit();
    if (value > limit) ok_ = false;
    return value;
  }
  int digit() {
    if (!at_digit()) {
      ok_ = false;
      return 0;
    }
    const int value = rest_[0] - '0';
    rest_.remove_prefix(1);
    return value;
  }
  void fail() { ok_ = false; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::int64_t take_date(Reader& in) {
  const int year = in.number(4, 9999);
  in.expect('-');
  const auto month = static_cast<unsigned>(in.number(2, 12));
  in.expect('-');
  const auto day = static_cast<unsigned>(in.number(2, 31));
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) in.fail();
  return in.ok() ? sys_days(date).time_since_epoch().count() : 0;
}

std::int64_t take_fraction(Reader& in) {
  std::int64_t micros = 0;
  if (!in.at_digit()) in.fail();
  for (std::int64_t place = kMicrosPerSecond / 10; in.at_digit(); place /= 10) {
    const int digit = in.digit();
    if (place == 0 && digit != 0) in.fail();
    micros += digit * place;
  }
  return micros;
}

/// Minutes east of UTC.
std::int64_t take_offset(Reader& in) {
  if (in.skip('Z')) return 0;
  const bool west = in.skip('-');
  if (!west) in.expect('+');
  const int hours = in.number(2, kMaxOffsetHours);
  in.skip(':');
  const int minutes = in.number(2, hours == kMaxOffsetHours ? 0 : 59);
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::int64_t> read_date(std::string_view text) {
  Reader in(text);
  const std::int64_t date = take_date(in);
  return in.done() ? std::optional(date) : std::nullopt;
}

std::optional<std::int64_t> read_instant(std::string_view text) {
  Reader in(text);
  std::int64_t micros = take_date(in) * 24 * 60 * kMicrosPerMinute;
  if (!in.skip('T')) in.expect(' ');
  micros += in.number(2, 23) * 60 * kMicrosPerMinute;
  in.expect(':');
  micros += in.number(2, 59) * kMicrosPerMinute;
  in.expect(':');
  micros += in.number(2, 59) * kMicrosPerSecond;
  if (in.skip('.')) micros += take_fraction(in);
  micros -= take_offset(in) * kMicrosPerMinute;
  return in.done() ? std::optional(micros) : std::nullopt;
}

void append_date(std::string& out, std::int64_t day_number) {
  const std::chrono::year_month_day date{sys_days(days(day_number))};
  char text[40];
  out.append(text, static_cast<std::size_t>(
                       std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()))));
}

void append_time(std::string& out, std::int64_t microseconds) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const auto day = std::chrono::floor<days>(time);
  const std::int64_t rest = (time - day).count();
  append_date(out, day.time_since_epoch().count());
  char text[40];
  out.append(text, static_cast<std::size_t>(std::snprintf(
                       text, sizeof text, "T%02d:%02d:%02d.%06d", static_cast<int>(rest / (60 * kMicrosPerMinute)),
                       static_cast<int>(rest / kMicrosPerMinute % 60), static_cast<int>(rest / kMicrosPerSecond % 60),
                       static_cast<int>(rest % kMicrosPerSecond))));
}

}  // namespace cnx::std_transforms
