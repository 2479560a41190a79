// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cnx/batch.hpp"
#include "sql_text.h"

namespace cnx::mysql {

enum class InsertMode { kUpsert, kInsert };

/// The columns of a write, as the statement texts need them.
struct StatementColumn {
  std::string name;
  cnx_type type = 0;
  std::uint32_t scale = 0;  ///< of CNX_WRITE_TIME: fractional digits of seconds
  bool is_key = false;
  std::uint64_t cut_characters = 0;  ///< truncate: warn; the longest text to send; 0 = whatever it is
  std::uint64_t cut_bytes = 0;       ///< the same, in bytes
};

/// The texts of the statements that write rows of one shape to one table.
struct Statements {
  std::string insert_head;  ///< "INSERT INTO … VALUES "
  std::string insert_tail;  ///< "" or " ON DUPLICATE KEY UPDATE …"
  std::string insert_bulk;  ///< with placeholders for one row
  std::string delete_head;  ///< "DELETE FROM … WHERE "; "" without key columns
  std::string delete_bulk;
};

[[nodiscard]] Statements make_statements(const TableName& table, const std::vector<StatementColumn>& columns,
                                         InsertMode mode, Dialect dialect);

/// "UTC_TIMESTAMP()", with fractional digits when `scale` is not 0.
[[nodiscard]] std::string write_time(std::uint32_t scale);

/// The text of a CNX_TEXT, CNX_BYTES or CNX_JSON cell as it is sent: cut where the column says so.
[[nodiscard]] std::string_view sent_text(const StatementColumn& spec, const ColumnView& column, std::uint64_t row);

/// Appends one row of a multi-row INSERT: "(1,'a',UTC_TIMESTAMP())".
void append_row(std::string& sql, const std::vector<StatementColumn>& columns, const BatchView& batch,
                std::uint64_t row);
/// Appends one row of a DELETE's condition: "(`id`=1 AND `line`=2)".
void append_key_condition(std::string& sql, const std::vector<StatementColumn>& columns, const BatchView& batch,
                          std::uint64_t row);

}  // namespace cnx::mysql
