// SPDX-License-Identifier: Apache-2.0
#include "order_splitter.h"

#include <string>

#include "json_parser.h"

namespace cnx::order_transform {
namespace {

/// The member's key when `object` is an object that has it once; else nullptr.
yyjson_val* only_key(yyjson_val* object, std::string_view name) {
  yyjson_val* found = nullptr;
  yyjson_obj_iter keys = yyjson_obj_iter_with(object);
  while (yyjson_val* key = yyjson_obj_iter_next(&keys)) {
    if (std::string_view(yyjson_get_str(key), yyjson_get_len(key)) != name) continue;
    if (found != nullptr) return nullptr;
    found = key;
  }
  return found;
}

/// The innermost key of a chain of members.
yyjson_val* only_key(yyjson_val* object, std::string_view a, std::string_view b, std::string_view c) {
  for (const auto name : {a, b}) {
    yyjson_val* const key = only_key(object, name);
    if (key == nullptr) return nullptr;
    object = yyjson_obj_iter_get_val(key);
  }
  return only_key(object, c);
}

/// Where the orders stand: their bytes (a list, or one alone) and path; empty when there are none.
struct Orders {
  std::string_view bytes;
  std::string path;
};

/// By itself in a record, the value would be read as the order that it is here: wrappers within wrappers are none.
bool is_plain(yyjson_val* order) {
  if (!yyjson_is_obj(order)) return !yyjson_is_arr(order);
  return yyjson_obj_get(order, "purchaseOrderId") != nullptr ||
         (yyjson_obj_get(order, "order") == nullptr && yyjson_obj_get(order, "list") == nullptr);
}
bool are_plain(yyjson_val* orders) {
  if (!yyjson_is_arr(orders)) return is_plain(orders);
  yyjson_arr_iter items = yyjson_arr_iter_with(orders);
  while (yyjson_val* order = yyjson_arr_iter_next(&items))
    if (!is_plain(order)) return false;
  return true;
}

Orders find_orders(const JsonDocument& document) {
  yyjson_val* const root = document.root;
  if (yyjson_is_arr(root) && are_plain(root)) return {document.payload.substr(skip_blanks(document.payload, 0)), "$"};
  if (!yyjson_is_obj(root) || yyjson_obj_get(root, "purchaseOrderId") != nullptr) return {};
  yyjson_val* const order = only_key(root, "order");
  yyjson_val* const listed = only_key(root, "list", "elements", "order");
  // Neither or both: the transform says what is wrong with it.
  if ((order == nullptr) == (listed == nullptr)) return {};
  if (!are_plain(yyjson_obj_iter_get_val(order != nullptr ? order : listed))) return {};
  if (order != nullptr) return {document.as_received(order), "$.order"};
  return {document.as_received(listed), "$.list.elements.order"};
}

/// Calls `part` with each item of a list's bytes; false when it has none.
bool split_list(const Orders& list, const auto& part) {
  std::size_t count = 0;
  for (std::size_t at = skip_blanks(list.bytes, 1); at < list.bytes.size() && list.bytes[at] != ']';) {
    const std::size_t end = end_of_value(list.bytes, at);
    part(list.bytes.substr(at, end - at), list.path + "[" + std::to_string(count++) + "]");
    at = skip_blanks(list.bytes, end);
    if (at < list.bytes.size() && list.bytes[at] == ',') at = skip_blanks(list.bytes, at + 1);
  }
  return count > 0;
}

}  // namespace

void split_orders(std::string_view document, const std::function<void(std::string_view, std::string_view)>& part) {
  JsonParser parser;
  const JsonDocument parsed = parser.parse(document);
  const Orders orders = parsed.root == nullptr ? Orders{} : find_orders(parsed);
  if (orders.bytes.starts_with('[') && split_list(orders, part)) return;
  if (orders.bytes.starts_with('{')) return part(orders.bytes, orders.path);
  part(document, "$");
}

}  // namespace cnx::order_transform
