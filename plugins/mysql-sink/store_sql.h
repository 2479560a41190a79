// SPDX-License-Identifier: Apache-2.0
//
// What the sink's own tables have in common: rows of a connector's partitions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cnx/component.hpp"
#include "session.h"
#include "sql_text.h"

namespace cnx::mysql {

/// Runs `ddl` when `name` is not there; the user needs CREATE only then.
Status make_if_missing(Session& session, const Host& host, const TableName& name, const std::string& ddl);

/// " WHERE …" for the rows of one partition.
[[nodiscard]] std::string partition_condition(std::string_view connector, cnx_str topic, std::int32_t partition);

/// A column of a result; `absent_value` for NULL.
[[nodiscard]] std::int64_t number_of(const std::optional<std::string>& text, std::int64_t absent_value);

/// "topic[partition]"
[[nodiscard]] std::string partition_name(cnx_str topic, std::int32_t partition);

}  // namespace cnx::mysql
