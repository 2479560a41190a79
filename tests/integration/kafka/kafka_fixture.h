// SPDX-License-Identifier: Apache-2.0
//
// What every test against a real broker needs: topics of its own, records to write, a listener that answers.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"
#include "kafka/admin.h"
#include "kafka/rebalance_listener.h"
#include "kafka/sink_consumer.h"
#include "kafka/transactional_producer.h"

namespace cnx::host::kafka {

/// Skips, saying why, when no broker is named.
class KafkaTest : public ::testing::Test {
 protected:
  void SetUp() override;

  /// A new topic under a name that no other run uses.
  std::string make_topic(std::int32_t partitions = 1, const Properties& configs = {});
  /// A name that no other run uses.
  static std::string unique(std::string_view what);

  std::unique_ptr<TransactionalProducer> open_producer(const std::string& id, std::int32_t timeout_ms = 60000);
  /// Waits until the commit markers behind these offsets are in the log: the broker writes them after its answer.
  void await_markers(const std::vector<PartitionOffset>& highest);
  /// Commits one transaction with these values, all to `partition`, marker included.
  void write(const std::string& topic, const std::vector<std::string>& values, std::int32_t partition = 0);

  ClientConfig config_;
  StopSource stop_;
  std::unique_ptr<Admin> admin_;
};

/// A view of texts that live as long as the test's arguments.
cnx_record record(const std::string& topic, std::string_view value, std::int32_t partition = 0);
cnx_record record(const std::string& topic, std::string_view key, std::string_view value, std::int32_t partition);

std::string value_of(const cnx_record& record);
std::vector<std::string> values_of(const MessageBatch& batch);

/// Answers assignments with fixed offsets and remembers what it was told.
class TestListener : public RebalanceListener {
 public:
  /// Where partitions begin; nullopt: not claimed in time.
  explicit TestListener(std::optional<std::int64_t> start = 0) : start_(start) {}

  std::vector<std::optional<std::int64_t>> on_assigned(std::span<const TopicPartition> partitions,
                                                       std::uint64_t generation) override;
  void on_revoked(std::span<const TopicPartition> partitions) override;
  void on_lost(std::span<const TopicPartition> partitions) override;

  /// Waits until so many partitions are held (30 s at most); false: they are not.
  bool wait_for_partitions(std::size_t count);
  /// Waits until anything was revoked or lost; false: nothing was within `patience`.
  bool wait_for_revocation(std::chrono::seconds patience);
  std::map<TopicPartition, std::uint64_t> held();
  std::uint64_t assignments();

 private:
  const std::optional<std::int64_t> start_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TopicPartition, std::uint64_t> held_;
  std::uint64_t assignments_ = 0;
  std::uint64_t revocations_ = 0;
};

/// Everything that a consumer gave until `enough` said so or 30 s were over.
struct Read {
  std::vector<std::string> values;
  std::vector<std::int64_t> offsets;
  std::vector<PartitionEnd> ends;
  std::vector<PartitionFault> faults;
  std::optional<Error> error;
};
Read read_until(SinkConsumer& consumer, const std::function<bool(const Read&)>& enough);

}  // namespace cnx::host::kafka
