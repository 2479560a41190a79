// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cnx/batch.hpp"

namespace cnx::mysql {

/// Fills `order` with the selected rows, stably sorted by the key columns (indexes into the batch's columns): writers
/// that take locks in one order do not deadlock. Rows with one key keep their order, so the last version wins. Texts
/// are compared by bytes, nulls come first. Without key columns the order is the selection's.
void order_rows(const BatchView& batch, const Selection& rows, const std::vector<std::uint32_t>& key_columns,
                std::vector<std::uint32_t>& order);

}  // namespace cnx::mysql
