// SPDX-License-Identifier: Apache-2.0
//
// Ready-made rows: what the order-transform makes of generated orders.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/batch.hpp"
#include "generate/order_maker.h"
#include "order_transform.h"

namespace cnx::bench {

/// One thread.
class RowFeed {
 public:
  /// Gets the rows of a range of orders; `origin` counts from the range's first order. Borrowed during the call.
  using Rows = std::function<void(const BatchView& rows)>;

  /// `extra_columns`: 55 columns instead of 52.
  RowFeed(OrderSettings settings, bool extra_columns);

  /// Calls `rows` at most once. Ends the process when a good order is refused: a figure of anything else would lie.
  void make(std::uint64_t first, std::uint32_t count, const Rows& rows);
  /// The same of these orders, in this order.
  void make(std::span<const std::uint64_t> numbers, const Rows& rows);

 private:
  OrderMaker maker_;
  order_transform::OrderTransform transform_;
  std::vector<std::string> texts_;
  std::vector<cnx_record> records_;
  std::vector<std::uint64_t> range_;
  std::vector<std::uint32_t> origins_;
};

/// Appends the row as one flat JSON object: whole numbers as numbers; decimals, times and JSON as text.
void append_json_row(std::string& out, const BatchView& rows, std::uint64_t row);

}  // namespace cnx::bench
