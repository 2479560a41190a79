// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "sql_text.h"
#include "write_plan.h"

namespace cnx::mysql {

/// CREATE DATABASE IF NOT EXISTS, in utf8mb4.
[[nodiscard]] std::string database_ddl(std::string_view database);
/// CREATE TABLE IF NOT EXISTS of connect_offsets.
[[nodiscard]] std::string offsets_table_ddl(const TableName& name);
/// CREATE TABLE IF NOT EXISTS of connect_dead_letters.
[[nodiscard]] std::string marks_table_ddl(const TableName& name);
/// CREATE TABLE IF NOT EXISTS of a table for rows of that shape. kConfig when a type or the key cannot be declared.
[[nodiscard]] Result<std::string> table_ddl(const TableName& name, const Shape& shape,
                                            const std::vector<std::string>& key_fields);
/// ALTER TABLE that adds columns of the shape, as columns that may be null; `missing` are indexes into it.
[[nodiscard]] Result<std::string> add_columns_ddl(const TableName& name, const Shape& shape,
                                                  const std::vector<std::uint32_t>& missing);
/// The type as it is declared: "VARCHAR(100)", "DECIMAL(10,2)".
[[nodiscard]] Result<std::string> declared_type(const Shape::Column& column, bool is_key);

}  // namespace cnx::mysql
