// SPDX-License-Identifier: Apache-2.0
//
// One page of GET /v3/orders: how many orders there are, where the next page is, and each order's exact bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"
#include "json_doc.h"

namespace walmart {

/// One order of a page. `bytes` points into the page's body.
struct PageOrder {
  std::string id;  ///< purchaseOrderId, or "#<hash>" for an order without one
  bool has_id = false;
  std::optional<std::int64_t> order_date_ms;  ///< empty when it is missing or cannot be read
  std::string_view bytes;                     ///< as received: digits, blanks and all
};

struct Page {
  std::int64_t total_count = 0;  ///< orders of the whole result
  std::string next_cursor;       ///< as it stands, with "&amp;" turned into "&"; empty: last page
  std::vector<PageOrder> orders;
};

/// Reads a page. An error (action RETRY, as a page is asked for again) says why `body` is none. `body` must outlive the
/// page. `memory` may be NULL.
[[nodiscard]] cnx::Result<Page> parse_page(std::string_view body, const JsonMemory* memory = nullptr);

/// Makes `out` the order with "request_time" as its first member and not another byte changed, or as it is when it is
/// no JSON object. `time`: sql_text() of the fetch. `out` keeps its memory for the next order.
void put_request_time(std::string_view order, std::string_view time, std::string& out);

}  // namespace walmart
