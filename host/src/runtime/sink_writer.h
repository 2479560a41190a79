// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "runtime/accounts.h"
#include "runtime/mailbox.h"
#include "runtime/ownership.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

struct SinkWriterOptions {
  std::string connector;
  std::string sink_name;
  int max_retries = 3;
  std::int64_t retry_backoff_ms = 100;
};

/// The sink stage of a task: owns the sink's thread, commits batches, and answers the group's thread.
/// run() is the thread's body; claim() and release() are for the consumer's group thread.
class SinkWriter {
 public:
  SinkWriter(SinkWriterOptions options, Mailbox& mailbox, Target& target, Claimer& claimer,
             PartitionControl& partitions, DeadRecordPolicy& dead_letters, errors::Ledger& ledger, Doubts& doubts,
             TaskStatus& status, const Clock& clock, StopToken stop);

  /// Until the mailbox is closed and empty (or a stop), or an error that the task cannot go on from. Closes the mailbox
  /// then; batches left inside are not touched, orders are answered. [sink thread]
  [[nodiscard]] Status run();

  /// Claims `partitions` for `generation`; waits `wait_ms` at most. Entries that are not there in time are begun later
  /// with start_at(). [group thread]
  [[nodiscard]] std::vector<std::optional<std::int64_t>> claim(std::span<const kafka::TopicPartition> partitions,
                                                               std::uint64_t generation, std::int64_t wait_ms);
  /// The partitions are not ours any more. Returns when nothing of them is in work, or after `wait_ms`. [group thread]
  void release(std::span<const kafka::TopicPartition> partitions, std::int64_t wait_ms);

 private:
  struct ClaimRequest;

  [[nodiscard]] Status work();
  void serve_orders();
  void serve(ClaimRequest& request);

  [[nodiscard]] Status take_batch(std::unique_ptr<SealedBatch> batch);
  [[nodiscard]] Status process(SealedBatch& batch);
  [[nodiscard]] Status account(const SealedBatch& batch, const Committed& sums, std::int64_t took_ms);
  void measure(const SealedBatch& batch, std::uint64_t released, std::int64_t took_ms);
  [[nodiscard]] bool wait_before_retry(std::int64_t milliseconds);

  [[nodiscard]] Status housekeeping(bool leaving);
  [[nodiscard]] Status flush_positions();
  [[nodiscard]] std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }

  const SinkWriterOptions options_;
  Mailbox& mailbox_;
  Target& target_;
  DeadRecordPolicy& dead_letters_;
  TaskStatus& status_;
  const Clock& clock_;
  const StopToken stop_;

  // Of the sink thread.
  Accounts accounts_;
  Ownership ownership_;
  std::map<kafka::TopicPartition, Slice> positions_;  // ends reached without records, not yet stored
  std::optional<Error> broken_;                       // from an order
  bool over_ = false;                                 // nothing is claimed any more
  std::int64_t last_position_ms_ = 0;
  std::int64_t last_commit_ms_ = 0;
  std::int64_t last_hint_ms_ = 0;
  std::int64_t last_ends_ms_ = 0;
};

}  // namespace cnx::host::runtime
