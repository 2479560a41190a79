// SPDX-License-Identifier: Apache-2.0
//
// Columns as a configuration names them: `id:int64,price:decimal(10,2),name:string(40)`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"
#include "cnx/row_batch.hpp"

namespace cnx::std_transforms {

/// For docs and messages.
inline constexpr std::string_view kTypeNames =
    "int8, int16, int32, int64, float64, boolean, decimal(PRECISION,SCALE), string, string(CHARACTERS), timestamp, "
    "timestamp(DECIMALS OF A SECOND), date, json";

/// The column of that name and type; its name lives as long as the process (a batch may outlive its transform, and
/// there are as many names as configurations have). The error names the type, not the key.
[[nodiscard]] Result<ColumnSpec> column_of(std::string_view name, std::string_view type);

/// `name:type` separated by commas; those in brackets separate nothing. The error begins with `key`.
[[nodiscard]] Result<std::vector<ColumnSpec>> read_columns(std::string_view key, std::string_view list);

}  // namespace cnx::std_transforms
