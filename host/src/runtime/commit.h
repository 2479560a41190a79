// SPDX-License-Identifier: Apache-2.0
//
// The commit protocol of a sink task: dead letters acknowledged, then rows and offsets in one transaction of the target
// (docs/delivery.md). One batch at a time; a bad record is found inside rolled-back transactions, never by separate
// commits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "cnx/result.hpp"
#include "runtime/sealed_batch.h"
#include "runtime/target.h"

namespace cnx::host::runtime {

/// The partitions that this task owns in the target. [sink thread]
struct Claim {
  std::uint64_t generation = 0;
  std::int64_t epoch = 0;
  std::int64_t next_offset = 0;  ///< committed in the target
  std::int64_t last_offset = -1;
  std::int64_t last_timestamp_ms = -1;
  bool begun = false;  ///< the first record read was the first one of the log from the claimed offset on
};
using Claims = std::map<kafka::TopicPartition, Claim>;

/// What a committed batch was.
struct Committed {
  std::uint64_t written = 0;   ///< records
  std::uint64_t filtered = 0;  ///< records
  std::uint64_t dead = 0;      ///< records
  std::uint64_t released = 0;  ///< records of partitions that are no longer ours
  std::uint64_t rows = 0;
  std::map<std::string, std::uint64_t> filtered_parts;  ///< by rule
};

/// How a commit of `step` ended, told by where its partition stands once no transaction over it is open: at
/// `next_offset`, and `epoch` is of the last owner to have been there. FENCED: that was somebody else, and either of
/// the two may have written what lies before `next_offset`.
[[nodiscard]] Outcome outcome_of(const OffsetStep& step, std::int64_t epoch, std::int64_t next_offset);

/// Turns dead records into dead letters and refuses when that is not allowed. Made by the task.
class DeadRecordPolicy {
 public:
  virtual ~DeadRecordPolicy() = default;
  /// Sends `dead` (records of `batch`) and waits for the acknowledgement. RECORD: not tolerated, or too many of them.
  [[nodiscard]] virtual Status send(const SealedBatch& batch, std::span<const DeadRecord> dead) = 0;
};

/// One attempt to commit one batch. Not thread-safe; lives as long as the attempt.
class CommitAttempt {
 public:
  CommitAttempt(Target& target, DeadRecordPolicy& dead_letters, Claims& claims, std::string sink_name);

  /// Commits what of `batch` belongs to partitions claimed under the batch's generation.
  /// FENCED: rolled back; nothing was written. RETRY: rolled back, or the outcome is unknown (`unresolved()`); the same
  /// batch may be tried again with a new attempt. On success the claims are where the batch ends.
  [[nodiscard]] Result<Committed> run(SealedBatch& batch);

  /// Steps of a COMMIT whose answer was lost and whose outcome could not be asked yet; empty: none.
  [[nodiscard]] const std::vector<OffsetStep>& unresolved() const { return unresolved_; }
  /// What a commit would have been for the records of one partition.
  [[nodiscard]] Committed count_partition(const SealedBatch& batch, const kafka::TopicPartition& at) const;

 private:
  struct Output {
    const cnx_batch* batch;
    std::vector<std::uint32_t> rows;
    bool all = false;
  };

  void choose_live(const SealedBatch& batch);
  [[nodiscard]] Status check_beginning(const SealedBatch& batch) const;
  [[nodiscard]] std::vector<Output> choose_rows(const SealedBatch& batch, std::uint32_t limit) const;
  [[nodiscard]] bool writable(const SealedBatch& batch, std::uint32_t origin) const;
  [[nodiscard]] Status write_all(SealedBatch& batch, const std::vector<Output>& outputs);
  [[nodiscard]] Status find_smallest_failing(SealedBatch& batch, Error reason);
  [[nodiscard]] Status probe(SealedBatch& batch, std::uint32_t limit);
  [[nodiscard]] Status write_singly(SealedBatch& batch);
  [[nodiscard]] Status send_dead(SealedBatch& batch);
  [[nodiscard]] std::vector<plugin::Mark> marks_of_dead(const SealedBatch& batch) const;
  [[nodiscard]] Status begin(const SealedBatch& batch);
  [[nodiscard]] Status commit_rows(SealedBatch& batch, const std::vector<Output>& outputs);
  [[nodiscard]] Status commit_offsets(const SealedBatch& batch);
  [[nodiscard]] Status finish();
  [[nodiscard]] Status resolve(Error lost);
  [[nodiscard]] Result<bool> outcome_is_lost() const;
  template <class Wanted>
  [[nodiscard]] Committed count(const SealedBatch& batch, const Wanted& wanted) const;
  void mark_dead(SealedBatch& batch, DeadRecord dead);
  void move_claims(const SealedBatch& batch);

  Target& target_;
  DeadRecordPolicy& dead_letters_;
  Claims& claims_;
  const std::string sink_name_;
  std::vector<bool> live_;         // per slice: its partition is ours, under its generation
  std::vector<OffsetStep> steps_;  // of live slices that lead somewhere
  std::vector<OffsetStep> unresolved_;
  // Of a target without transactions, which keeps what it was given.
  int refused_ = 0;       // writes of the whole batch
  bool written_ = false;  // every good record is
};

}  // namespace cnx::host::runtime
