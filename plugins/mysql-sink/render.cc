// SPDX-License-Identifier: Apache-2.0
#include "render.h"

#include <string>
#include <vector>

#include "row_order.h"
#include "write_plan.h"

namespace cnx::mysql {
namespace {

constexpr std::size_t kRowsPerStatement = 100;

std::vector<StatementColumn> columns_of(const Shape& shape, const Settings& settings) {
  std::vector<StatementColumn> columns;
  for (const auto& column : shape.columns)
    columns.push_back({column.name, column.type, column.scale, settings.is_key(column.name), 0, 0});
  return columns;
}

}  // namespace

Status render_statements(const Settings& settings, const BatchView& batch, const Selection& rows,
                         const StatementSink& statement) {
  const Shape shape = Shape::of(batch);
  const auto known = settings.table_for(shape.target, {});
  const TableName name = known.ok() ? *known : TableName::parse(settings.table_format, settings.connection.database);
  const auto columns = columns_of(shape, settings);
  const Statements texts = make_statements(name, columns, settings.insert_mode, Dialect::kValuesFunction);
  std::vector<std::uint32_t> keys;
  for (const auto& field : settings.key_fields) {
    const auto index = shape.find(field);
    if (!index)
      return config_error("pk.fields: the rows for table " + name.quoted() + " have no column `" + field + "`");
    keys.push_back(*index);
  }
  std::vector<std::uint32_t> order;
  order_rows(batch, rows, keys, order);
  std::string sql;
  for (std::size_t begin = 0; begin < order.size();) {
    const bool deletes = batch.is_delete(order[begin]);
    if (deletes && keys.empty())
      return config_error("pk.fields: rows are to be deleted, and no column of the key is named");
    sql = deletes ? texts.delete_head : texts.insert_head;
    std::size_t end = begin;
    for (; end < order.size() && end - begin < kRowsPerStatement && batch.is_delete(order[end]) == deletes; ++end) {
      if (end > begin) sql += deletes ? "\n OR " : ",\n  ";
      if (deletes)
        append_key_condition(sql, columns, batch, order[end]);
      else
        append_row(sql, columns, batch, order[end]);
    }
    if (!deletes) sql += texts.insert_tail;
    statement(sql);
    begin = end;
  }
  return {};
}

}  // namespace cnx::mysql
