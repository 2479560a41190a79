// SPDX-License-Identifier: Apache-2.0
//
// The component: records with Walmart orders → rows of ods.walmart_order.
#pragma once

#include <memory>
#include <string_view>

#include "cnx/component.hpp"
#include "flattener.h"

namespace cnx::order_transform {

/// One instance per task; create, apply and destruction on its owner thread. Its batches may be released from any
/// thread and may outlive it.
class OrderTransform : public Transform {
 public:
  static constexpr std::string_view kName = "order-transform";
  static constexpr std::string_view kDoc =
      "Flattens Walmart Marketplace orders: one order, a list of orders, {\"order\": ...} or a page of the Orders API "
      "becomes one row per order line.";
  static constexpr cnx_batch_kind kInput = CNX_RECORDS;
  static constexpr cnx_batch_kind kOutput = CNX_ROWS;
  static constexpr Key kKeys[] = {
      Key::boolean("extra.columns",
                   "Adds the columns orderType, charges and orderLineStatuses after the 52: the last two hold all "
                   "charges and statuses of a line as JSON, "
                   "where the columns show the first ones only.")
          .with_default("true"),
      Key::string("source.file", "The constant of column source_file; at most 100 characters.")
          .with_default("kafka_stream"),
  };

  static Result<std::unique_ptr<OrderTransform>> create(Host host, const Config& config);
  static void validate(const Config& config, Findings& findings);
  /// The orders of a document, for `preview`. Thread-safe.
  static Status split(const Config& config, std::string_view document, const PartSink& part);

  explicit OrderTransform(Options options);

  Status apply(const BatchView& in, Output& out) override;
  /// The one table's shape, known before any data.
  Status shapes(const ShapeSink& shape);

 private:
  void apply_to(std::string_view payload, std::uint32_t origin, RowBatch& rows, Output& out);

  Flattener flattener_;
  const std::shared_ptr<RowBatchPool> pool_;
};

}  // namespace cnx::order_transform
