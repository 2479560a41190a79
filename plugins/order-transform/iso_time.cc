// SPDX-License-Identifier: Apache-2.0
#include "iso_time.h"

#include <chrono>

namespace cnx::order_transform {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr int kMaxOffsetHours = 14;  // Kiritimati's; no place is further from UTC

/// Reads from the front of a text; once something did not fit, all else fails too.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  [[nodiscard]] bool at(char c) const { return rest_.starts_with(c); }
  [[nodiscard]] bool at_digit() const { return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }

  bool skip(char c) {
    if (!at(c)) return false;
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

 private:
  std::string_view rest_;
  bool ok_ = true;
};

int read_fraction_ms(Reader& in) {
  int ms = in.digit() * 100;
  if (in.at_digit()) ms += in.digit() * 10;
  if (in.at_digit()) ms += in.digit();
  while (in.at_digit()) in.digit();
  return ms;
}

/// Minutes east of UTC.
int read_offset(Reader& in) {
  if (in.done() || in.skip('Z')) return 0;
  const bool west = in.skip('-');
  if (!west) in.expect('+');
  const int hours = in.number(2, kMaxOffsetHours);
  int minutes = 0;
  if (in.skip(':') || in.at_digit()) minutes = in.number(2, hours == kMaxOffsetHours ? 0 : 59);
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  using namespace std::chrono;
  Reader in(text);
  const int year_number = in.number(4, 9999);
  in.expect('-');
  const auto month_number = static_cast<unsigned>(in.number(2, 12));
  in.expect('-');
  const auto day_number = static_cast<unsigned>(in.number(2, 31));
  const year_month_day date{year{year_number}, month{month_number}, day{day_number}};
  if (!in.ok() || !date.ok()) return std::nullopt;
  const std::int64_t midnight = milliseconds(sys_days(date).time_since_epoch()).count();
  if (in.done()) return midnight;

  if (!in.skip('T')) in.expect(' ');
  std::int64_t ms = std::int64_t{in.number(2, 23)} * 60 * kMsPerMinute;
  in.expect(':');
  ms += in.number(2, 59) * kMsPerMinute;
  in.expect(':');
  ms += in.number(2, 59) * 1000;
  if (in.skip('.')) ms += read_fraction_ms(in);
  ms -= read_offset(in) * kMsPerMinute;
  return in.done() ? std::optional(midnight + ms) : std::nullopt;
}

}  // namespace cnx::order_transform
