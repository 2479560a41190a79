// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cnx/row_batch.hpp"

namespace cnx::mysql {

/// The rows of table walmart_order, as the transform that flattens orders declares them.
inline std::vector<ColumnSpec> order_columns() {
  return {ColumnSpec::int64("purchaseOrderId").key(),
          ColumnSpec::int64("customerOrderId"),
          ColumnSpec::text("customerEmailId", 100),
          ColumnSpec::int64("orderDate"),
          ColumnSpec::make("orderDate_formatted", CNX_TIMESTAMP),
          ColumnSpec::text("shipNode_type", 50),
          ColumnSpec::text("shipNode_name", 100),
          ColumnSpec::text("shipNode_id", 50),
          ColumnSpec::text("source_file", 100),
          ColumnSpec::text("phone", 20),
          ColumnSpec::int64("estimatedDeliveryDate"),
          ColumnSpec::make("estimatedDeliveryDate_formatted", CNX_TIMESTAMP),
          ColumnSpec::int64("estimatedShipDate"),
          ColumnSpec::make("estimatedShipDate_formatted", CNX_TIMESTAMP),
          ColumnSpec::text("methodCode", 50),
          ColumnSpec::text("recipient_name", 100),
          ColumnSpec::text("address1", 200),
          ColumnSpec::text("address2", 200),
          ColumnSpec::text("city", 100),
          ColumnSpec::text("state", 50),
          ColumnSpec::text("postalCode", 20),
          ColumnSpec::text("country", 10),
          ColumnSpec::text("addressType", 20),
          ColumnSpec::int32("lineNumber").key(),
          ColumnSpec::text("sku", 50),
          ColumnSpec::text("productName", 0),
          ColumnSpec::text("product_condition", 50),
          ColumnSpec::int32("quantity"),
          ColumnSpec::text("unitOfMeasurement", 20),
          ColumnSpec::int64("statusDate"),
          ColumnSpec::make("statusDate_formatted", CNX_TIMESTAMP),
          ColumnSpec::text("fulfillmentOption", 50),
          ColumnSpec::text("shipMethod", 50),
          ColumnSpec::text("storeId", 50),
          ColumnSpec::text("shippingProgramType", 50),
          ColumnSpec::text("chargeType", 50),
          ColumnSpec::text("chargeName", 100),
          ColumnSpec::decimal("chargeAmount", 10, 2),
          ColumnSpec::text("currency", 10),
          ColumnSpec::decimal("taxAmount", 10, 2),
          ColumnSpec::text("taxName", 50),
          ColumnSpec::text("orderLineStatus", 50),
          ColumnSpec::int32("statusQuantity"),
          ColumnSpec::text("cancellationReason", 200),
          ColumnSpec::int64("shipDateTime"),
          ColumnSpec::make("shipDateTime_formatted", CNX_TIMESTAMP),
          ColumnSpec::text("carrierName", 100),
          ColumnSpec::text("carrierMethodCode", 50),
          ColumnSpec::text("trackingNumber", 100),
          ColumnSpec::text("trackingURL", 500),
          ColumnSpec::make("request_time", CNX_DATETIME),
          ColumnSpec::make("load_time", CNX_WRITE_TIME),
          ColumnSpec::text("orderType", 20),
          ColumnSpec::make("charges", CNX_JSON),
          ColumnSpec::make("orderLineStatuses", CNX_JSON)};
}

}  // namespace cnx::mysql
