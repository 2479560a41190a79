// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cnx/abi/batch.h"

struct rd_kafka_message_s;

namespace cnx::host::kafka {

class ClientHandle;

/// Neighbouring records of one partition within a batch.
struct PartitionRun {
  std::string_view topic;
  std::int32_t partition = 0;
  std::uint64_t generation = 0;  ///< of the assignment that the records were read under (SinkConsumer)
  std::uint32_t first = 0;       ///< index of the first record
  std::uint32_t count = 0;
};

/// Consumed messages and the memory they live in. Nothing is copied: keys, values and topic names of the records point
/// into the client's buffers. Move-only; not thread-safe, but it may be moved to and destroyed on any thread, also
/// after its consumer is gone (the client's memory goes with the last batch).
class MessageBatch {
 public:
  MessageBatch() = default;
  /// Takes the messages over; all are messages, none is an event. `client` keeps their memory alive.
  MessageBatch(std::shared_ptr<ClientHandle> client, std::vector<rd_kafka_message_s*> messages,
               std::vector<PartitionRun> runs);
  ~MessageBatch();
  MessageBatch(MessageBatch&& other) noexcept;
  MessageBatch& operator=(MessageBatch&& other) noexcept;

  [[nodiscard]] bool empty() const { return records_.empty(); }
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  /// In the order read; headers included. Valid as long as the batch.
  [[nodiscard]] std::span<const cnx_record> records() const { return records_; }
  /// Cover all records, in order. A partition may have several.
  [[nodiscard]] std::span<const PartitionRun> runs() const { return runs_; }
  /// Keys and values, in bytes.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void view(rd_kafka_message_s& message);
  void release();

  std::shared_ptr<ClientHandle> client_;
  std::vector<rd_kafka_message_s*> messages_;
  std::vector<cnx_record> records_;
  std::vector<cnx_header> headers_;
  std::vector<PartitionRun> runs_;
  std::uint64_t bytes_ = 0;
};

}  // namespace cnx::host::kafka
