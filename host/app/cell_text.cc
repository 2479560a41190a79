// SPDX-License-Identifier: Apache-2.0
#include "cell_text.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "base/strings.h"

namespace cnx::host::app {
namespace {

std::string date_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string number_text(double value) {
  // JSON has no word for these; a text does not pass for a number.
  if (!std::isfinite(value)) return fmt::format("\"{}\"", value);
  return fmt::format("{}", value);
}

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace

std::string decimal_text(std::int64_t unscaled, std::uint32_t scale) {
  if (scale == 0) return std::to_string(unscaled);
  const bool negative = unscaled < 0;
  // Unsigned, so that the lowest int64 has a magnitude too.
  const std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(unscaled) + 1 : static_cast<std::uint64_t>(unscaled);
  std::string digits = std::to_string(magnitude);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  digits.insert(digits.size() - scale, ".");
  return negative ? "-" + digits : digits;
}

std::string time_text(std::int64_t microseconds, std::uint32_t digits) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const auto day = floor<days>(time);
  const hh_mm_ss parts(time - day);
  std::string text = fmt::format("{} {:02}:{:02}:{:02}", date_text(day), parts.hours().count(), parts.minutes().count(),
                                 parts.seconds().count());
  const auto fraction = parts.subseconds().count();
  if (digits == 3 && fraction % 1000 == 0) return text + fmt::format(".{:03}", fraction / 1000);
  if (digits != 0 || fraction != 0) return text + fmt::format(".{:06}", fraction);
  return text;
}

std::string compact_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) {
        out += json[++i];
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      out += c;
      in_string = c == '"';
    }
  }
  return out;
}

std::string cell_as_json(const ColumnView& column, std::uint64_t row) {
  if (column.type() == CNX_WRITE_TIME || column.is_null(row)) return "null";
  switch (column.type()) {
    case CNX_INT64:
      return std::to_string(column.integer(row));
    case CNX_FLOAT64:
      return number_text(column.number(row));
    case CNX_BOOL:
      return column.boolean(row) ? "true" : "false";
    case CNX_DECIMAL:
      return decimal_text(column.integer(row), column.raw().scale);
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      return '"' + time_text(column.integer(row), column.raw().scale) + '"';
    case CNX_DATE:
      return '"' + date_text(std::chrono::sys_days(std::chrono::days(column.integer(row)))) + '"';
    case CNX_JSON:
      return compact_json(column.text(row));
    case CNX_BYTES:
      return '"' + base64(column.text(row)) + '"';
    default:
      return json_quote(column.text(row));
  }
}

std::string cell_as_text(const ColumnView& column, std::uint64_t row) {
  if (column.type() == CNX_WRITE_TIME) return "(write time)";
  if (column.is_null(row)) return "NULL";
  if (column.type() == CNX_TEXT) return escape_line(column.text(row));
  std::string text = cell_as_json(column, row);
  const bool quoted = column.type() != CNX_JSON && text.starts_with('"');
  return quoted ? text.substr(1, text.size() - 2) : escape_line(text);
}

}  // namespace cnx::host::app
