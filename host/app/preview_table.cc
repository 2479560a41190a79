// SPDX-License-Identifier: Apache-2.0
#include "preview_table.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cell_text.h"
#include "preview_sql.h"

namespace cnx::host::app {
namespace {

std::string nullable_text(cnx_str text) { return text.data == nullptr ? "NULL" : escape_line(view(text)); }

std::vector<std::string> columns_of(const BatchView& rows) {
  std::vector<std::string> names{"origin"};
  if (rows.raw().kind == CNX_RECORDS) {
    names.insert(names.end(), {"key", "value"});
    return names;
  }
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) names.emplace_back(rows.column(c).name());
  return names;
}

std::vector<std::string> cells_of(const BatchView& rows, std::uint32_t row) {
  if (rows.raw().kind == CNX_RECORDS) {
    return {nullable_text(rows.record(row).key), nullable_text(rows.record(row).value)};
  }
  std::vector<std::string> cells;
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) cells.push_back(cell_as_text(rows.column(c), row));
  return cells;
}

}  // namespace

TextTable& TablePreview::table_for(const std::string& name, std::vector<std::string> columns) {
  for (auto& [other, table] : tables_) {
    if (other == name && table.columns == columns) return table;
  }
  tables_.emplace_back(name, TextTable{std::move(columns), {}});
  return tables_.back().second;
}

Status TablePreview::add(const PreviewBatch& batch) {
  for (const RowRef& at : written_rows(batch.batch)) {
    const BatchView rows(*batch.batch.outputs[at.output]);
    const std::string_view topic = view(batch.batch.records[at.origin].topic);
    const std::string name = table_of(rows.raw(), plan_, topic) + (rows.is_delete(at.row) ? " (delete)" : "");
    std::vector<std::string> cells = cells_of(rows, at.row);
    cells.insert(cells.begin(), std::to_string(batch.first + at.origin));
    table_for(name, columns_of(rows)).rows.push_back(std::move(cells));
  }
  for (std::string& line : remarks(batch)) remarks_.push_back(std::move(line));
  return {};
}

void TablePreview::finish() {
  for (const auto& [name, table] : tables_) {
    fmt::print(out_, "{}: {} row{}\n{}\n", name, table.rows.size(), table.rows.size() == 1 ? "" : "s",
               render_table(table, width_));
  }
  for (const std::string& line : remarks_) fmt::print(out_, "{}\n", line);
}

}  // namespace cnx::host::app
