// SPDX-License-Identifier: Apache-2.0
#include "page.h"

#include <fmt/format.h>

#include "json_doc.h"
#include "order_hash.h"
#include "raw_json.h"
#include "times.h"

namespace walmart {
namespace {

using cnx::Result;
using cnx::retry_error;

/// The purchaseOrderId as text; a number keeps its digits.
std::string purchase_order_id(yyjson_val* order, std::string_view bytes) {
  yyjson_val* value = yyjson_obj_get(order, "purchaseOrderId");
  if (yyjson_is_str(value)) return std::string(text_of(value));
  if (yyjson_is_num(value) || yyjson_is_raw(value)) return std::string(raw_member(bytes, "purchaseOrderId"));
  return {};
}

std::optional<std::int64_t> order_date_ms(yyjson_val* order) {
  yyjson_val* value = yyjson_obj_get(order, "orderDate");
  if (const auto number = integer_of(value)) return number;
  return parse_instant_ms(text_of(value));
}

PageOrder read_order(yyjson_val* order, std::string_view bytes) {
  PageOrder read;
  read.bytes = bytes;
  read.id = purchase_order_id(order, bytes);
  read.has_id = !read.id.empty();
  if (!read.has_id) read.id = "#" + hash_text(order_hash(bytes));
  read.order_date_ms = order_date_ms(order);
  return read;
}

/// The last byte in front of `at` that is no blank.
std::size_t last_byte_before(std::string_view text, std::size_t at) {
  return at == 0 ? std::string_view::npos : text.find_last_not_of(" \t\r\n", at - 1);
}

/// The supplier API is known to give its cursor with "&amp;".
std::string plain_cursor(std::string_view cursor) {
  std::string plain(cursor);
  for (auto at = plain.find("&amp;"); at != std::string::npos; at = plain.find("&amp;", at + 1)) plain.erase(at + 1, 4);
  return plain;
}

/// A cursor says itself when nothing follows.
bool ends_the_walk(std::string_view cursor) { return cursor.find("hasMoreElements=false") != std::string_view::npos; }

/// Where an object begins: before its first key. Empty when that cannot be told, as of a key that is not written as it
/// reads: the parser does not promise places, so what stands there is looked at.
std::optional<std::size_t> begin_of(yyjson_val* object, const JsonDoc& doc, std::string_view body) {
  yyjson_obj_iter members{};
  yyjson_val* const key = yyjson_obj_iter_init(object, &members) ? yyjson_obj_iter_next(&members) : nullptr;
  if (key == nullptr) return std::nullopt;  // `object` is empty, or none
  const std::string_view name = text_of(key);
  const std::size_t place = doc.place_of(key);
  if (place == 0 || place > body.size() || body[place - 1] != '"' || body.substr(place, name.size()) != name)
    return std::nullopt;
  const std::size_t at = last_byte_before(body, place - 1);
  return at < body.size() && body[at] == '{' ? std::optional(at) : std::nullopt;
}

/// The orders of a list without a look at what is in them: each one ends before the comma in front of the next. Empty
/// when something in the list is no order.
std::vector<std::string_view> cut_between(yyjson_val* list, const JsonDoc& doc, std::string_view body) {
  std::vector<std::string_view> orders;
  orders.reserve(yyjson_arr_size(list));
  std::size_t index = 0, count = 0, last = 0;
  yyjson_val* item = nullptr;
  yyjson_arr_foreach(list, index, count, item) {
    const std::optional<std::size_t> begin = begin_of(item, doc, body);
    if (!begin || *begin < last) return {};
    if (index > 0)
      orders.push_back(body.substr(last, last_byte_before(body, last_byte_before(body, *begin)) + 1 - last));
    last = *begin;
  }
  if (count > 0) orders.push_back(raw_value(body.substr(last)));
  return orders;
}

/// Passes all bytes of the list, or of the one order in its place.
std::string_view from_order(std::string_view body) {
  return raw_from_member(raw_from_member(raw_from_member(body, "list"), "elements"), "order");
}

cnx::Status read_orders(const JsonDoc& doc, std::string_view body, std::vector<PageOrder>& orders) {
  yyjson_val* order = yyjson_obj_get(yyjson_obj_get(doc.get("list"), "elements"), "order");
  if (order == nullptr || yyjson_is_null(order)) return {};
  if (!yyjson_is_arr(order)) {
    const std::string_view from = from_order(body);
    if (from.empty()) return retry_error("the page's list.elements.order cannot be cut out of it");
    orders.push_back(read_order(order, raw_value(from)));
    return {};
  }
  std::vector<std::string_view> items = cut_between(order, doc, body);
  if (items.empty()) items = raw_items(from_order(body));
  if (items.size() != yyjson_arr_size(order)) return retry_error("the page's orders cannot be cut out of it");
  orders.reserve(items.size());
  std::size_t index = 0, count = 0;
  yyjson_val* item = nullptr;
  yyjson_arr_foreach(order, index, count, item) orders.push_back(read_order(item, items[index]));
  return {};
}

}  // namespace

Result<Page> parse_page(std::string_view body, const JsonMemory* memory) {
  const JsonDoc doc = JsonDoc::parse(body, memory);
  if (!doc) return retry_error(fmt::format("the answer of {} bytes is no JSON: {}", body.size(), doc.error()));
  yyjson_val* list = doc.get("list");
  yyjson_val* meta = yyjson_obj_get(list, "meta");
  const auto total = integer_of(yyjson_obj_get(meta, "totalCount"));
  if (!total || *total < 0) return retry_error("the answer has no list.meta.totalCount");
  Page page;
  page.total_count = *total;
  page.next_cursor = plain_cursor(text_of(yyjson_obj_get(meta, "nextCursor")));
  if (ends_the_walk(page.next_cursor)) page.next_cursor.clear();
  if (!page.next_cursor.empty() &&
      (page.next_cursor[0] != '?' || page.next_cursor.find_first_of("\r\n \t") != std::string::npos))
    return retry_error("the answer's nextCursor is no query string");
  CNX_TRY(read_orders(doc, body, page.orders));
  return page;
}

void put_request_time(std::string_view order, std::string_view time, std::string& out) {
  if (!order.starts_with('{')) {
    out.assign(order);
    return;
  }
  const std::string_view rest = order.substr(1);
  const bool empty = rest.find_first_not_of(" \t\r\n") == rest.find('}');
  out.assign("{\"request_time\":\"").append(time).append(empty ? "\"" : "\",").append(rest);
}

}  // namespace walmart
