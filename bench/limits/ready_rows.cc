// SPDX-License-Identifier: Apache-2.0
#include "limits/ready_rows.h"

#include <mysql.h>

#include <ctime>

namespace cnx::bench {
namespace {

std::string formatted(const ColumnView& column, std::uint64_t row) {
  const std::int64_t value = column.integer(row);
  if (column.type() == CNX_DECIMAL) {
    const std::string digits = std::to_string(value / 100);
    const std::string cents = std::to_string(100 + value % 100);
    return digits + "." + cents.substr(1);
  }
  const std::time_t seconds = value / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

ReadyColumn make_column(const ColumnView& column, std::uint64_t rows, std::string& arena) {
  ReadyColumn made;
  made.is_integer = column.type() == CNX_INT64;
  std::vector<std::size_t> offsets;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const bool null = column.is_null(row);
    made.indicators.push_back(null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE);
    if (made.is_integer) {
      made.integers.push_back(null ? 0 : column.integer(row));
      continue;
    }
    const bool is_text = column.type() == CNX_TEXT || column.type() == CNX_JSON;
    const std::string text = null ? "" : is_text ? std::string(column.text(row)) : formatted(column, row);
    offsets.push_back(arena.size());
    made.lengths.push_back(text.size());
    arena += text;
  }
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
