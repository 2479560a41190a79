// SPDX-License-Identifier: Apache-2.0
//
// cnx-bench-consume: how fast librdkafka alone gives the records of a topic, and at what cost.
#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "limits/usage.h"

namespace {

using namespace cnx::bench;

constexpr int kWaitMs = 10'000;
constexpr std::size_t kBatch = 1000;

int fail(const std::string& what) {
  std::fprintf(stderr, "cnx-bench-consume: %s\n", what.c_str());
  return 1;
}

rd_kafka_t* open_consumer(const std::string& servers) {
  const std::pair<const char*, std::string> properties[] = {
      {"bootstrap.servers", servers},         {"group.id", "cnx-bench-consume"},
      {"enable.auto.commit", "false"},        {"auto.offset.reset", "earliest"},
      {"isolation.level", "read_committed"},  {"fetch.max.bytes", "16777216"},
      {"fetch.queue.backoff.ms", "5"},        {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes", "16384"}};
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : properties) {
    // Versions before 2.2 have no such property.
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_INVALID) return nullptr;
  }
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
  if (consumer != nullptr) rd_kafka_poll_set_consumer(consumer);
  return consumer;
}

struct Read {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
};

Read read(rd_kafka_t* consumer, std::uint64_t wanted) {
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);
  std::vector<rd_kafka_message_t*> messages(kBatch);
  Read sums;
  Stopwatch watch;
  while (sums.records < wanted) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue, kWaitMs, messages.data(), messages.size());
    if (count <= 0) break;
    if (sums.records == 0) watch = {};
    for (ssize_t i = 0; i < count; ++i) {
      if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++sums.records;
        sums.bytes += messages[i]->len;
      }
      rd_kafka_message_destroy(messages[i]);
    }
  }
  sums.seconds = watch.seconds();
  rd_kafka_queue_destroy(queue);
  return sums;
}

}  // namespace

int main(int argc, char** argv) {
  std::string servers, topic;
  int partitions = 3;
  std::uint64_t records = 0;
  CLI::App app("Reads a topic and does nothing with it.", "cnx-bench-consume");
  app.add_option("--kafka", servers, "Brokers")->required();
  app.add_option("--topic", topic)->required();
  app.add_option("--partitions", partitions)->capture_default_str();
  app.add_option("--records", records, "How many the topic has")->required();
  CLI11_PARSE(app, argc, argv);

  rd_kafka_t* consumer = open_consumer(servers);
  if (consumer == nullptr) return fail("no consumer");
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
  for (int p = 0; p < partitions; ++p)
    rd_kafka_topic_partition_list_add(list, topic.c_str(), p)->offset = RD_KAFKA_OFFSET_BEGINNING;
  const double cpu_before = process_cpu_seconds();
  rd_kafka_assign(consumer, list);
  const Read sums = read(consumer, records);
  const double cpu = process_cpu_seconds() - cpu_before;
  rd_kafka_topic_partition_list_destroy(list);
  if (sums.records < records)
    return fail(fmt::format("only {} of {} records came within {} ms", sums.records, records, kWaitMs));
  fmt::print(
      "{{\"records\":{},\"bytes\":{},\"seconds\":{:.4f},\"records_per_s\":{:.0f},\"cpu_s_per_million\":{:.3f},"
      "\"peak_rss_mib\":{:.1f}}}\n",
      sums.records, sums.bytes, sums.seconds, static_cast<double>(sums.records) / sums.seconds,
      cpu * 1e6 / static_cast<double>(sums.records), peak_rss_mib());
  rd_kafka_consumer_close(consumer);
  rd_kafka_destroy(consumer);
  return 0;
}
