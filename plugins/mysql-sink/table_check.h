// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cnx/config.hpp"
#include "settings.h"
#include "table_info.h"
#include "write_plan.h"

namespace cnx::mysql {

/// Something that is not as it should be.
struct Problem {
  cnx_severity severity = CNX_FINDING_ERROR;
  std::string object;
  std::string message;
  std::string mend;
};

/// Indexes of the shape's columns that the table lacks.
[[nodiscard]] std::vector<std::uint32_t> missing_columns(const Shape& shape, const TableInfo& table);

/// Whether rows can be written to the table without losing any: engine, and with upsert exactly one unique key, which
/// equals pk.fields.
[[nodiscard]] std::vector<Problem> check_key(const TableInfo& table, const Settings& settings);

/// Whether each column takes the values of the shape: missing columns, kinds that do not fit, required columns that get
/// nothing (errors); narrower columns, other character sets (warnings: single rows may become dead letters).
[[nodiscard]] std::vector<Problem> check_columns(const Shape& shape, const TableInfo& table, const Settings& settings);

}  // namespace cnx::mysql
