// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cnx/batch.hpp"
#include "cnx/result.hpp"
#include "prepared.h"
#include "settings.h"
#include "statements.h"
#include "table_info.h"

namespace cnx::mysql {

/// The columns that a batch brings, without values; a copy that outlives the batch.
struct Shape {
  struct Column {
    std::string name;
    cnx_type type = 0;
    std::uint32_t flags = 0;
    std::uint32_t bits = 0;
    std::uint32_t precision = 0;
    std::uint32_t scale = 0;
    std::uint32_t max_length = 0;
  };
  std::string target;  ///< "" = the sink's table.name.format decides
  std::vector<Column> columns;

  [[nodiscard]] static Shape of(const BatchView& batch);
  [[nodiscard]] bool matches(const BatchView& batch) const;
  /// Index of the column of that name.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
};

/// Everything about writing rows of one shape to one live table, worked out once: column by column of the batch.
struct WritePlan {
  Shape shape;
  TableInfo table;
  std::vector<StatementColumn> columns;    ///< one per column of the batch
  std::vector<const ColumnInfo*> live;     ///< the same, into `table`
  std::vector<std::uint32_t> key_columns;  ///< in the order of pk.fields
  Statements statements;
  PreparedStatement bulk_insert;
  PreparedStatement bulk_delete;
};

/// The shape's columns as the live table has them; those that it lacks are left out.
[[nodiscard]] std::vector<StatementColumn> statement_columns(const Shape& shape, const TableInfo& table,
                                                             const Settings& settings);

}  // namespace cnx::mysql
