// SPDX-License-Identifier: Apache-2.0
#include "ddl.h"

#include <algorithm>

namespace cnx::mysql {
namespace {

constexpr std::string_view kTableEnd = ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";

// Longer texts are declared as TEXT: all columns of a row that are not TEXT share 65,535 bytes.
constexpr std::uint32_t kLongestVarchar = 4000;
constexpr std::uint32_t kBytesPerCharacter = 4;
constexpr std::uint32_t kText = 65'535;
constexpr std::uint32_t kMediumText = 16'777'215;
constexpr std::uint32_t kDigitsOfInt64 = 19;

std::string with_scale(const char* type, std::uint32_t scale) {
  return scale == 0 ? type : std::string(type) + "(" + std::to_string(scale) + ")";
}

std::string integer_type(std::uint32_t bits) {
  switch (bits) {
    case 8:
      return "TINYINT";
    case 16:
      return "SMALLINT";
    case 32:
      return "INT";
    default:
      return "BIGINT";
  }
}

std::string text_type(std::uint32_t characters) {
  if (characters == 0) return "TEXT";
  if (characters <= kLongestVarchar) return "VARCHAR(" + std::to_string(characters) + ")";
  const std::uint64_t bytes = std::uint64_t{characters} * kBytesPerCharacter;
  return bytes <= kText ? "TEXT" : bytes <= kMediumText ? "MEDIUMTEXT" : "LONGTEXT";
}

std::string bytes_type(std::uint32_t bytes) {
  if (bytes == 0) return "LONGBLOB";
  if (bytes <= kLongestVarchar) return "VARBINARY(" + std::to_string(bytes) + ")";
  return bytes <= kText ? "BLOB" : bytes <= kMediumText ? "MEDIUMBLOB" : "LONGBLOB";
}

// By the usual collations, keys that differ only in case would be one row, and one of the two lost.
std::string collation(const Shape::Column& column, bool is_key) {
  return is_key && column.type == CNX_TEXT ? " COLLATE utf8mb4_bin" : "";
}

// TIMESTAMP without NULL gets NOT NULL and a default of its own on servers with explicit_defaults_for_timestamp off.
std::string nullability(const Shape::Column& column, bool is_key) {
  if (is_key || (column.flags & CNX_COLUMN_NOT_NULL) != 0) return " NOT NULL";
  return column.type == CNX_TIMESTAMP ? " NULL" : "";
}

}  // namespace

Result<std::string> declared_type(const Shape::Column& column, bool is_key) {
  const auto refuse = [&](const std::string& why) { return config_error("column `" + column.name + "`: " + why); };
  switch (column.type) {
    case CNX_INT64:
      return integer_type(column.bits);
    case CNX_FLOAT64:
      return std::string("DOUBLE");
    case CNX_BOOL:
      return std::string("BOOLEAN");
    case CNX_DECIMAL: {
      const std::uint32_t precision = column.precision == 0 ? kDigitsOfInt64 : column.precision;
      if (column.scale > precision || column.scale > 28)
        return refuse("no decimal has " + std::to_string(precision) + " digits of which " +
                      std::to_string(column.scale) + " are behind the point");
      return "DECIMAL(" + std::to_string(precision) + "," + std::to_string(column.scale) + ")";
    }
    case CNX_TIMESTAMP:
      return with_scale("TIMESTAMP", column.scale);
    case CNX_DATETIME:
    case CNX_WRITE_TIME:
      return with_scale("DATETIME", column.scale);
    case CNX_DATE:
      return std::string("DATE");
    case CNX_TEXT:
    case CNX_BYTES:
      if (is_key && (column.max_length == 0 || column.max_length > kLongestVarchar))
        return refuse("a key needs a text with a length; the shape declares none that fits a key");
      return column.type == CNX_TEXT ? text_type(column.max_length) : bytes_type(column.max_length);
    case CNX_JSON:
      if (is_key) return refuse("a JSON value cannot be a key");
      return std::string("JSON");
    default:
      return refuse("type " + std::to_string(column.type) + " is not known to this version of mysql-sink");
  }
}

std::string database_ddl(std::string_view database) {
  return "CREATE DATABASE IF NOT EXISTS " + quote_name(database) + " CHARACTER SET utf8mb4";
}

std::string offsets_table_ddl(const TableName& name) {
  // Binary collation: names that differ in case only are different topics.
  return "CREATE TABLE IF NOT EXISTS " + name.quoted() +
         " (\n"
         "  `connector` VARCHAR(249) NOT NULL,\n"
         "  `topic` VARCHAR(249) NOT NULL,\n"
         "  `partition` INT NOT NULL,\n"
         "  `next_offset` BIGINT NOT NULL,\n"
         "  `epoch` BIGINT NOT NULL,\n"
         "  `owner` VARCHAR(255) NOT NULL,\n"
         "  `group_id` VARCHAR(255) NOT NULL,\n"
         "  `last_offset` BIGINT,\n"
         "  `last_timestamp_ms` BIGINT,\n"
         "  `topic_id` VARCHAR(64),\n"
         "  `cluster_id` VARCHAR(64),\n"
         "  `host_version` VARCHAR(64),\n"
         "  `updated_at` DATETIME,\n"
         "  PRIMARY KEY (`connector`, `topic`, `partition`)\n" +
         std::string(kTableEnd) + " COLLATE=utf8mb4_bin";
}

std::string marks_table_ddl(const TableName& name) {
  return "CREATE TABLE IF NOT EXISTS " + name.quoted() +
         " (\n"
         "  `connector` VARCHAR(249) NOT NULL,\n"
         "  `topic` VARCHAR(249) NOT NULL,\n"
         "  `partition` INT NOT NULL,\n"
         "  `offset` BIGINT NOT NULL,\n"
         "  `timestamp_ms` BIGINT NOT NULL,\n"
         "  `state` VARCHAR(16) NOT NULL,\n"
         "  `replay` VARCHAR(255),\n"
         "  `died_at` DATETIME,\n"
         "  `updated_at` DATETIME,\n"
         "  PRIMARY KEY (`connector`, `topic`, `partition`, `offset`)\n" +
         std::string(kTableEnd) + " COLLATE=utf8mb4_bin";
}

Result<std::string> table_ddl(const TableName& name, const Shape& shape, const std::vector<std::string>& key_fields) {
  std::string sql = "CREATE TABLE IF NOT EXISTS " + name.quoted() + " (\n";
  for (const auto& column : shape.columns) {
    const bool is_key = std::any_of(key_fields.begin(), key_fields.end(),
                                    [&](const std::string& field) { return same_name(field, column.name); });
    CNX_ASSIGN(const std::string type, declared_type(column, is_key));
    if (&column != &shape.columns.front()) sql += ",\n";
    sql += "  " + quote_name(column.name) + " " + type + collation(column, is_key) + nullability(column, is_key);
  }
  std::string key;
  for (const auto& field : key_fields) {
    const auto index = shape.find(field);
    if (!index)
      return config_error("pk.fields: the rows for table " + name.quoted() + " have no column `" + field +
                          "`; name columns that they have");
    key += (key.empty() ? "" : ", ") + quote_name(shape.columns[*index].name);
  }
  if (!key.empty()) sql += ",\n  PRIMARY KEY (" + key + ")";
  return sql + "\n" + std::string(kTableEnd);
}

Result<std::string> add_columns_ddl(const TableName& name, const Shape& shape,
                                    const std::vector<std::uint32_t>& missing) {
  std::string sql = "ALTER TABLE " + name.quoted();
  for (const std::uint32_t index : missing) {
    const Shape::Column& column = shape.columns[index];
    CNX_ASSIGN(const std::string type, declared_type(column, false));
    sql += (index == missing.front() ? "\n  ADD COLUMN " : ",\n  ADD COLUMN ") + quote_name(column.name) + " " + type +
           " NULL";
  }
  return sql;
}

}  // namespace cnx::mysql
