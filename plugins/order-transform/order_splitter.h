// SPDX-License-Identifier: Apache-2.0
//
// Cuts a document into its orders, so that `preview` can count them.
#pragma once

#include <functional>
#include <string_view>

namespace cnx::order_transform {

/// Calls `part` with the bytes (a view into `document`) and the JSON path of each order of an array, an API page or
/// `{"order": …}`, in order. What holds no order that could be told apart comes back whole, with the path "$".
/// Thread-safe: no state.
void split_orders(std::string_view document,
                  const std::function<void(std::string_view bytes, std::string_view path)>& part);

}  // namespace cnx::order_transform
