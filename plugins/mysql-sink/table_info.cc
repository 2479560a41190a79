// SPDX-License-Identifier: Apache-2.0
#include "table_info.h"

#include <algorithm>
#include <charconv>

namespace cnx::mysql {
namespace {

std::uint64_t number(const std::optional<std::string>& text) {
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

ColumnKind kind_of(std::string_view type) {
  struct Entry {
    std::string_view type;
    ColumnKind kind;
  };
  static constexpr Entry kTypes[] = {
      {"tinyint", ColumnKind::kInteger},   {"smallint", ColumnKind::kInteger}, {"mediumint", ColumnKind::kInteger},
      {"int", ColumnKind::kInteger},       {"bigint", ColumnKind::kInteger},   {"decimal", ColumnKind::kDecimal},
      {"float", ColumnKind::kFloat},       {"double", ColumnKind::kFloat},     {"char", ColumnKind::kText},
      {"varchar", ColumnKind::kText},      {"tinytext", ColumnKind::kText},    {"text", ColumnKind::kText},
      {"mediumtext", ColumnKind::kText},   {"longtext", ColumnKind::kText},    {"binary", ColumnKind::kBinary},
      {"varbinary", ColumnKind::kBinary},  {"tinyblob", ColumnKind::kBinary},  {"blob", ColumnKind::kBinary},
      {"mediumblob", ColumnKind::kBinary}, {"longblob", ColumnKind::kBinary},  {"json", ColumnKind::kJson},
      {"timestamp", ColumnKind::kTime},    {"datetime", ColumnKind::kTime},    {"date", ColumnKind::kDate},
  };
  for (const auto& entry : kTypes)
    if (entry.type == type) return entry.kind;
  return ColumnKind::kOther;
}

ColumnInfo column_from(const ResultRow& row) {
  ColumnInfo column;
  column.name = row[0].value_or("");
  const std::string type = row[1].value_or("");
  column.declared = row[2].value_or("");
  column.kind = kind_of(type);
  const bool is_fixed_text = type == "char" || type == "varchar";
  column.max_characters = is_fixed_text ? number(row[3]) : 0;
  column.max_bytes = number(row[4]);
  column.precision = static_cast<std::uint32_t>(number(row[5]));
  column.scale = static_cast<std::uint32_t>(number(column.kind == ColumnKind::kTime ? row[7] : row[6]));
  column.nullable = row[8] == "YES";
  const std::string extra = row[10].value_or("");
  column.generated =
      extra.find("GENERATED") != std::string::npos && extra.find("DEFAULT_GENERATED") == std::string::npos;
  column.has_default = row[9].has_value() || column.generated || extra.find("auto_increment") != std::string::npos;
  column.charset = row[11].value_or("");
  column.collation = row[12].value_or("");
  return column;
}

std::string where(const TableName& name) {
  return " WHERE table_schema=" + quote_text(name.database) + " AND table_name=" + quote_text(name.table);
}

Status read_columns(Connection& connection, TableInfo& table, std::string_view object) {
  const std::string sql =
      "SELECT column_name, data_type, column_type, character_maximum_length, character_octet_length, numeric_precision,"
      " numeric_scale, datetime_precision, is_nullable, column_default, extra, character_set_name, collation_name"
      " FROM information_schema.columns" +
      where(table.name) + " ORDER BY ordinal_position";
  CNX_ASSIGN(const auto rows, connection.query(sql, object));
  for (const auto& row : rows) table.columns.push_back(column_from(row));
  return {};
}

Status read_keys(Connection& connection, TableInfo& table, std::string_view object) {
  // An expression of a functional key has no column name; it stands as "(expression)".
  const std::string sql = "SELECT index_name, column_name, sub_part FROM information_schema.statistics" +
                          where(table.name) + " AND non_unique=0 ORDER BY index_name, seq_in_index";
  CNX_ASSIGN(const auto rows, connection.query(sql, object));
  for (const auto& row : rows) {
    const std::string name = row[0].value_or("");
    if (table.unique_keys.empty() || table.unique_keys.back().name != name)
      table.unique_keys.push_back({name, {}, false});
    table.unique_keys.back().columns.push_back(row[1].value_or("(expression)"));
    if (row[2]) table.unique_keys.back().has_prefix = true;
  }
  return {};
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

const ColumnInfo* TableInfo::find(std::string_view column) const {
  for (const auto& candidate : columns)
    if (same_name(candidate.name, column)) return &candidate;
  return nullptr;
}

Result<std::optional<TableInfo>> read_table(Connection& connection, const TableName& name) {
  const std::string object = "reading the definition of table " + name.quoted();
  const std::string sql =
      "SELECT t.table_type, t.engine, e.transactions FROM information_schema.tables t"
      " LEFT JOIN information_schema.engines e ON e.engine = t.engine WHERE t.table_schema=" +
      quote_text(name.database) + " AND t.table_name=" + quote_text(name.table);
  CNX_ASSIGN(const auto rows, connection.query(sql, object));
  if (rows.empty()) return std::optional<TableInfo>();
  TableInfo table;
  table.name = name;
  table.is_view = rows[0][0].value_or("").find("VIEW") != std::string::npos;
  table.engine = rows[0][1].value_or("");
  table.transactional = rows[0][2] == "YES";
  CNX_TRY(read_columns(connection, table, object));
  CNX_TRY(read_keys(connection, table, object));
  return std::optional<TableInfo>(std::move(table));
}

}  // namespace cnx::mysql
