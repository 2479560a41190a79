// SPDX-License-Identifier: Apache-2.0
#include "sql_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace cnx::mysql {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
// Days since 1970-01-01 of 0001-01-01 and 9999-12-31.
constexpr std::int64_t kFirstDay = -719'162;
constexpr std::int64_t kLastDay = 2'932'896;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

char* put_digits(char* out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

// Civil date of a day number, proleptic Gregorian: Howard Hinnant, "chrono-compatible low-level date algorithms".
char* put_civil_date(char* out, std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const auto day_of_era = static_cast<unsigned>(shifted - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  out = put_digits(out, static_cast<std::uint64_t>(year), 4);
  *out++ = '-';
  out = put_digits(out, month, 2);
  *out++ = '-';
  return put_digits(out, day, 2);
}

char* put_decimal(char* out, std::uint32_t scale, std::int64_t unscaled) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(unscaled);
  if (unscaled < 0) {
    *out++ = '-';
    magnitude = 0 - magnitude;
  }
  char digits[24];
  auto count = static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, magnitude).ptr - digits);
  if (scale == 0) {
    std::memcpy(out, digits, count);
    return out + count;
  }
  if (count <= scale) {
    *out++ = '0';
  } else {
    std::memcpy(out, digits, count - scale);
    out += count - scale;
  }
  *out++ = '.';
  for (std::size_t zeros = count < scale ? scale - count : 0; zeros > 0; --zeros) *out++ = '0';
  const std::size_t fraction = count < scale ? count : scale;
  std::memcpy(out, digits + count - fraction, fraction);
  return out + fraction;
}

}  // namespace

TableName TableName::parse(std::string_view text, std::string_view default_database) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {std::string(default_database), std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string TableName::quoted() const {
  std::string text;
  append_name(text, database);
  text += '.';
  append_name(text, table);
  return text;
}

void append_name(std::string& sql, std::string_view name) {
  sql += '`';
  for (const char c : name) {
    if (c == '`') sql += '`';
    sql += c;
  }
  sql += '`';
}

std::string quote_name(std::string_view name) {
  std::string text;
  append_name(text, name);
  return text;
}

void append_text(std::string& sql, std::string_view text) {
  sql += '\'';
  std::size_t plain = 0;  // start of the stretch that needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\'' && c != '\\' && c != '\0') continue;
    sql.append(text.data() + plain, i - plain);
    sql += '\\';
    sql += c == '\0' ? '0' : c;
    plain = i + 1;
  }
  sql.append(text.data() + plain, text.size() - plain);
  sql += '\'';
}

std::string quote_text(std::string_view text) {
  std::string sql;
  append_text(sql, text);
  return sql;
}

void append_bytes(std::string& sql, std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  // The form x'' also has an empty value; 0x does not.
  sql += "x'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    sql += kHex[byte >> 4];
    sql += kHex[byte & 15];
  }
  sql += '\'';
}

char* ValueFormatter::put_date(char* out, std::int64_t days) {
  if (date_.empty() || days != days_) {
    char text[kValueWidth];
    days_ = days;
    date_.assign(text, put_civil_date(text, days));
  }
  return std::copy(date_.begin(), date_.end(), out);
}

char* ValueFormatter::put_time(char* out, std::int64_t micros) {
  const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
  const std::int64_t days = floor_div(seconds, kSecondsPerDay);
  const auto of_day = static_cast<std::uint64_t>(seconds - days * kSecondsPerDay);
  out = put_date(out, days);
  *out++ = ' ';
  out = put_digits(out, of_day / 3600, 2);
  *out++ = ':';
  out = put_digits(out, of_day / 60 % 60, 2);
  *out++ = ':';
  out = put_digits(out, of_day % 60, 2);
  if (const std::int64_t fraction = micros - seconds * kMicrosPerSecond; fraction != 0) {
    *out++ = '.';
    out = put_digits(out, static_cast<std::uint64_t>(fraction), 6);
  }
  return out;
}

std::size_t ValueFormatter::format(char* out, std::int64_t value) {
  switch (type_) {
    case CNX_DECIMAL:
      return static_cast<std::size_t>(put_decimal(out, scale_, value) - out);
    case CNX_DATE:
      return static_cast<std::size_t>(put_date(out, value) - out);
    default:
      return static_cast<std::size_t>(put_time(out, value) - out);
  }
}

std::size_t format_value(char* out, cnx_type type, std::uint32_t scale, std::int64_t value) {
  return ValueFormatter(type, scale).format(out, value);
}

bool has_calendar_year(cnx_type type, std::int64_t value) {
  const std::int64_t day = type == CNX_DATE ? value : floor_div(value, kMicrosPerSecond * kSecondsPerDay);
  return day >= kFirstDay && day <= kLastDay;
}

void append_literal(std::string& sql, const ColumnView& column, std::uint64_t row) {
  if (column.is_null(row)) {
    sql += "NULL";
    return;
  }
  char buffer[kValueWidth];
  switch (column.type()) {
    case CNX_TEXT:
    case CNX_JSON:
      append_text(sql, column.text(row));
      return;
    case CNX_BYTES:
      append_bytes(sql, column.text(row));
      return;
    case CNX_BOOL:
      sql += column.boolean(row) ? '1' : '0';
      return;
    case CNX_FLOAT64: {
      // With an exponent the server reads a double at once, not a decimal that it converts.
      const auto end = std::to_chars(buffer, buffer + sizeof buffer, column.number(row), std::chars_format::scientific);
      sql.append(buffer, end.ptr);
      return;
    }
    case CNX_INT64: {
      const auto end = std::to_chars(buffer, buffer + sizeof buffer, column.integer(row));
      sql.append(buffer, end.ptr);
      return;
    }
    case CNX_DECIMAL:
      sql.append(buffer, format_value(buffer, CNX_DECIMAL, column.raw().scale, column.integer(row)));
      return;
    default:
      sql += '\'';
      sql.append(buffer, format_value(buffer, column.type(), column.raw().scale, column.integer(row)));
      sql += '\'';
      return;
  }
}

std::string_view first_characters(std::string_view text, std::uint64_t characters) {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_character = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (starts_character && seen++ == characters) return text.substr(0, i);
  }
  return text;
}

std::uint64_t count_characters(std::string_view text) {
  std::uint64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace cnx::mysql
