// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"
#include "connection.h"
#include "sql_text.h"

namespace cnx::mysql {

/// What kind of values a live column takes, as far as the sink's checks tell them apart.
enum class ColumnKind { kInteger, kDecimal, kFloat, kText, kBinary, kJson, kTime, kDate, kOther };

/// A column of a live table.
struct ColumnInfo {
  std::string name;
  std::string declared;  ///< as the server prints it: "decimal(10,2)"
  ColumnKind kind = ColumnKind::kOther;
  bool nullable = true;
  bool has_default = false;          ///< a default, AUTO_INCREMENT or a generated value
  bool generated = false;            ///< cannot be written
  std::uint64_t max_characters = 0;  ///< CHAR, VARCHAR; 0 = no such limit
  std::uint64_t max_bytes = 0;       ///< text and binary types; 0 = no such limit
  std::uint32_t precision = 0;       ///< digits of a decimal or integer
  std::uint32_t scale = 0;           ///< fractional digits of a decimal or of a time's seconds
  std::string charset;               ///< "" when not a text
  std::string collation;
};

struct UniqueKey {
  std::string name;
  std::vector<std::string> columns;
  bool has_prefix = false;  ///< covers only the first characters of a column
};

/// A live table as information_schema describes it.
struct TableInfo {
  TableName name;
  std::string engine;
  bool transactional = false;
  bool is_view = false;
  std::vector<ColumnInfo> columns;
  std::vector<UniqueKey> unique_keys;

  /// Column names are compared without regard to the case of ASCII letters, as the server does.
  [[nodiscard]] const ColumnInfo* find(std::string_view column) const;
};

/// Reads the table; nullopt when it does not exist (or the user may not see it).
[[nodiscard]] Result<std::optional<TableInfo>> read_table(Connection& connection, const TableName& name);

[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

}  // namespace cnx::mysql
