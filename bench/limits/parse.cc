// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-parse: how fast one thread reads orders with yyjson and looks at the fields that walmart_order has, without
// checking or keeping anything.
#include <fmt/format.h>
#include <yyjson.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "generate/order_maker.h"
#include "limits/usage.h"

namespace {

using namespace cnx::bench;

// Paths below the order, the line, the first charge and the first status.
constexpr const char* kOfOrder[] = {"purchaseOrderId", "customerOrderId", "customerEmailId", "orderDate",
                                    "request_time"};
constexpr const char* kOfShipNode[] = {"type", "name", "id"};
constexpr const char* kOfShipping[] = {"phone", "estimatedDeliveryDate", "estimatedShipDate", "methodCode"};
constexpr const char* kOfAddress[] = {"name",  "address1",   "address2", "city",
                                      "state", "postalCode", "country",  "addressType"};
constexpr const char* kOfItem[] = {"productName", "sku", "condition"};
constexpr const char* kOfQuantity[] = {"amount", "unitOfMeasurement"};
constexpr const char* kOfFulfillment[] = {"fulfillmentOption", "shipMethod", "storeId", "shippingProgramType"};
constexpr const char* kOfTracking[] = {"shipDateTime", "carrierMethodCode", "trackingNumber", "trackingURL"};

std::uint64_t fields_read = 0;

// Takes what it found into a sum, so that no look-up can be left out.
std::uint64_t take(yyjson_val* value) {
  ++fields_read;
  return yyjson_is_str(value) ? yyjson_get_len(value) : yyjson_get_uint(value);
}

template <std::size_t n>
std::uint64_t take_all(yyjson_val* object, const char* const (&names)[n]) {
  std::uint64_t sum = 0;
  for (const char* name : names) sum += take(yyjson_obj_get(object, name));
  return sum;
}

yyjson_val* first_of(yyjson_val* list) { return yyjson_is_arr(list) ? yyjson_arr_get_first(list) : list; }

std::uint64_t take_line(yyjson_val* line) {
  std::uint64_t sum = take(yyjson_obj_get(line, "lineNumber")) + take(yyjson_obj_get(line, "statusDate"));
  sum += take_all(yyjson_obj_get(line, "item"), kOfItem);
  sum += take_all(yyjson_obj_get(line, "orderLineQuantity"), kOfQuantity);
  sum += take_all(yyjson_obj_get(line, "fulfillment"), kOfFulfillment);
  yyjson_val* charge = first_of(yyjson_obj_get(yyjson_obj_get(line, "charges"), "charge"));
  yyjson_val* amount = yyjson_obj_get(charge, "chargeAmount");
  yyjson_val* tax = yyjson_obj_get(charge, "tax");
  sum += take(yyjson_obj_get(charge, "chargeType")) + take(yyjson_obj_get(charge, "chargeName"));
  sum += take(yyjson_obj_get(amount, "amount")) + take(yyjson_obj_get(amount, "currency"));
  sum += take(yyjson_obj_get(tax, "taxName")) + take(yyjson_obj_get(yyjson_obj_get(tax, "taxAmount"), "amount"));
  yyjson_val* status = first_of(yyjson_obj_get(yyjson_obj_get(line, "orderLineStatuses"), "orderLineStatus"));
  sum += take(yyjson_obj_get(status, "status")) + take(yyjson_obj_get(status, "cancellationReason"));
  sum += take(yyjson_obj_get(yyjson_obj_get(status, "statusQuantity"), "amount"));
  yyjson_val* tracking = yyjson_obj_get(status, "trackingInfo");
  return sum + take_all(tracking, kOfTracking) +
         take(yyjson_obj_get(yyjson_obj_get(tracking, "carrierName"), "carrier"));
}

std::uint64_t take_order(yyjson_val* order) {
  std::uint64_t sum = take_all(order, kOfOrder);
  yyjson_val* shipping = yyjson_obj_get(order, "shippingInfo");
  sum += take_all(yyjson_obj_get(order, "shipNode"), kOfShipNode) + take_all(shipping, kOfShipping) +
         take_all(yyjson_obj_get(shipping, "postalAddress"), kOfAddress);
  yyjson_val* lines = yyjson_obj_get(yyjson_obj_get(order, "orderLines"), "orderLine");
  if (yyjson_is_obj(lines)) return sum + take_line(lines);
  std::size_t i, count;
  yyjson_val* line;
  yyjson_arr_foreach(lines, i, count, line) sum += take_line(line);
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t orders = 50'000;
  int passes = 4;
  CLI::App app("Parses orders in memory.", "cnx-bench-parse");
  app.add_option("--orders", orders)->capture_default_str();
  app.add_option("--passes", passes)->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  OrderMaker maker({});
  std::vector<std::string> texts;
  std::size_t longest = 0;
  for (std::uint64_t i = 0; i < orders; ++i) {
    maker.make(i);
    texts.emplace_back(maker.text());
    longest = std::max(longest, maker.text().size());
  }
  std::vector<char> pool(yyjson_read_max_memory_usage(longest, 0));
  std::uint64_t sum = 0;
  const Stopwatch watch;
  const double cpu_before = thread_cpu_seconds();
  for (int pass = 0; pass < passes; ++pass) {
    for (std::string& text : texts) {
      yyjson_alc memory;
      yyjson_alc_pool_init(&memory, pool.data(), pool.size());
      yyjson_doc* document = yyjson_read_opts(text.data(), text.size(), 0, &memory, nullptr);
      if (document == nullptr) return 1;
      sum += take_order(yyjson_doc_get_root(document));
    }
  }
  const double cpu = thread_cpu_seconds() - cpu_before;
  const auto records = static_cast<double>(orders) * passes;
  fmt::print(
      "{{\"records\":{:.0f},\"records_per_s\":{:.0f},\"cpu_s_per_million\":{:.3f},\"fields_per_record\":{:.1f},"
      "\"checksum\":{}}}\n",
      records, records / watch.seconds(), cpu * 1e6 / records, static_cast<double>(fields_read) / records, sum);
  return 0;
}
