// SPDX-License-Identifier: Apache-2.0
#include "limits/ready_rows.h"

#include <ctime>

namespace cnx::bench {
namespace {

enum_field_types sent_type(cnx_type type) {
  switch (type) {
    case CNX_INT64:
      return MYSQL_TYPE_LONGLONG;
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      return MYSQL_TYPE_DATETIME;
    case CNX_TEXT:
    case CNX_JSON:
      return MYSQL_TYPE_BLOB;
    default:
      return MYSQL_TYPE_STRING;
  }
}

std::string money(std::int64_t value) {
  const std::string digits = std::to_string(value / 100);
  const std::string cents = std::to_string(100 + value % 100);
  return digits + "." + cents.substr(1);
}

std::tm parts_of(std::int64_t micros) {
  const std::time_t seconds = micros / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

MYSQL_TIME sent_time(std::int64_t micros) {
  const std::tm parts = parts_of(micros);
  MYSQL_TIME time{};
  time.year = static_cast<unsigned>(parts.tm_year + 1900);
  time.month = static_cast<unsigned>(parts.tm_mon + 1);
  time.day = static_cast<unsigned>(parts.tm_mday);
  time.hour = static_cast<unsigned>(parts.tm_hour);
  time.minute = static_cast<unsigned>(parts.tm_min);
  time.second = static_cast<unsigned>(parts.tm_sec);
  time.time_type = MYSQL_TIMESTAMP_DATETIME;
  return time;
}

std::string formatted(enum_field_types type, std::int64_t value) {
  if (type == MYSQL_TYPE_STRING) return money(value);
  const std::tm parts = parts_of(value);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

ReadyColumn make_column(const ColumnView& column, std::uint64_t rows, std::string& arena) {
  ReadyColumn made;
  made.type = sent_type(column.type());
  std::vector<std::size_t> offsets;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const bool null = column.is_null(row);
    made.indicators.push_back(null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE);
    if (made.type == MYSQL_TYPE_LONGLONG) {
      made.integers.push_back(null ? 0 : column.integer(row));
      continue;
    }
    if (made.type == MYSQL_TYPE_DATETIME) made.times.push_back(null ? MYSQL_TIME{} : sent_time(column.integer(row)));
    const bool is_text = made.type == MYSQL_TYPE_BLOB;
    const std::string text = null      ? ""
                             : is_text ? std::string(column.text(row))
                                       : formatted(made.type, column.integer(row));
    offsets.push_back(arena.size());
    made.lengths.push_back(text.size());
    arena += text;
  }
  for (const MYSQL_TIME& time : made.times) made.time_places.push_back(&time);
  for (const std::size_t offset : offsets) made.texts.push_back(arena.data() + offset);
  return made;
}

// Orders are numbered as their keys are sorted, and lines come in order: rows are sorted as the sink sorts them.
void fill_columns(ReadyBatch& batch, const BatchView& rows) {
  batch.rows = rows.size();
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    if (column.type() == CNX_WRITE_TIME) continue;
    batch.arena.push_back(std::make_unique<std::string>());
    batch.columns.push_back(make_column(column, rows.size(), *batch.arena.back()));
  }
}

void name_columns(ReadyRows& ready, const BatchView& rows) {
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    if (column.type() == CNX_WRITE_TIME)
      ready.write_time = column.name();
    else
      ready.names.emplace_back(column.name());
  }
}

}  // namespace

ReadyRows make_ready_rows(OrderSettings settings, const BatchPlan& plan) {
  ReadyRows ready;
  RowFeed feed(settings, false);
  feed.make(0, 1000, [&](const BatchView& rows) { name_columns(ready, rows); });
  for (const auto& batches : plan) {
    std::vector<ReadyBatch>& part = ready.parts.emplace_back();
    for (const PlannedBatch& planned : batches) {
      part.emplace_back().partitions = planned.partitions;
      feed.make(planned.orders, [&](const BatchView& rows) { fill_columns(part.back(), rows); });
    }
  }
  return ready;
}

}  // namespace cnx::bench
