// SPDX-License-Identifier: Apache-2.0
#include "packet_column.h"

#include <mysql.h>

#include <bit>
#include <chrono>

namespace cnx::mysql {
namespace {

static_assert(std::endian::native == std::endian::little, "the protocol's numbers are little-endian");

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

template <class T>
char* put_raw(char* out, T value) {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

}  // namespace

char* PacketColumn::put_long_length(char* out, std::uint64_t length) {
  const int bytes = length < 1U << 16 ? 2 : length < 1U << 24 ? 3 : 8;
  *out++ = static_cast<char>(bytes == 2 ? 252 : bytes == 3 ? 253 : 254);
  std::memcpy(out, &length, static_cast<std::size_t>(bytes));
  return out + bytes;
}

// The server counts the characters of a text parameter before it stores it, one call for each; of bytes it does not,
// and checks them when it copies them into the column. They have to be in the column's own character set. In a
// comparison they would be of another collation than the column, and an index of no use.
PacketColumn::PacketColumn(const StatementColumn& spec, const ColumnInfo& live, const ColumnView& column, bool stored)
    : column_(column),
      spec_(&spec),
      form_(form_of(spec, live, column.type())),
      unconverted_(stored && has_texts() && live.kind == ColumnKind::kText && live.charset == "utf8mb4"),
      formatter_(column.type(), column.raw().scale) {}

PacketColumn::Form PacketColumn::form_of(const StatementColumn& spec, const ColumnInfo& live, cnx_type type) {
  switch (type) {
    case CNX_INT64:
      return Form::kInteger;
    case CNX_FLOAT64:
      return Form::kDouble;
    case CNX_BOOL:
      return Form::kTiny;
    case CNX_TEXT:
    case CNX_BYTES:
    case CNX_JSON:
      return spec.cut_characters > 0 || spec.cut_bytes > 0 ? Form::kCutText : Form::kText;
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      // The server need not read a text then. A column of another kind would see another value.
      return live.kind == ColumnKind::kTime ? Form::kTime : Form::kFormatted;
    default:
      return Form::kFormatted;
  }
}

std::uint16_t PacketColumn::wire_type() const {
  switch (form_) {
    case Form::kInteger:
      return MYSQL_TYPE_LONGLONG;
    case Form::kDouble:
      return MYSQL_TYPE_DOUBLE;
    case Form::kTiny:
      return MYSQL_TYPE_TINY;
    case Form::kTime:
      return MYSQL_TYPE_DATETIME;
    default:
      return column_.type() == CNX_BYTES || unconverted_ ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
  }
}

std::size_t PacketColumn::most_besides_text() const {
  constexpr std::size_t kIndicator = 1, kMostOfLength = 9, kMostOfTime = 12;
  if (has_texts()) return kIndicator + kMostOfLength;
  if (form_ == Form::kTime) return kIndicator + kMostOfTime;
  return kIndicator + (form_ == Form::kFormatted ? 1 + kValueWidth : sizeof(std::int64_t));
}

char* PacketColumn::put_other(char* out, std::uint32_t row) {
  switch (form_) {
    case Form::kText:
      return put_text(out, column_.text(row));
    case Form::kInteger:
      return put_raw(out, column_.integer(row));
    case Form::kTime:
      return put_time(out, column_.integer(row));
    case Form::kDouble:
      return put_raw(out, column_.number(row));
    case Form::kTiny:
      return put_raw(out, static_cast<char>(column_.boolean(row) ? 1 : 0));
    case Form::kCutText:
      return put_text(out, sent_text(*spec_, column_, row));
    case Form::kFormatted:
      break;
  }
  const std::size_t length = formatter_.format(out + 1, column_.integer(row));
  *out = static_cast<char>(length);
  return out + 1 + length;
}

char* PacketColumn::put_time(char* out, std::int64_t micros) {
  const std::int64_t day = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
  if (day != day_) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    put_raw(date_, static_cast<std::int16_t>(static_cast<int>(date.year())));
    date_[2] = static_cast<char>(static_cast<unsigned>(date.month()));
    date_[3] = static_cast<char>(static_cast<unsigned>(date.day()));
    day_ = day;
  }
  const auto of_day = static_cast<std::uint64_t>(micros - day * kMicrosPerDay);
  const auto second = static_cast<std::uint32_t>(of_day / kMicrosPerSecond);
  const auto fraction = static_cast<std::uint32_t>(of_day % kMicrosPerSecond);
  *out++ = static_cast<char>(fraction != 0 ? 11 : 7);
  std::memcpy(out, date_, sizeof date_);
  out[4] = static_cast<char>(second / 3600);
  out[5] = static_cast<char>(second / 60 % 60);
  out[6] = static_cast<char>(second % 60);
  return fraction != 0 ? put_raw(out + 7, fraction) : out + 7;
}

}  // namespace cnx::mysql
