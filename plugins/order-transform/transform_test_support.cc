// SPDX-License-Identifier: Apache-2.0
#include "transform_test_support.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace cnx::order_transform::test {
namespace {

std::string decimal(std::int64_t unscaled, std::uint32_t scale) {
  std::string digits = std::to_string(std::abs(unscaled));
  if (digits.size() <= scale) digits = std::string(scale + 1 - digits.size(), '0') + digits;
  const std::size_t point = digits.size() - scale;
  return std::string(unscaled < 0 ? "-" : "").append(digits, 0, point).append(".").append(digits, point, scale);
}

std::string civil(std::int64_t us) {
  using namespace std::chrono;
  EXPECT_EQ(us % 1'000'000, 0) << "a time in whole seconds has a fraction";
  const sys_seconds at{seconds(us / 1'000'000)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", int(date.year()), unsigned(date.month()),
                unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()),
                int(time.seconds().count()));
  return text;
}

std::optional<std::string> cell(const ColumnView& column, std::uint64_t row) {
  if (column.type() == CNX_WRITE_TIME || column.is_null(row)) return std::nullopt;
  switch (column.type()) {
    case CNX_INT64:
      return std::to_string(column.integer(row));
    case CNX_DECIMAL:
      return decimal(column.integer(row), column.raw().scale);
    case CNX_TIMESTAMP:
    case CNX_DATETIME:
      return civil(column.integer(row));
    case CNX_TEXT:
    case CNX_JSON:
      return std::string(column.text(row));
    default:
      ADD_FAILURE() << column.name() << " has a value of type " << column.type();
      return "?";
  }
}

void append_rows(const BatchView& batch, std::vector<Row>& rows) {
  for (std::uint64_t r = 0; r < batch.size(); ++r) {
    Row row;
    row.origin = batch.origin(r);
    for (std::uint32_t c = 0; c < batch.column_count(); ++c) {
      row.columns.emplace_back(batch.column(c).name());
      row.cells[row.columns.back()] = cell(batch.column(c), r);
    }
    rows.push_back(std::move(row));
  }
}

}  // namespace

std::string Row::operator[](std::string_view column) const {
  const auto found = cells.find(column);
  if (found == cells.end()) {
    ADD_FAILURE() << "no column " << column;
    return "no such column";
  }
  return found->second.value_or("NULL");
}

Records::Records(const std::vector<Payload>& payloads) {
  for (const auto& payload : payloads) {
    cnx_record record{};
    record.topic = str("walmart_order_raw");
    record.offset = static_cast<std::int64_t>(records_.size());
    record.value = payload ? str(*payload) : absent();
    origins_.push_back(static_cast<std::uint32_t>(records_.size()));
    records_.push_back(record);
  }
  batch_.struct_size = sizeof(cnx_batch);
  batch_.kind = CNX_RECORDS;
  batch_.count = records_.size();
  batch_.origin = origins_.data();
  batch_.record_stride = sizeof(cnx_record);
  batch_.records = records_.data();
}

Collector::Collector() {
  raw_.struct_size = sizeof(cnx_output);
  raw_.ctx = this;
  raw_.emit = [](void* ctx, cnx_batch* batch) { static_cast<Collector*>(ctx)->batches_.push_back(batch); };
  raw_.reject = [](void* ctx, std::uint32_t origin, cnx_str path, cnx_str column, cnx_str message, std::int64_t) {
    static_cast<Collector*>(ctx)->rejected_.push_back(
        {origin, std::string(view(path)), std::string(view(column)), std::string(view(message))});
  };
  raw_.filter = [](void* ctx, std::uint32_t origin, cnx_str rule, cnx_str path) {
    static_cast<Collector*>(ctx)->filtered_.push_back({origin, std::string(view(rule)), std::string(view(path))});
  };
}

Collector::~Collector() {
  for (cnx_batch* batch : batches_) batch->release(batch);
}

Applied Collector::applied() const {
  Applied out;
  for (const cnx_batch* batch : batches_) append_rows(BatchView(*batch), out.rows);
  out.rejected = rejected_;
  out.filtered = filtered_;
  out.batches = batches_.size();
  return out;
}

