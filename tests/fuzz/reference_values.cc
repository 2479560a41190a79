// SPDX-License-Identifier: Apache-2.0
#include "reference_values.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace cnx::fuzz {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A decimal number: digits × 10^exponent, no zeros at either end of the digits.
struct Decimal {
  bool negative = false;
  std::string digits;  // empty: zero
  long exponent = 0;
};

std::optional<Decimal> decimal_of(std::string text, bool may_have_exponent) {
  Decimal out;
  if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
    std::string power = text.substr(e + 1);
    const bool minus = !power.empty() && power[0] == '-';
    if (!power.empty() && (power[0] == '-' || power[0] == '+')) power.erase(0, 1);
    if (!may_have_exponent || !all_digits(power)) return std::nullopt;
    power.erase(0, std::min(power.find_first_not_of('0'), power.size()));
    // Further than any number of digits reaches.
    out.exponent = power.size() > 8 ? 100'000'000 : std::atol(power.c_str());
    if (minus) out.exponent = -out.exponent;
    text.erase(e);
  }
  if (text.starts_with('-')) {
    out.negative = true;
    text.erase(0, 1);
  }
  const auto point = text.find('.');
  const std::string whole = text.substr(0, point);
  const std::string decimals = point == std::string::npos ? "0" : text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(decimals)) return std::nullopt;
  out.digits = whole + decimals;
  out.exponent -= static_cast<long>(decimals.size());
  while (out.digits.ends_with('0')) out.digits.pop_back(), ++out.exponent;
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  return out;
}

__extension__ using Wide = __int128;

/// The number × 10^scale when that is whole and of at most 19 digits.
std::optional<Wide> times_ten_to(const Decimal& number, long scale) {
  if (number.digits.empty()) return 0;
  const long zeros = number.exponent + scale;
  if (zeros < 0 || static_cast<long>(number.digits.size()) + zeros > 19) return std::nullopt;
  Wide value = 0;
  for (const char c : number.digits) value = value * 10 + (c - '0');
  for (long i = 0; i < zeros; ++i) value *= 10;
  return number.negative ? -value : value;
}

/// A whole number of so many bits.
std::optional<std::int64_t> whole_of(const Decimal& number, unsigned bits) {
  const auto value = times_ten_to(number, 0);
  const Wide limit = Wide{1} << (bits - 1);
  if (!value || *value < -limit || *value >= limit) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::string> amount_of(const Decimal& number) {
  const auto hundredths = times_ten_to(number, 2);
  if (!hundredths || *hundredths > 9'999'999'999 || *hundredths < -9'999'999'999) return std::nullopt;
  const auto value = static_cast<long long>(*hundredths);
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%02lld", value < 0 ? "-" : "", std::llabs(value) / 100,
                std::llabs(value) % 100);
  return text;
}

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }
int days_in(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}
/// Days from the first day of the year 0 to that of `year`.
long long days_before(long long year) {
  return year == 0 ? 0 : year * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1;
}
constexpr long long kEpochDay = 719'528;  // 1970-01-01, counted from 0000-01-01

/// Takes a two-digit number off the front; -1 when there is none.
int take_two(std::string_view& text) {
  if (text.size() < 2 || !all_digits(text.substr(0, 2))) return -1;
  const int value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value;
}
bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Milliseconds of "HH:MM:SS[.f…][Z|±HH[[:]MM]]" from midnight UTC.
std::optional<long long> clock_ms(std::string_view text) {
  const int hour = take_two(text);
  if (!take(text, ':')) return std::nullopt;
  const int minute = take_two(text);
  if (!take(text, ':')) return std::nullopt;
  const int second = take_two(text);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  long long ms = ((hour * 60LL + minute) * 60 + second) * 1000;
  if (take(text, '.')) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (end == 0) return std::nullopt;
    ms += std::atol((std::string(text.substr(0, end)) + "00").substr(0, 3).c_str());
    text.remove_prefix(end);
  }
  if (text.empty() || text == "Z") return ms;
  const bool west = text[0] == '-';
  if (!west && text[0] != '+') return std::nullopt;
  text.remove_prefix(1);
  const int hours = take_two(text);
  int minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    minutes = take_two(text);
  }
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60 || !text.empty()) return std::nullopt;
  return ms + (west ? 1 : -1) * (hours * 60 + minutes) * 60'000LL;
}

std::optional<long long> iso_ms(std::string_view text) {
  if (text.size() < 10 || !all_digits(text.substr(0, 4)) || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = std::atoi(std::string(text.substr(0, 4)).c_str());
  std::string_view month_text = text.substr(5, 2), day_text = text.substr(8, 2);
  const int month = take_two(month_text), day = take_two(day_text);
  if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return std::nullopt;
  long long days = days_before(year) - kEpochDay + day - 1;
  for (int m = 1; m < month; ++m) days += days_in(year, m);
  if (text.size() == 10) return days * 86'400'000;
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const auto ms = clock_ms(text.substr(11));
  return ms ? std::optional(days * 86'400'000 + *ms) : std::nullopt;
}

std::string civil_text(long long second) {
  long long days = (second >= 0 ? second : second - 86'399) / 86'400;
  const long long in_day = second - days * 86'400;
  days += kEpochDay;
  int year = static_cast<int>(days / 366);
  while (days_before(year + 1) <= days) ++year;
  days -= days_before(year);
  int month = 1;
  while (days >= days_in(year, month)) days -= days_in(year, month++);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02lld %02lld:%02lld:%02lld", year, month, days + 1, in_day / 3600,
                in_day / 60 % 60, in_day % 60);
  return text;
}

Read read_time(const Given& given, bool is_civil) {
  std::optional<long long> ms;
  if (const auto number = decimal_of(given.text, given.kind == Given::kNumber)) {
    if (const auto whole = whole_of(*number, 64)) ms = *whole;
  } else if (given.kind == Given::kText) {
    ms = iso_ms(given.text);
  }
  if (!ms) return {};
  const long long second = (*ms - ((*ms % 1000) + 1000) % 1000) / 1000;
  // 1000-01-01 to 9999-12-31, and 1970-01-01 00:00:01 to 2038-01-19 03:14:07.
  if (is_civil &&
      (second < (days_before(1000) - kEpochDay) * 86'400 || second >= (days_before(10000) - kEpochDay) * 86'400))
    return {};
  if (is_civil) return {civil_text(second), {}, false};
  if (second < 1 || second > 2'147'483'647) return {{}, {}, true};
  return {std::to_string(*ms), civil_text(second), false};
}

Read read_text(const Given& given, Form form, std::size_t size) {
  if (given.kind == Given::kNumber && given.text.find_first_of("eE") != std::string::npos) return {};
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto characters = static_cast<std::size_t>(std::count_if(given.text.begin(), given.text.end(), is_first_byte));
  if (form == Form::kLongText ? given.text.size() > 65'535 : characters > size) return {};
  return {given.text, {}, false};
}

}  // namespace

Read read_value(const Given& given, Form form, std::size_t size) {
  if (given.kind == Given::kOther) return {};
  if (form == Form::kText || form == Form::kLongText) return read_text(given, form, size);
  if (form == Form::kTime || form == Form::kCivilTime) return read_time(given, form == Form::kCivilTime);
  const auto number = decimal_of(given.text, given.kind == Given::kNumber);
  if (!number) return {};
  if (form == Form::kAmount) return {amount_of(*number), {}, false};
  const auto whole = whole_of(*number, static_cast<unsigned>(size));
  return {whole ? std::optional(std::to_string(*whole)) : std::nullopt, {}, false};
}

}  // namespace cnx::fuzz
