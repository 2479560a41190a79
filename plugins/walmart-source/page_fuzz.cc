// SPDX-License-Identifier: Apache-2.0
//
// Any answer of the API: a page whose orders are exactly the parser's, byte for byte, or an error; and what the rest of
// the source reads out of an answer (errors, tokens, how long to wait) stays within its bounds.
#include "page.h"

#include "fuzz/input.h"
#include "json_doc.h"
#include "token.h"
#include "verdict.h"

namespace walmart {
namespace {

using cnx::fuzz::require;

bool is_same(yyjson_val* value, std::string_view bytes) {
  const JsonDoc alone = JsonDoc::parse(bytes);
  return alone && yyjson_equals(value, alone.root());
}

void check_order(const PageOrder& order, yyjson_val* parsed, std::string_view body) {
  require(order.bytes.data() >= body.data() && order.bytes.data() + order.bytes.size() <= body.data() + body.size(),
          "an order's bytes lie outside of the page");
  require(is_same(parsed, order.bytes), "an order's bytes are not that order");
  require(!order.id.empty(), "an order without any id");
  yyjson_val* id = yyjson_obj_get(parsed, "purchaseOrderId");
  require(order.has_id == (yyjson_is_num(id) || yyjson_is_raw(id) || !text_of(id).empty()),
          "an id was lost or made up");
  if (yyjson_is_str(id) && order.has_id) require(order.id == text_of(id), "another id");
  static std::string sent;  // of one order after the other
  put_request_time(order.bytes, "2026-11-23 08:00:00", sent);
  if (!yyjson_is_obj(parsed)) return require(sent == order.bytes, "what is no order was changed");
  const JsonDoc doc = JsonDoc::parse(sent);
  require(static_cast<bool>(doc), "with request_time it is no JSON any more");
  require(text_of(doc.get("request_time")) == "2026-11-23 08:00:00", "no request_time");
  require(yyjson_obj_size(doc.root()) == yyjson_obj_size(parsed) + 1, "members were lost");
  require(sent.ends_with(order.bytes.substr(1)), "bytes of the order were changed");
}

void check_page(const std::string& body) {
  static const JsonMemory memory;  // of one page after the other
  const auto page = parse_page(body, &memory);
  if (!page.ok()) return require(!page.error().message.empty(), "refused without a reason");
  const JsonDoc doc = JsonDoc::parse(body);
  require(static_cast<bool>(doc), "a page that is no JSON");
  require(page->total_count >= 0, "a negative total");
  require(page->next_cursor.empty() || page->next_cursor[0] == '?', "a cursor that is no query");
  yyjson_val* orders = yyjson_obj_get(yyjson_obj_get(doc.get("list"), "elements"), "order");
  const bool is_list = yyjson_is_arr(orders);
  const std::size_t due = is_list ? yyjson_arr_size(orders) : orders == nullptr || yyjson_is_null(orders) ? 0 : 1;
  require(page->orders.size() == due, "another number of orders");
  for (std::size_t i = 0; i < due; ++i)
    check_order(page->orders[i], is_list ? yyjson_arr_get(orders, i) : orders, body);
}

void check_answer(cnx::fuzz::Input& input, const std::string& body) {
  HttpResponse response;
  response.status = 100 + static_cast<int>(input.below(251)) * 2;
  for (const char* name : {"date", "retry-after", "x-next-replenishment-time", "x-next-replenish-time"})
    if (std::string value = input.text(); !value.empty()) response.headers.emplace_back(name, std::move(value));
  response.body = body;
  const ApiError error = read_error(body);
  require(!describe(response, error).empty(), "an answer that cannot be told");
  static_cast<void>(judge_orders(response.status, body, error));
  const std::int64_t wait = throttle_wait_ms(response, 1'795'420'800'000);
  require(wait >= 0 && wait <= 300'000, "a wait out of its bounds");
  Token token;
  if (token.take(body, 0).ok()) {
    require(!token.text().empty() && token.usable(0), "a token that is none");
    require(!token.usable(86'400'000'000'000), "a token for more than a day");
  }
}

}  // namespace
}  // namespace walmart

/// The body is what follows the last byte 0: seeds are plain answers, findings may have headers before it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto end = all.rfind('\0');
  const std::size_t head = end == std::string_view::npos ? 0 : end + 1;
  cnx::fuzz::Input input(data, head);
  const std::string body(all.substr(head));
  walmart::check_page(body);
  walmart::check_answer(input, body);
  return 0;
}
