// SPDX-License-Identifier: Apache-2.0
//
// The columns of ods.walmart_order and where each comes from: schema, extraction and the README's table are all made of
// this one table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "cnx/row_batch.hpp"

namespace cnx::order_transform {

/// How a value becomes a column's.
enum class Take : std::uint8_t {
  kText,       ///< text as it stands; a number as it is written
  kWhole,      ///< digits, as text or number
  kAmount,     ///< exact decimal, as text or number
  kTime,       ///< epoch milliseconds or ISO 8601, kept as epoch milliseconds; fills the next column too
  kSecond,     ///< the second of the kTime column before it, rounded down
  kCivilTime,  ///< the same forms as kTime, kept as a UTC date and time in whole seconds
  kJson,       ///< the value's bytes as received
  kConstant,   ///< option source.file
  kWriteTime,  ///< filled in by the sink
};

/// One column. `from` begins with what it belongs to: order, line (one of order.orderLines.orderLine), charge (the
/// line's first of chargeType PRODUCT) or status (the line's first of orderLineStatuses). Empty: not from the order.
struct Column {
  std::string_view from;
  Take take;
  ColumnSpec spec;
  std::string_view otherwise = {};  ///< read when `from` is missing or null
};

namespace column_types {
constexpr Column whole64(std::string_view name, std::string_view from) {
  return {from, Take::kWhole, ColumnSpec::int64(name)};
}
constexpr Column whole32(std::string_view name, std::string_view from) {
  return {from, Take::kWhole, ColumnSpec::int32(name)};
}
constexpr Column amount(std::string_view name, std::string_view from) {
  return {from, Take::kAmount, ColumnSpec::decimal(name, 10, 2)};
}
constexpr Column text(std::string_view name, std::uint32_t characters, std::string_view from,
                      std::string_view otherwise = {}) {
  return {from, Take::kText, ColumnSpec::text(name, characters), otherwise};
}
constexpr Column time(std::string_view name, std::string_view from) {
  return {from, Take::kTime, ColumnSpec::int64(name)};
}
constexpr Column second(std::string_view name, std::string_view from) {
  return {from, Take::kSecond, ColumnSpec::make(name, CNX_TIMESTAMP)};
}
constexpr Column json(std::string_view name, std::string_view from) {
  return {from, Take::kJson, ColumnSpec::make(name, CNX_JSON)};
}
constexpr Column key(Column column) {
  column.spec = column.spec.key();
  return column;
}
}  // namespace column_types

namespace table {
using namespace column_types;

inline constexpr Column kColumns[] = {
    key(whole64("purchaseOrderId", "order.purchaseOrderId")),
    whole64("customerOrderId", "order.customerOrderId"),
    text("customerEmailId", 100, "order.customerEmailId"),
    time("orderDate", "order.orderDate"),
    second("orderDate_formatted", "order.orderDate"),
    text("shipNode_type", 50, "order.shipNode.type"),
    text("shipNode_name", 100, "order.shipNode.name"),
    text("shipNode_id", 50, "order.shipNode.id"),
    {"", Take::kConstant, ColumnSpec::text("source_file", 100)},
    text("phone", 20, "order.shippingInfo.phone"),
    time("estimatedDeliveryDate", "order.shippingInfo.estimatedDeliveryDate"),
    second("estimatedDeliveryDate_formatted", "order.shippingInfo.estimatedDeliveryDate"),
    time("estimatedShipDate", "order.shippingInfo.estimatedShipDate"),
    second("estimatedShipDate_formatted", "order.shippingInfo.estimatedShipDate"),
    text("methodCode", 50, "order.shippingInfo.methodCode"),
    text("recipient_name", 100, "order.shippingInfo.postalAddress.name"),
    text("address1", 200, "order.shippingInfo.postalAddress.address1"),
    text("address2", 200, "order.shippingInfo.postalAddress.address2"),
    text("city", 100, "order.shippingInfo.postalAddress.city"),
    text("state", 50, "order.shippingInfo.postalAddress.state"),
    text("postalCode", 20, "order.shippingInfo.postalAddress.postalCode"),
    text("country", 10, "order.shippingInfo.postalAddress.country"),
    text("addressType", 20, "order.shippingInfo.postalAddress.addressType"),
    key(whole32("lineNumber", "line.lineNumber")),
    text("sku", 50, "line.item.sku"),
    text("productName", 0, "line.item.productName"),
    text("product_condition", 50, "line.item.condition"),
    whole32("quantity", "line.orderLineQuantity.amount"),
    text("unitOfMeasurement", 20, "line.orderLineQuantity.unitOfMeasurement"),
    time("statusDate", "line.statusDate"),
    second("statusDate_formatted", "line.statusDate"),
    text("fulfillmentOption", 50, "line.fulfillment.fulfillmentOption"),
    text("shipMethod", 50, "line.fulfillment.shipMethod"),
    text("storeId", 50, "line.fulfillment.storeId"),
    text("shippingProgramType", 50, "line.fulfillment.shippingProgramType"),
    text("chargeType", 50, "charge.chargeType"),
    text("chargeName", 100, "charge.chargeName"),
    amount("chargeAmount", "charge.chargeAmount.amount"),
    text("currency", 10, "charge.chargeAmount.currency"),
    amount("taxAmount", "charge.tax.taxAmount.amount"),
    text("taxName", 50, "charge.tax.taxName"),
    text("orderLineStatus", 50, "status.status"),
    whole32("statusQuantity", "status.statusQuantity.amount"),
    text("cancellationReason", 200, "status.cancellationReason"),
    time("shipDateTime", "status.trackingInfo.shipDateTime"),
    second("shipDateTime_formatted", "status.trackingInfo.shipDateTime"),
    text("carrierName", 100, "status.trackingInfo.carrierName.carrier", "status.trackingInfo.carrierName.otherCarrier"),
    text("carrierMethodCode", 50, "status.trackingInfo.carrierMethodCode"),
    text("trackingNumber", 100, "status.trackingInfo.trackingNumber"),
    text("trackingURL", 500, "status.trackingInfo.trackingURL"),
    {"order.request_time", Take::kCivilTime, ColumnSpec::make("request_time", CNX_DATETIME)},
    {"", Take::kWriteTime, ColumnSpec::make("load_time", CNX_WRITE_TIME)},
    // Left out with extra.columns: false.
    text("orderType", 20, "order.orderType"),
    json("charges", "line.charges"),
    json("orderLineStatuses", "line.orderLineStatuses"),
};
}  // namespace table

using table::kColumns;
inline constexpr std::size_t kColumnCount = std::size(kColumns);
inline constexpr std::size_t kColumnCountWithoutExtras = 52;
static_assert(kColumnCount == kColumnCountWithoutExtras + 3);

/// Index of a column by its name; a wrong name does not compile.
consteval std::uint8_t column_of(std::string_view name) {
  for (std::uint8_t c = 0; c < kColumnCount; ++c)
    if (view(kColumns[c].spec.name) == name) return c;
  throw "no such column";
}

/// What a TEXT column of MySQL holds, in bytes.
inline constexpr std::size_t kTextBytes = 65535;

}  // namespace cnx::order_transform
