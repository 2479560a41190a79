// SPDX-License-Identifier: Apache-2.0
//
// The pieces of the sink path that need neither broker nor database, put together as the host does: records of orders,
// the chain with the order-transform, and what the MySQL sink does with its rows before they are sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bulk_packet.h"
#include "generate/order_maker.h"
#include "plugin/component.h"
#include "plugin/host_context.h"
#include "row_checks.h"
#include "runtime/chain.h"
#include "write_plan.h"

namespace cnx::bench {

/// Payloads in memory and records that view them, as a consumer would give them.
class OrderRecords {
 public:
  explicit OrderRecords(std::size_t count, OrderSettings settings = {});
  /// `count` records of one payload each.
  OrderRecords(std::size_t count, const std::string& payload);

  [[nodiscard]] const std::vector<cnx_record>& records() const { return records_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void view();

  std::vector<std::string> payloads_;
  std::vector<cnx_record> records_;
  std::size_t bytes_ = 0;
};

/// The chain of config/walmart.yml's sink with an order-transform in this process.
class OrderChain {
 public:
  OrderChain();
  /// What SinkReader::seal() does with gathered records. Ends the program on an error.
  void apply(host::runtime::SealedBatch& batch, const OrderRecords& records);

 private:
  host::SystemClock clock_;
  host::plugin::HostContext host_;
  std::unique_ptr<host::plugin::Plugin> plugin_;
  std::unique_ptr<host::runtime::TransformChain> chain_;
};

/// What MysqlSink::write() does with a batch of rows of walmart_order until it sends them.
class RowBinder {
 public:
  RowBinder();
  /// Rows in the order of the key. Valid until the next call.
  const std::vector<std::uint32_t>& sort(const BatchView& rows);
  /// Rows that do not fit the table; 0.
  std::uint64_t check(const BatchView& rows);
  /// Packets of the bulk statements for rows that were sorted; how many bytes they have.
  std::size_t bind(const BatchView& rows);

 private:
  mysql::WritePlan plan_;
  cnx_rejects raw_rejects_{};
  Rejects rejects_{raw_rejects_};
  mysql::RowChecks checks_;
  mysql::BulkPacket packet_;
  std::vector<std::uint32_t> order_;
};

}  // namespace cnx::bench
