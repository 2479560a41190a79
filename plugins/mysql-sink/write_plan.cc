// SPDX-License-Identifier: Apache-2.0
#include "write_plan.h"

namespace cnx::mysql {

Shape Shape::of(const BatchView& batch) {
  Shape shape;
  shape.target = batch.target();
  for (std::uint32_t c = 0; c < batch.column_count(); ++c) {
    const cnx_column& raw = batch.column(c).raw();
    shape.columns.push_back(
        {std::string(view(raw.name)), raw.type, raw.flags, raw.bits, raw.precision, raw.scale, raw.max_length});
  }
  return shape;
}

bool Shape::matches(const BatchView& batch) const {
  if (batch.column_count() != columns.size() || batch.target() != target) return false;
  for (std::uint32_t c = 0; c < columns.size(); ++c) {
    const cnx_column& raw = batch.column(c).raw();
    const Column& mine = columns[c];
    if (raw.type != mine.type || raw.scale != mine.scale || raw.max_length != mine.max_length ||
        raw.precision != mine.precision || raw.bits != mine.bits || raw.flags != mine.flags ||
        view(raw.name) != mine.name)
      return false;
  }
  return true;
}

std::optional<std::uint32_t> Shape::find(std::string_view name) const {
  for (std::uint32_t c = 0; c < columns.size(); ++c)
    if (same_name(columns[c].name, name)) return c;
  return std::nullopt;
}

std::vector<StatementColumn> statement_columns(const Shape& shape, const TableInfo& table, const Settings& settings) {
  std::vector<StatementColumn> columns;
  for (const auto& column : shape.columns) {
    const ColumnInfo* live = table.find(column.name);
    if (live == nullptr) continue;
    StatementColumn spec;
    spec.name = live->name;
    spec.type = column.type;
    spec.scale = column.type == CNX_WRITE_TIME ? live->scale : column.scale;
    spec.is_key = settings.is_key(column.name);
    // Never a key: two keys cut alike would be one row.
    if (settings.truncate && column.type == CNX_TEXT && !spec.is_key) {
      spec.cut_characters = live->max_characters;
      spec.cut_bytes = live->max_characters > 0 ? 0 : live->max_bytes;
    }
    columns.push_back(std::move(spec));
  }
  return columns;
}

}  // namespace cnx::mysql
