// SPDX-License-Identifier: Apache-2.0
//
// Which orders a transaction has: in a row, or as a sink's consumer composes them of the partitions of a topic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cnx::bench {

/// One transaction.
struct PlannedBatch {
  std::vector<std::uint64_t> orders;     ///< numbers, ascending: the sink sorts a batch by its key
  std::vector<std::int32_t> partitions;  ///< each has a guard, as in the sink's transactions
};

/// Per connection.
using BatchPlan = std::vector<std::vector<PlannedBatch>>;

/// Orders 0 … `orders`-1, dealt out to `connections` one by one. A connection is a partition of its own.
[[nodiscard]] BatchPlan ascending_plan(std::uint64_t orders, std::uint32_t batch_orders, std::uint32_t connections);

struct TopicSource {
  std::string servers, topic;
  std::int32_t partitions = 3;
};

/// The orders of a topic that cnx-bench-generate has filled, as they come out of a consumer for each connection with
/// its share of the partitions and with the limits of the sink's. Each batch waits for what the database takes for one,
/// so that, as in the sink, queues are full when it is gathered. Ends the process when the topic cannot be read.
[[nodiscard]] BatchPlan plan_of_topic(const TopicSource& source, std::uint32_t batch_orders, std::uint32_t connections);

}  // namespace cnx::bench
