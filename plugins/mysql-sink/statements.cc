// SPDX-License-Identifier: Apache-2.0
#include "statements.h"

namespace cnx::mysql {
namespace {

constexpr const char* kAlias = "cnx_new";

void append_update(std::string& sql, const StatementColumn& column, Dialect dialect) {
  append_name(sql, column.name);
  sql += '=';
  if (column.type == CNX_WRITE_TIME) {
    sql += write_time(column.scale);
  } else if (dialect == Dialect::kRowAlias) {
    sql += kAlias;
    sql += '.';
    append_name(sql, column.name);
  } else {
    sql += "VALUES(";
    append_name(sql, column.name);
    sql += ')';
  }
}

std::string upsert_tail(const std::vector<StatementColumn>& columns, Dialect dialect) {
  std::string sql;
  if (dialect == Dialect::kRowAlias) sql += std::string(" AS ") + kAlias;
  sql += " ON DUPLICATE KEY UPDATE ";
  bool first = true;
  for (const auto& column : columns) {
    if (column.is_key) continue;
    if (!first) sql += ',';
    first = false;
    append_update(sql, column, dialect);
  }
  // A table of key columns only: the syntax wants an assignment, so the key is set to itself.
  if (first) append_update(sql, columns.front(), dialect);
  return sql;
}

}  // namespace

std::string write_time(std::uint32_t scale) {
  return scale == 0 ? "UTC_TIMESTAMP()" : "UTC_TIMESTAMP(" + std::to_string(scale) + ")";
}

Statements make_statements(const TableName& table, const std::vector<StatementColumn>& columns, InsertMode mode,
                           Dialect dialect) {
  Statements made;
  std::string names, places, keys;
  for (const auto& column : columns) {
    if (!names.empty()) names += ',';
    append_name(names, column.name);
    if (!places.empty()) places += ',';
    places += column.type == CNX_WRITE_TIME ? write_time(column.scale) : "?";
    if (!column.is_key) continue;
    if (!keys.empty()) keys += " AND ";
    append_name(keys, column.name);
    keys += "=?";
  }
  made.insert_head = "INSERT INTO " + table.quoted() + " (" + names + ") VALUES ";
  if (mode == InsertMode::kUpsert) made.insert_tail = upsert_tail(columns, dialect);
  made.insert_bulk = made.insert_head + "(" + places + ")" + made.insert_tail;
  if (!keys.empty()) {
    made.delete_head = "DELETE FROM " + table.quoted() + " WHERE ";
    made.delete_bulk = made.delete_head + keys;
  }
  return made;
}

std::string_view sent_text(const StatementColumn& spec, const ColumnView& column, std::uint64_t row) {
  const std::string_view text = column.text(row);
  if (spec.cut_characters > 0 && text.size() > spec.cut_characters) return first_characters(text, spec.cut_characters);
  if (spec.cut_bytes == 0 || text.size() <= spec.cut_bytes) return text;
  // Not within a character: back to where one starts.
  std::uint64_t end = spec.cut_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void append_row(std::string& sql, const std::vector<StatementColumn>& columns, const BatchView& batch,
                std::uint64_t row) {
  sql += '(';
  for (std::uint32_t c = 0; c < columns.size(); ++c) {
    if (c > 0) sql += ',';
    const ColumnView column = batch.column(c);
    if (columns[c].type == CNX_WRITE_TIME)
      sql += write_time(columns[c].scale);
    else if (columns[c].type == CNX_TEXT && !column.is_null(row))
      append_text(sql, sent_text(columns[c], column, row));
    else
      append_literal(sql, column, row);
  }
  sql += ')';
}

void append_key_condition(std::string& sql, const std::vector<StatementColumn>& columns, const BatchView& batch,
                          std::uint64_t row) {
  sql += '(';
  bool first = true;
  for (std::uint32_t c = 0; c < columns.size(); ++c) {
    if (!columns[c].is_key) continue;
    if (!first) sql += " AND ";
    first = false;
    append_name(sql, columns[c].name);
    sql += '=';
    append_literal(sql, batch.column(c), row);
  }
  sql += ')';
}

}  // namespace cnx::mysql
