// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "errors/ledger.h"
#include "kafka/sink_consumer.h"
#include "runtime/chain.h"
#include "runtime/mailbox.h"
#include "runtime/task_control.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

struct SinkReaderOptions {
  std::size_t batch_records = 1000;       ///< batch.size: the most in one transaction
  std::int64_t batch_interval_ms = 1000;  ///< the longest a record waits for company
  std::uint64_t batch_bytes = 16 << 20;   ///< a batch is sealed at this size, too
};

/// The consume and transform stage of a sink task: gathers records, applies the chain, hands sealed batches on. A batch
/// is sealed when it is full, when its first record has waited long enough, or when the writer has nothing to do.
class SinkReader {
 public:
  SinkReader(SinkReaderOptions options, kafka::SinkConsumer& consumer, TransformChain& chain, Mailbox& mailbox,
             errors::Ledger& ledger, TaskStatus& status, const Clock& clock, TaskControl& control, StopToken stop);

  /// Until a stop, a closed mailbox, or an error. A paused task reads nothing and keeps its partitions. [reader thread]
  [[nodiscard]] Status run();

  /// The writer waits for work. [sink thread]
  void writer_idle() {
    if (gathering_.load(std::memory_order_relaxed) || mailbox_.closed()) consumer_.wake();
  }

 private:
  [[nodiscard]] Status hold();
  [[nodiscard]] Result<kafka::Polled> poll();
  [[nodiscard]] static Error fault(kafka::PartitionFault fault);
  [[nodiscard]] std::size_t most_records() const;  // of the open batch
  [[nodiscard]] std::int64_t poll_timeout_ms() const;
  void add(kafka::Polled polled);
  void add_records(kafka::MessageBatch messages);
  [[nodiscard]] Slice& slice_of(const kafka::TopicPartition& at, std::uint64_t generation);
  [[nodiscard]] bool should_seal() const;
  [[nodiscard]] Status seal();

  const SinkReaderOptions options_;
  kafka::SinkConsumer& consumer_;
  TransformChain& chain_;
  Mailbox& mailbox_;
  errors::Ledger& ledger_;
  TaskStatus& status_;
  const Clock& clock_;
  TaskControl& control_;
  const StopToken stop_;
  std::atomic<bool> gathering_{false};

  struct Sealed {
    std::uint64_t generation = 0;
    std::int64_t next_offset = 0;
  };

  // Of the reader thread.
  std::map<kafka::TopicPartition, Sealed> sealed_;  // how far each partition has gone into sealed batches
  std::unique_ptr<SealedBatch> open_;
  std::uint64_t open_bytes_ = 0;
  std::uint64_t last_batch_bytes_ = 0;  // the next one will be about as large
  std::int64_t opened_ms_ = 0;
};

}  // namespace cnx::host::runtime
