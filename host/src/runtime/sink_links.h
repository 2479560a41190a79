// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "kafka/partition_reader.h"
#include "kafka/sink_consumer.h"
#include "runtime/claimer.h"
#include "runtime/offset_target.h"
#include "runtime/sink_writer.h"

namespace cnx::host::runtime {

/// Ties the consumer of a sink task to its writer while both come and go: the consumer's group thread reaches the
/// writer, the sink thread reaches the consumer. Calls before open() wait for it; after close() they are refused.
class SinkLinks final : public kafka::RebalanceListener,
                        public PartitionControl,
                        public LogView,
                        public PlainTarget::GroupOffsets {
 public:
  SinkLinks(kafka::ClientConfig client, StopToken stop) : client_(std::move(client)), stop_(std::move(stop)) {}

  /// Before the consumer exists.
  void set_writer(SinkWriter& writer) { writer_ = &writer; }
  /// `wake_reader`: the writer waits for work.
  void open(kafka::SinkConsumer& consumer, std::function<void()> wake_reader);
  void close_reader();
  void close();
  /// The writer waits for work, or has ended. [sink thread]
  void writer_idle();

  // From the consumer's group thread.
  [[nodiscard]] std::vector<std::optional<std::int64_t>> on_assigned(std::span<const kafka::TopicPartition> partitions,
                                                                     std::uint64_t generation) override;
  void on_revoked(std::span<const kafka::TopicPartition> partitions) override;
  void on_lost(std::span<const kafka::TopicPartition> partitions) override;

  // From the sink thread.
  void hold(const kafka::TopicPartition& at, std::uint64_t generation) override;
  [[nodiscard]] Result<std::uint64_t> start_at(const kafka::TopicPartition& at, std::uint64_t generation,
                                               std::int64_t offset) override;
  void commit_hint(std::span<const kafka::PartitionOffset> offsets) override;
  [[nodiscard]] std::optional<std::int64_t> log_end(const kafka::TopicPartition& at) override;
  void idle() override { reader_.reset(); }
  [[nodiscard]] Result<kafka::Watermarks> watermarks(const kafka::TopicPartition& at) override;
  [[nodiscard]] Result<std::optional<std::int64_t>> timestamp_at(const kafka::TopicPartition& at,
                                                                 std::int64_t offset) override;
  [[nodiscard]] Result<std::optional<std::int64_t>> first_record(const kafka::TopicPartition& at, std::int64_t from,
                                                                 std::int64_t to) override;
  [[nodiscard]] std::optional<std::int64_t> hint(const kafka::TopicPartition& at) override;
  [[nodiscard]] Result<std::optional<std::int64_t>> committed(const kafka::TopicPartition& at) override;

 private:
  /// Waits until there is one; nullptr: closed.
  [[nodiscard]] kafka::SinkConsumer* consumer();
  /// Apart from the consumer.
  [[nodiscard]] Result<kafka::PartitionReader*> reader();

  const kafka::ClientConfig client_;
  const StopToken stop_;
  SinkWriter* writer_ = nullptr;                    // constant once the consumer exists
  std::unique_ptr<kafka::PartitionReader> reader_;  // of the sink thread

  std::mutex mutex_;
  std::condition_variable changed_;
  kafka::SinkConsumer* consumer_ = nullptr;  // guarded by mutex_
  std::function<void()> wake_reader_;        // guarded by mutex_
  bool closed_ = false;                      // guarded by mutex_
};

}  // namespace cnx::host::runtime
