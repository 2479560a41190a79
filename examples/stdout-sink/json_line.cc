// SPDX-License-Identifier: Apache-2.0
#include "json_line.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace {

/// Length of the UTF-8 character at the start, 0 when it is none (RFC 3629).
std::size_t character(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                           : first < 0xf5 ? 4
                                          : 0;
  if (size == 0 || s.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
  return size;
}

bool append_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) return false;
    const char c = text.front();
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      out.append(escape, static_cast<std::size_t>(std::snprintf(escape, sizeof escape, "\\u%04x", c)));
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  out += '"';
  return true;
}

bool append_text_or_null(std::string& out, cnx_str text) {
  if (!cnx::is_absent(text)) return append_text(out, cnx::view(text));
  out += "null";
  return true;
}

void append_decimal(std::string& out, std::int64_t unscaled, std::size_t scale) {
  std::string digits = std::to_string(unscaled);
  const std::size_t sign = unscaled < 0 ? 1 : 0;
  if (digits.size() - sign <= scale) digits.insert(sign, scale + 1 - (digits.size() - sign), '0');
  if (scale > 0) digits.insert(digits.size() - scale, ".");
  out += digits;
}

/// Line breaks can only stand between the tokens of a JSON text.
void append_json(std::string& out, std::string_view json) {
  for (const char c : json) out += c == '\n' || c == '\r' ? ' ' : c;
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  out += '"';
}

void append_date(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  char text[32];
  out.append(text, static_cast<std::size_t>(
                       std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()))));
}

void append_time(std::string& out, std::int64_t microseconds, const char* zone) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto us = (time - day).count();
  out += '"';
  append_date(out, day);
  char text[40];
  out.append(text, static_cast<std::size_t>(
                       std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%06d%s\"",
                                     static_cast<int>(us / 3'600'000'000), static_cast<int>(us / 60'000'000 % 60),
                                     static_cast<int>(us / 1'000'000 % 60), static_cast<int>(us % 1'000'000), zone)));
}

bool append_number(std::string& out, double number) {
  if (!std::isfinite(number)) return false;
  char text[32];
  out.append(text, static_cast<std::size_t>(std::to_chars(text, text + sizeof text, number).ptr - text));
  return true;
}

/// "" or why the cell cannot be JSON.
const char* append_cell(std::string& out, const cnx::ColumnView& column, std::uint64_t row, std::int64_t now_us) {
  constexpr const char* kNotText = "is not UTF-8";
  if (column.type() == CNX_WRITE_TIME) return append_time(out, now_us, "Z"), "";
  if (column.is_null(row)) return out += "null", "";
  switch (column.type()) {
    case CNX_INT64:
      return out += std::to_string(column.integer(row)), "";
    case CNX_FLOAT64:
      return append_number(out, column.number(row)) ? "" : "is no number that JSON has";
    case CNX_BOOL:
      return out += column.boolean(row) ? "true" : "false", "";
    case CNX_DECIMAL:
      return append_decimal(out, column.integer(row), column.raw().scale), "";
    case CNX_TIMESTAMP:
      return append_time(out, column.integer(row), "Z"), "";
    case CNX_DATETIME:
      return append_time(out, column.integer(row), ""), "";
    case CNX_DATE:
      out += '"';
      append_date(out, std::chrono::sys_days(std::chrono::days(column.integer(row))));
      return out += '"', "";
    case CNX_TEXT:
      return append_text(out, column.text(row)) ? "" : kNotText;
    case CNX_BYTES:
      return append_hex(out, column.text(row)), "";
    case CNX_JSON:
      return append_json(out, column.text(row)), "";
    default:
      return "has a type that this plugin does not know";
  }
}

}  // namespace

std::optional<LineFault> append_record(std::string& out, const cnx_record& record) {
  const std::size_t before = out.size();
  const auto refuse = [&](const char* part) {
    out.resize(before);
    return LineFault{part, "is not UTF-8"};
  };
  out += "{\"topic\":";
  if (!append_text(out, cnx::view(record.topic))) return refuse("topic");
  out += ",\"partition\":" + std::to_string(record.partition) + ",\"offset\":" + std::to_string(record.offset) +
         ",\"key\":";
  if (!append_text_or_null(out, record.key)) return refuse("key");
  out += ",\"value\":";
  if (!append_text_or_null(out, record.value)) return refuse("value");
  out += "}\n";
  return std::nullopt;
}

std::optional<LineFault> append_row(std::string& out, const cnx::BatchView& batch, std::uint64_t row,
                                    std::int64_t now_us) {
  const std::size_t before = out.size();
  out += '{';
  for (std::uint32_t c = 0; c < batch.column_count(); ++c) {
    const cnx::ColumnView column = batch.column(c);
    if (c > 0) out += ',';
    const char* fault = append_text(out, column.name()) ? "" : "has a name that is not UTF-8";
    out += ':';
    if (*fault == '\0') fault = append_cell(out, column, row, now_us);
    if (*fault != '\0') {
      out.resize(before);
      return LineFault{std::string(column.name()), fault};
    }
  }
  out += batch.is_delete(row) ? ",\"__deleted\":true}\n" : "}\n";
  return std::nullopt;
}
