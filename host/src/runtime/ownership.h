// SPDX-License-Identifier: Apache-2.0
//
// What a sink task owns in the target: how partitions are claimed, lost to others, and claimed again.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cnx/result.hpp"
#include "errors/backoff.h"
#include "runtime/accounts.h"
#include "runtime/claimer.h"
#include "runtime/commit.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What the sink thread needs of the consumer; all but the hint refuse a generation that is over. [any thread]
class PartitionControl {
 public:
  virtual ~PartitionControl() = default;
  virtual void hold(const kafka::TopicPartition& at, std::uint64_t generation) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> start_at(const kafka::TopicPartition& at, std::uint64_t generation,
                                                       std::int64_t offset) = 0;
  virtual void commit_hint(std::span<const kafka::PartitionOffset> offsets) = 0;
  /// The end of the log as last heard, without asking; nullopt: not known.
  [[nodiscard]] virtual std::optional<std::int64_t> log_end(const kafka::TopicPartition& at) = 0;
  /// Nothing has been claimed or committed for seconds: what was opened for claims may be closed.
  virtual void idle() {}
};

/// The claims of one task. A partition is unknown, owned, or waiting: assigned by the group and not (any more) ours in
/// the target, to be claimed when its time has come. [sink thread] but for leaving().
class Ownership {
 public:
  /// Everything outlives it. `max_retries`: of the look of an idle owner before its fault ends the run.
  Ownership(std::string connector, int max_retries, Target& target, Claimer& claimer, PartitionControl& partitions,
            Accounts& accounts, TaskStatus& status, const Clock& clock);

  [[nodiscard]] Claims& claims() { return claims_; }

  /// A release of these partitions is on its way: no claim of them is begun until it has been carried out, since that
  /// would fence their new owner. [any thread]
  void leaving(std::span<const kafka::TopicPartition> partitions);
  /// The release itself.
  void release(std::span<const kafka::TopicPartition> partitions);

  /// Claims `at` under `generation`: where reading begins. nullopt: it goes away, or a passing fault, and it is claimed
  /// again later. An error ends the run.
  [[nodiscard]] Result<std::optional<std::int64_t>> claim(const kafka::TopicPartition& at, std::uint64_t generation);
  /// Begins reading what was claimed and could not be told to the consumer in its callback.
  [[nodiscard]] Status begin_reading(const kafka::TopicPartition& at, std::uint64_t generation);

  /// Before a batch of `slices`: the first that was read under each claim is the first the log holds from the claimed
  /// offset on (Claimer::check_gap). Asks once per claim, and only when there is a gap.
  [[nodiscard]] Status check_beginning(std::span<const Slice> slices);

  /// A transaction over `of` was FENCED with `error`. Asks whom it concerns: those are held, forgotten and claimed
  /// again while the group still assigns them; the others stay ours. At least one is forgotten. FATAL: too often.
  /// RETRY: it cannot be asked now, nothing has changed.
  [[nodiscard]] Status fenced(const Error& error, const std::vector<kafka::TopicPartition>& of);

  /// A transaction ended: these of `slices` that are ours stand where the claims say. False: none is.
  bool committed(std::span<const Slice> slices);
  /// Tells the group what it has not been told yet of committed offsets, which are only hints. False: nothing.
  bool tell_group();

  /// Shows how far the ends of the partitions are, as far as is known.
  void show_ends();

  /// Claims what is due.
  [[nodiscard]] Status claim_due();
  /// How long the sink thread may rest when no batch comes: until something here is due.
  [[nodiscard]] std::int64_t rest_ms(std::int64_t last_commit_ms) const;
  /// The look of an owner without batches: still the owner? `last_commit_ms` as of the monotonic clock.
  [[nodiscard]] Status look(std::int64_t last_commit_ms);

 private:
  struct Waiting {
    std::uint64_t generation = 0;
    std::int64_t due_ms = 0;
    // Of a claim that fails.
    std::int64_t since_ms = 0;
    std::int64_t said_ms = 0;
    std::optional<Error> fault;
    errors::Backoff backoff{errors::RestartPolicy::kFirstMs, errors::RestartPolicy::kMostMs};
  };

  [[nodiscard]] bool is_leaving(const kafka::TopicPartition& at) const;
  void wait_for_claim(const kafka::TopicPartition& at, std::uint64_t generation, std::int64_t wait_ms);
  void claim_failed(const kafka::TopicPartition& at, std::uint64_t generation, Error error);
  void claim_succeeded(const kafka::TopicPartition& at);
  void show_waiting();
  void forget(const kafka::TopicPartition& at);
  [[nodiscard]] Result<std::vector<Loss>> ask(const std::vector<kafka::TopicPartition>& of);
  [[nodiscard]] Status lost(const kafka::TopicPartition& at, const std::string& reason);
  [[nodiscard]] Status look_failed(Error error);
  [[nodiscard]] std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }

  const std::string connector_;
  const int max_retries_;
  Target& target_;
  Claimer& claimer_;
  PartitionControl& partitions_;
  Accounts& accounts_;
  TaskStatus& status_;
  const Clock& clock_;

  // Of the sink thread.
  Claims claims_;
  std::map<kafka::TopicPartition, Waiting> waiting_;
  bool shown_ = false;                     // a claim that waits stands in the status
  std::set<kafka::TopicPartition> hints_;  // whose offset the group has not been told
  // Since the partition was assigned: when it was fenced, and the highest offset that we know to be committed.
  std::map<kafka::TopicPartition, std::deque<std::int64_t>> fences_ms_;
  std::map<kafka::TopicPartition, std::int64_t> known_;
  std::int64_t next_look_ms_ = 0;
  int failed_looks_ = 0;
  errors::Backoff look_backoff_{errors::RestartPolicy::kFirstMs, 10'000};

  mutable std::mutex mutex_;
  std::map<kafka::TopicPartition, int> leaving_;  // guarded by mutex_: releases on their way
};

}  // namespace cnx::host::runtime
