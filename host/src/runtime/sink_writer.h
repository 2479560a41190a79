// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "errors/backoff.h"
#include "errors/ledger.h"
#include "runtime/claimer.h"
#include "runtime/commit.h"
#include "runtime/mailbox.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What the writer needs of the consumer; all but the hint refuse a generation that is over. [any thread]
class PartitionControl {
 public:
  virtual ~PartitionControl() = default;
  virtual void hold(const kafka::TopicPartition& at, std::uint64_t generation) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> start_at(const kafka::TopicPartition& at, std::uint64_t generation,
                                                       std::int64_t offset) = 0;
  virtual void commit_hint(std::span<const kafka::PartitionOffset> offsets) = 0;
};

/// A commit whose outcome was not known when the task broke off; the next claim tells. Outlives restarts of a task.
struct InDoubt {
  std::int64_t new_offset = 0;
  Committed sums;
};
using InDoubtMap = std::map<kafka::TopicPartition, InDoubt>;

struct SinkWriterOptions {
  std::string connector;
  std::string sink_name;
  int max_retries = 3;
  std::int64_t retry_backoff_ms = 100;
};

/// The sink stage of a task: owns the sink's thread, claims partitions, commits batches, and keeps what it owns honest.
/// run() is the thread's body; claim() and release() are for the consumer's group thread.
class SinkWriter {
 public:
  SinkWriter(SinkWriterOptions options, Mailbox& mailbox, Target& target, Claimer& claimer,
             PartitionControl& partitions, DeadRecordPolicy& dead_letters, errors::Ledger& ledger, InDoubtMap& in_doubt,
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
  struct Reclaim {
    kafka::TopicPartition at;
    std::uint64_t generation;
    std::int64_t due_ms;
  };

  [[nodiscard]] Status work();
  void serve_orders();
  void serve(ClaimRequest& request);
  [[nodiscard]] Status begin_reading(const kafka::TopicPartition& at, std::uint64_t generation);
  void claim_failed(const kafka::TopicPartition& at, std::uint64_t generation, Error error);
  [[nodiscard]] Status claim_one(const kafka::TopicPartition& at, std::uint64_t generation);
  void settle_in_doubt(const kafka::TopicPartition& at, const ClaimedPosition& found);
  void forget(const kafka::TopicPartition& at);

  [[nodiscard]] Status process(SealedBatch& batch);
  [[nodiscard]] Status take_batch(std::unique_ptr<SealedBatch> batch);
  [[nodiscard]] std::uint64_t keep_in_doubt(const SealedBatch& batch, const CommitAttempt& attempt);
  void settle(const Committed& sums, std::uint64_t held);
  [[nodiscard]] Status account(const SealedBatch& batch, const Committed& sums);
  void release_records(std::uint64_t count);
  [[nodiscard]] bool wait_before_retry(std::int64_t milliseconds);

  [[nodiscard]] Status fenced(const Error& error, const std::vector<kafka::TopicPartition>& of);
  [[nodiscard]] Status housekeeping(bool leaving);
  [[nodiscard]] Status flush_positions();
  [[nodiscard]] Status verify_ownership();
  [[nodiscard]] Status reclaim_due();
  void flush_hints();
  [[nodiscard]] std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }

  const SinkWriterOptions options_;
  Mailbox& mailbox_;
  Target& target_;
  Claimer& claimer_;
  PartitionControl& partitions_;
  DeadRecordPolicy& dead_letters_;
  errors::Ledger& ledger_;
  InDoubtMap& in_doubt_;
  TaskStatus& status_;
  const Clock& clock_;
  const StopToken stop_;

  // Of the sink thread.
  Claims claims_;
  std::map<kafka::TopicPartition, Slice> positions_;  // ends reached without records, not yet stored
  std::map<kafka::TopicPartition, std::int64_t> hints_;
  std::vector<Reclaim> reclaims_;
  std::map<kafka::TopicPartition, std::deque<std::int64_t>> fences_ms_;  // since the partition was assigned
  std::optional<Error> broken_;                                          // from an order
  bool over_ = false;                                                    // nothing is claimed any more
  std::int64_t last_position_ms_ = 0;
  std::int64_t last_commit_ms_ = 0;
  std::int64_t last_verify_ms_ = 0;
  std::int64_t last_hint_ms_ = 0;
};

}  // namespace cnx::host::runtime
