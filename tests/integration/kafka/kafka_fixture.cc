// SPDX-License-Identifier: Apache-2.0
#include "kafka_fixture.h"

#include <cstdlib>

#include "base/random_id.h"

namespace cnx::host::kafka {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

cnx_str text(std::string_view of) { return {of.data(), of.size()}; }

}  // namespace

void KafkaTest::SetUp() {
  const char* servers = std::getenv("CNX_BOOTSTRAP_SERVERS");
  if (!servers) GTEST_SKIP() << "CNX_BOOTSTRAP_SERVERS names no broker ('./dev test' starts one)";
  config_.bootstrap_servers = servers;
  auto admin = Admin::open(config_, 20000, stop_.token());
  ASSERT_TRUE(admin.ok()) << admin.error().message;
  admin_ = std::move(admin).value();
}

std::string KafkaTest::unique(std::string_view what) { return std::string(what) + "-" + random_hex(6); }

std::string KafkaTest::make_topic(std::int32_t partitions, const Properties& configs) {
  const std::string name = unique("test");
  const auto made = admin_->ensure_topic({name, partitions, 1, configs});
  EXPECT_TRUE(made.ok()) << made.error().message;
  return name;
}

std::unique_ptr<TransactionalProducer> KafkaTest::open_producer(const std::string& id, std::int32_t timeout_ms) {
  auto producer = TransactionalProducer::open(config_, {id, timeout_ms, 30000}, stop_.token());
  EXPECT_TRUE(producer.ok()) << producer.error().message;
  return producer.ok() ? std::move(producer).value() : nullptr;
}

void KafkaTest::write(const std::string& topic, const std::vector<std::string>& values, std::int32_t partition) {
  const auto producer = open_producer(unique("writer"));
  ASSERT_TRUE(producer);
  std::vector<cnx_record> records;
  for (const std::string& value : values) records.push_back(record(topic, value, partition));
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(records).ok());
  const auto committed = producer->commit();
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  await_markers(*committed);
}

void KafkaTest::await_markers(const std::vector<PartitionOffset>& highest) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const PartitionOffset& last : highest) {
    std::int64_t end = 0;
    while (end < last.offset + 2 && std::chrono::steady_clock::now() < deadline) {
      const auto range = admin_->watermarks(last.at);
      ASSERT_TRUE(range.ok()) << range.error().message;
      end = range->high;
    }
    ASSERT_GE(end, last.offset + 2) << "no marker in " << to_string(last.at);
  }
}

cnx_record record(const std::string& topic, std::string_view value, std::int32_t partition) {
  cnx_record made{};
  made.topic = text(topic);
  made.partition = partition;
  made.offset = -1;
  made.timestamp_ms = -1;
  made.value = text(value);
  return made;
}

cnx_record record(const std::string& topic, std::string_view key, std::string_view value, std::int32_t partition) {
  cnx_record made = record(topic, value, partition);
  made.key = text(key);
  return made;
}

std::string value_of(const cnx_record& of) { return std::string(of.value.data, of.value.size); }

std::vector<std::string> values_of(const MessageBatch& batch) {
  std::vector<std::string> values;
  for (const cnx_record& each : batch.records()) values.push_back(value_of(each));
  return values;
}

std::vector<std::optional<std::int64_t>> TestListener::on_assigned(std::span<const TopicPartition> partitions,
                                                                   std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  ++assignments_;
  for (const TopicPartition& at : partitions) held_[at] = generation;
  changed_.notify_all();
  return std::vector<std::optional<std::int64_t>>(partitions.size(), start_);
}

void TestListener::on_revoked(std::span<const TopicPartition> partitions) {
  const std::lock_guard lock(mutex_);
  ++revocations_;
  for (const TopicPartition& at : partitions) held_.erase(at);
  changed_.notify_all();
}

void TestListener::on_lost(std::span<const TopicPartition> partitions) { on_revoked(partitions); }

bool TestListener::wait_for_partitions(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return held_.size() == count; });
}

bool TestListener::wait_for_revocation(std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return revocations_ > 0; });
}

std::map<TopicPartition, std::uint64_t> TestListener::held() {
  const std::lock_guard lock(mutex_);
  return held_;
}

std::uint64_t TestListener::assignments() {
  const std::lock_guard lock(mutex_);
  return assignments_;
}

Read read_until(SinkConsumer& consumer, const std::function<bool(const Read&)>& enough) {
  Read read;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!enough(read) && std::chrono::steady_clock::now() < deadline) {
    auto polled = consumer.poll(500, 200);
    if (!polled.ok()) {
      read.error = polled.error();
      return read;
    }
    for (const cnx_record& each : polled->batch.records()) {
      read.values.push_back(value_of(each));
      read.offsets.push_back(each.offset);
    }
    for (PartitionEnd& end : polled->ends) read.ends.push_back(std::move(end));
    for (PartitionFault& fault : polled->faults) read.faults.push_back(std::move(fault));
  }
  return read;
}

}  // namespace cnx::host::kafka
