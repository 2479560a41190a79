// SPDX-License-Identifier: Apache-2.0
#include "limits/batch_plan.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "generate/order_maker.h"

namespace cnx::bench {
namespace {

constexpr int kWaitMs = 10'000;
// Shorter than the database takes for 1000 orders, long enough for a fetch.
constexpr auto kBetweenBatches = std::chrono::milliseconds(10);

[[noreturn]] void fail(const TopicSource& source, std::string_view what) {
  std::fputs(fmt::format("cnx-bench-database: topic {}: {}\n", source.topic, what).c_str(), stderr);
  std::exit(1);
}

struct Destroy {
  void operator()(rd_kafka_t* consumer) const {
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
  }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Consumer = std::unique_ptr<rd_kafka_t, Destroy>;

// The sink's consumer (host/src/kafka/sink_consumer.cc) with its 2 MiB read ahead.
Consumer open_consumer(const TopicSource& source) {
  const std::pair<const char*, std::string> properties[] = {
      {"bootstrap.servers", source.servers},   {"group.id", "cnx-bench-database"},
      {"enable.auto.commit", "false"},         {"enable.partition.eof", "true"},
      {"isolation.level", "read_committed"},   {"queued.max.messages.kbytes", "2048"},
      {"queued.min.messages", "1000000"},      {"fetch.max.bytes", "1048576"},
      {"max.partition.fetch.bytes", "524288"}, {"fetch.queue.backoff.ms", "5"}};
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties) {
    // Versions before 2.2 do not know the backoff.
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_INVALID)
      fail(source, reason);
  }
  Consumer consumer(rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason));
  if (!consumer) fail(source, reason);
  rd_kafka_poll_set_consumer(consumer.get());
  return consumer;
}

void add(PlannedBatch& batch, const rd_kafka_message_t& message) {
  batch.orders.push_back(OrderMaker::number_of({static_cast<const char*>(message.key), message.key_len}));
  if (std::ranges::find(batch.partitions, message.partition) == batch.partitions.end())
    batch.partitions.push_back(message.partition);
}

std::vector<PlannedBatch> read(const TopicSource& source, std::uint32_t batch_orders, std::int32_t first,
                               std::int32_t end) {
  const Consumer consumer = open_consumer(source);
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> list(rd_kafka_topic_partition_list_new(end - first));
  for (std::int32_t p = first; p < end; ++p)
    rd_kafka_topic_partition_list_add(list.get(), source.topic.c_str(), p)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (const auto error = rd_kafka_assign(consumer.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(source, rd_kafka_err2str(error));
  std::vector<PlannedBatch> batches(1);
  for (std::int32_t at_end = 0; at_end < end - first;) {
    const std::unique_ptr<rd_kafka_message_t, Destroy> message(rd_kafka_consumer_poll(consumer.get(), kWaitMs));
    if (!message) fail(source, fmt::format("nothing came for {} ms", kWaitMs));
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++at_end;
    } else if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(source, rd_kafka_message_errstr(message.get()));
    } else {
      if (batches.back().orders.size() == batch_orders) {
        batches.emplace_back();
        std::this_thread::sleep_for(kBetweenBatches);
      }
      add(batches.back(), *message);
    }
  }
  for (PlannedBatch& batch : batches) std::ranges::sort(batch.orders);
  return batches;
}

}  // namespace

BatchPlan ascending_plan(std::uint64_t orders, std::uint32_t batch_orders, std::uint32_t connections) {
  BatchPlan plan(connections);
  for (std::uint32_t c = 0; c < connections; ++c) {
    for (std::uint64_t number = c; number < orders; number += connections) {
      if (plan[c].empty() || plan[c].back().orders.size() == batch_orders)
        plan[c].push_back({.orders = {}, .partitions = {static_cast<std::int32_t>(c)}});
      plan[c].back().orders.push_back(number);
    }
  }
  return plan;
}

BatchPlan plan_of_topic(const TopicSource& source, std::uint32_t batch_orders, std::uint32_t connections) {
  BatchPlan plan(connections);
  std::vector<std::thread> readers;
  const auto share = [&](std::uint32_t c) {
    return static_cast<std::int32_t>(std::int64_t{source.partitions} * c / connections);
  };
  for (std::uint32_t c = 0; c < connections; ++c)
    readers.emplace_back([&, c] { plan[c] = read(source, batch_orders, share(c), share(c + 1)); });
  for (std::thread& reader : readers) reader.join();
  return plan;
}

}  // namespace cnx::bench
