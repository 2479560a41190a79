// SPDX-License-Identifier: Apache-2.0
#include "limits/ready_rows.h"

#include <mysql.h>

#include <algorithm>
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

/// Rows of one batch by the order that they are sent in.
std::vector<std::uint64_t> sorted_rows(const BatchView& rows, std::uint32_t part, std::uint32_t parts) {
  std::vector<std::uint64_t> chosen;
  for (std::uint64_t row = 0; row < rows.size(); ++row)
    if (rows.origin(row) % parts == part) chosen.push_back(row);
  // Orders are numbered as their keys are sorted, and lines come in order.
  return chosen;
}

ReadyColumn make_column(const ColumnView& column, const std::vector<std::uint64_t>& rows, std::string& arena) {
  ReadyColumn made;
  made.is_integer = column.type() == CNX_INT64;
  std::vector<std::size_t> offsets;
  for (const std::uint64_t row : rows) {
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

ReadyBatch make_batch(const BatchView& rows, std::uint32_t orders, std::uint32_t part, std::uint32_t parts) {
  ReadyBatch batch;
  batch.orders = orders;
  const std::vector<std::uint64_t> chosen = sorted_rows(rows, part, parts);
  batch.rows = chosen.size();
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    if (column.type() == CNX_WRITE_TIME) continue;
    batch.arena.push_back(std::make_unique<std::string>());
    batch.columns.push_back(make_column(column, chosen, *batch.arena.back()));
  }
  return batch;
}

}  // namespace

ReadyRows make_ready_rows(OrderSettings settings, std::uint64_t orders, std::uint32_t batch_orders,
                          std::uint32_t connections) {
  ReadyRows ready;
  ready.parts.resize(connections);
  RowFeed feed(settings, false);
  const std::uint64_t step = std::uint64_t{batch_orders} * connections;
  for (std::uint64_t first = 0; first < orders; first += step) {
    const auto count = static_cast<std::uint32_t>(std::min(step, orders - first));
    feed.make(first, count, [&](const BatchView& rows) {
      for (std::uint32_t c = 0; c < rows.column_count() && first == 0; ++c) {
        const ColumnView column = rows.column(c);
        if (column.type() == CNX_WRITE_TIME)
          ready.write_time = column.name();
        else
          ready.names.emplace_back(column.name());
      }
      for (std::uint32_t part = 0; part < connections; ++part) {
        const std::uint32_t share = count / connections + (part < count % connections ? 1 : 0);
        if (share > 0) ready.parts[part].push_back(make_batch(rows, share, part, connections));
      }
    });
  }
  return ready;
}

}  // namespace cnx::bench