std::unique_ptr<OrderTransform> make_transform(const std::vector<std::pair<std::string, std::string>>& config) {
  static const cnx_host host = {
      sizeof(cnx_host), CNX_ABI_CURRENT, str("test"), 0, 1, nullptr, [](const cnx_host*, const char*) -> const void* {
        return nullptr;
      }};
  std::vector<cnx_config_value> values;
  for (const auto& [name, value] : config) values.push_back({str(name), str(value)});
  const cnx_config raw = {sizeof(cnx_config), sizeof(cnx_config_value), values.size(), values.data()};
  auto made = OrderTransform::create(Host(&host), Config(raw));
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? std::move(made).value() : nullptr;
}

Applied apply(OrderTransform& transform, const std::vector<Payload>& payloads) {
  const Records records(payloads);
  Collector collector;
  Output out = collector.output();
  const Status status = transform.apply(BatchView(records.batch()), out);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return collector.applied();
}

Applied apply(const std::vector<Payload>& payloads) { return apply(*make_transform(), payloads); }
Applied apply(const std::string& payload) { return apply(std::vector<Payload>{payload}); }

std::uint32_t plain_rows(const std::string& json) {
  static PlainOrder order;
  static const auto pool = [] {
    std::vector<ColumnSpec> specs;
    for (const Column& column : kColumns) specs.push_back(column.spec);
    return RowBatchPool::make(specs, {});
  }();
  const auto batch = pool->take();
  // In a block of its own size, for the sanitizers to see.
  const std::vector<char> bytes(json.begin(), json.end());
  const bool taken = order.read({bytes.data(), bytes.size()}, 0, "kafka_stream", Options().columns(), *batch);
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), json) << "it wrote into the payload";
  EXPECT_EQ(taken, batch->size() > 0) << json;
  return batch->size();
}

const std::string kOrder = R"({
  "purchaseOrderId": "108911110000001", "customerOrderId": "200013300000001", "customerEmailId": "a@relay.example.com",
  "orderType": "REGULAR", "orderDate": 1762783401417, "request_time": "2025-11-10 15:00:01",
  "shipNode": {"type": "3PLFulfilled", "name": "Reno", "id": "10000000001"},
  "shippingInfo": {"phone": "2025550100", "estimatedDeliveryDate": 1763496000000, "estimatedShipDate": 1762934400000,
    "methodCode": "Value", "postalAddress": {"name": "Robin Sample", "address1": "12 Example Ave", "address2": "Apt 3",
      "city": "Springfield", "state": "IL", "postalCode": "62701", "country": "USA", "addressType": "RESIDENTIAL"}},
  "orderLines": {"orderLine": [{
    "lineNumber": "4", "statusDate": 1762783802118,
    "item": {"sku": "BTL-24", "productName": "Bottle", "condition": "New"},
    "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": "3"},
    "fulfillment": {"fulfillmentOption": "S2H", "shipMethod": "VALUE", "storeId": "5260", "shippingProgramType": "TWO_DAY"},
    "charges": {"charge": [{"chargeType": "PRODUCT", "chargeName": "ItemPrice",
      "chargeAmount": {"currency": "USD", "amount": 18.99}, "tax": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": 1.57}}}]},
    "orderLineStatuses": {"orderLineStatus": [{"status": "Shipped", "statusQuantity": {"unitOfMeasurement": "PACK", "amount": "2"},
      "cancellationReason": "NONE", "trackingInfo": {"shipDateTime": 1762789500000,
        "carrierName": {"otherCarrier": "Corner Courier", "carrier": "UPS"}, "methodCode": "Standard", "carrierMethodCode": 24,
        "trackingNumber": "MADEUP01", "trackingURL": "https://courier.example.com/t/MADEUP01"}}]}
  }]}
})";

std::string order_with(std::string_view from, std::string_view to) {
  std::string order = kOrder;
  const auto at = order.find(from);
  if (at == std::string::npos || order.find(from, at + 1) != std::string::npos) {
    ADD_FAILURE() << "not exactly once in kOrder: " << from;
    return order;
  }
  return order.replace(at, from.size(), to);
}

std::string testdata(std::string_view name) {
  std::ifstream file(std::string(CNX_TESTDATA_DIR "/").append(name), std::ios::binary);
  EXPECT_TRUE(file) << "cannot read " << CNX_TESTDATA_DIR << "/" << name;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace cnx::order_transform::test
