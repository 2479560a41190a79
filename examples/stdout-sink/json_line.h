// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cnx/batch.hpp"

/// Why a row or record cannot be a JSON line.
struct LineFault {
  std::string column;
  std::string message;
};

/// Appends one record or row with its newline; after a fault `out` is as it was. `now_us` stands for write-time
/// columns.
std::optional<LineFault> append_record(std::string& out, const cnx_record& record);
std::optional<LineFault> append_row(std::string& out, const cnx::BatchView& batch, std::uint64_t row,
                                    std::int64_t now_us);
