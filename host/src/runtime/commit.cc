// SPDX-License-Identifier: Apache-2.0
#include "runtime/commit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/log.h"
#include "cnx/batch.hpp"

namespace cnx::host::runtime {
namespace {

// Which of the rows of its record this is, from 1; 0: the record gave one row only.
std::uint32_t row_of_record(const cnx_batch& batch, std::uint32_t row) {
  std::uint32_t number = 0, all = 0;
  for (std::uint32_t r = 0; r < batch.count; ++r) {
    if (batch.origin[r] != batch.origin[row]) continue;
    ++all;
    if (r <= row) number = all;
  }
  return all > 1 ? number : 0;
}

}  // namespace

CommitAttempt::CommitAttempt(Target& target, DeadRecordPolicy& dead_letters, Claims& claims, std::string sink_name)
    : target_(target), dead_letters_(dead_letters), claims_(claims), sink_name_(std::move(sink_name)) {}

void CommitAttempt::choose_live(const SealedBatch& batch) {
  live_.assign(batch.slices.size(), false);
  steps_.clear();
  for (std::size_t s = 0; s < batch.slices.size(); ++s) {
    const Slice& slice = batch.slices[s];
    const auto claim = claims_.find(slice.at);
    if (claim == claims_.end() || claim->second.generation != slice.generation) continue;
    live_[s] = true;
    // The end of a partition is told again whenever reading begins there: nothing to move.
    if (slice.records == 0 && slice.next_offset <= claim->second.next_offset) continue;
    steps_.push_back({slice.at.topic, slice.at.partition, claim->second.epoch, claim->second.next_offset,
                      slice.next_offset, slice.last_offset, slice.last_timestamp_ms});
  }
  // Every transaction of every worker locks the rows in this order, so two of them cannot wait for each other.
  std::sort(steps_.begin(), steps_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  });
}

bool CommitAttempt::writable(const SealedBatch& batch, std::uint32_t origin) const {
  return batch.fates[origin] == Fate::kRows && live_[batch.slice_of[origin]];
}

std::vector<CommitAttempt::Output> CommitAttempt::choose_rows(const SealedBatch& batch, std::uint32_t limit) const {
  std::vector<Output> outputs;
  const bool whole = limit >= batch.records.size() && batch.dead.empty() &&
                     std::all_of(live_.begin(), live_.end(), [](bool live) { return live; });
  for (const cnx_batch* made : batch.outputs) {
    Output output{made, {}, whole};
    if (!whole) {
      for (std::uint32_t row = 0; row < made->count; ++row)
        if (made->origin[row] < limit && writable(batch, made->origin[row])) output.rows.push_back(row);
      output.all = output.rows.size() == made->count;
    }
    if (made->count > 0 && (output.all || !output.rows.empty())) outputs.push_back(std::move(output));
  }
  return outputs;
}

Status CommitAttempt::write_all(SealedBatch& batch, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) {
    std::vector<RejectedRow> rejects;
    Status status = target_.write(*output.batch, output.all ? std::span<const std::uint32_t>{} : output.rows, rejects);
    if (status.ok()) continue;
    if (status.error().action != Action::kRecord) return status;
    for (RejectedRow& reject : rejects) {
      if (reject.row >= output.batch->count)
        return fatal_error(
            fmt::format("{} refused row {} of a batch of {}", sink_name_, reject.row, output.batch->count));
      mark_dead(batch, {output.batch->origin[reject.row], "TASK_PUT", sink_name_, "", std::move(reject.column),
                        std::move(reject.message), reject.native_code, row_of_record(*output.batch, reject.row)});
    }
    return status;
  }
  return {};
}

void CommitAttempt::mark_dead(SealedBatch& batch, DeadRecord dead) {
  if (batch.fates[dead.origin] == Fate::kDead) return;
  batch.fates[dead.origin] = Fate::kDead;
  batch.dead.push_back(std::move(dead));
}

Status CommitAttempt::probe(SealedBatch& batch, std::uint32_t limit) {
  CNX_TRY(target_.begin(steps_));
  Status status = write_all(batch, choose_rows(batch, limit));
  target_.abort();
  return status;
}

// The sink could not say which row it refuses. The smallest prefix of the batch that fails ends with a bad record; this
// holds even when a record is bad only together with an earlier one.
Status CommitAttempt::find_smallest_failing(SealedBatch& batch, Error reason) {
  std::uint32_t good = 0;
  auto bad = static_cast<std::uint32_t>(batch.records.size());
  while (bad - good > 1) {
    const std::uint32_t middle = good + (bad - good) / 2;
    const std::size_t dead_before = batch.dead.size();
    Status status = probe(batch, middle);
    if (status.ok()) {
      good = middle;
      continue;
    }
    if (status.error().action != Action::kRecord) return status;
    if (batch.dead.size() > dead_before) return {};
    bad = middle;
    reason = std::move(status).error();
  }
  if (!writable(batch, bad - 1))
    return fatal_error(fmt::format("{} refuses a batch without naming a row, and every record alone is fine: {}",
                                   sink_name_, reason.message));
  mark_dead(batch, {bad - 1, "TASK_PUT", sink_name_, "", "", reason.message, reason.native_code});
  return {};
}

// A target without transactions keeps what it was given, so nothing is probed there: each record alone, once.
Status CommitAttempt::write_singly(SealedBatch& batch) {
  std::map<std::uint32_t, std::vector<Output>> parts;  // by record
  for (const Output& output : choose_rows(batch, static_cast<std::uint32_t>(batch.records.size()))) {
    const cnx_batch& made = *output.batch;
    const std::uint64_t count = output.all ? made.count : output.rows.size();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint32_t row = output.all ? static_cast<std::uint32_t>(i) : output.rows[i];
      std::vector<Output>& of = parts[made.origin[row]];
      if (of.empty() || of.back().batch != &made) of.push_back({&made, {}, false});
      of.back().rows.push_back(row);
    }
  }
  for (const auto& [origin, outputs] : parts) {
    Status status = write_all(batch, outputs);
    if (status.ok()) continue;
    if (status.error().action != Action::kRecord) return status;
    mark_dead(batch, {origin, "TASK_PUT", sink_name_, "", "", status.error().message, status.error().native_code});
  }
  written_ = true;
  return {};
}

Status CommitAttempt::send_dead(SealedBatch& batch) {
  if (batch.dead_sent == batch.dead.size()) return {};
  std::vector<DeadRecord> to_send;
  for (std::size_t i = batch.dead_sent; i < batch.dead.size(); ++i)
    if (live_[batch.slice_of[batch.dead[i].origin]]) to_send.push_back(batch.dead[i]);
  if (!to_send.empty()) CNX_TRY(dead_letters_.send(batch, to_send));
  batch.dead_sent = batch.dead.size();
  return {};
}

std::vector<plugin::Mark> CommitAttempt::marks_of_dead(const SealedBatch& batch) const {
  std::vector<plugin::Mark> marks;
  if (!target_.keeps_marks()) return marks;
  for (const DeadRecord& dead : batch.dead) {
    if (!live_[batch.slice_of[dead.origin]]) continue;
    const cnx_record& record = batch.records[dead.origin];
    marks.push_back({std::string(view(record.topic)), record.partition, record.offset, record.timestamp_ms,
                     plugin::MarkState::kDead});
  }
  return marks;
}

// A dead letter alone proves nothing: a crash may leave it behind and the record be written later. What counts is the
// mark in the transaction that passes the record.
Status CommitAttempt::begin(const SealedBatch& batch) {
  CNX_TRY(target_.begin(steps_));
  const std::vector<plugin::Mark> marks = marks_of_dead(batch);
  if (marks.empty()) return {};
  Status buried = target_.bury(marks);
  if (!buried.ok()) target_.abort();
  return buried;
}

Status CommitAttempt::finish() {
  bool unknown = false;
  Status status = target_.commit(unknown);
  if (status.ok()) return {};
  if (unknown) return resolve(std::move(status).error());
  target_.abort();
  return status;
}

// Nothing to write. One guarded UPDATE commits by itself, so a passing fault leaves the same question open as a lost
// COMMIT; several of them could be carried out in part, so they take a transaction.
Status CommitAttempt::commit_offsets(const SealedBatch& batch) {
  if (steps_.size() > 1 || !marks_of_dead(batch).empty()) {
    CNX_TRY(begin(batch));
    return finish();
  }
  Status status = target_.advance(steps_);
  if (status.ok()) return status;
  const Action action = status.error().action;
  if (action != Action::kRetry && action != Action::kCancelled) return status;
  return resolve(std::move(status).error());
}

Outcome outcome_of(const OffsetStep& step, std::int64_t epoch, std::int64_t next_offset) {
  if (next_offset < step.new_offset) return Outcome::kNotCommitted;
  if (epoch != step.epoch) return Outcome::kFenced;
  return next_offset == step.new_offset ? Outcome::kCommitted : Outcome::kNotCommitted;
}

// Every partition of it is somebody else's now, and none stands below the new offset.
Result<bool> CommitAttempt::outcome_is_lost() const {
  for (const OffsetStep& step : steps_) {
    CNX_ASSIGN(const std::optional<ClaimedPosition> row, target_.look({step.topic, step.partition}));
    if (!row || outcome_of(step, row->epoch, row->next_offset) != Outcome::kFenced) return false;
  }
  return true;
}

Status CommitAttempt::resolve(Error lost) {
  unresolved_ = steps_;
  auto outcome = target_.outcome(steps_);
  if (!outcome.ok()) return std::move(outcome).error();
  if (*outcome == Outcome::kFenced) {
    // Somebody has taken one of them since. Any other at our new offset proves the whole transaction.
    std::vector<OffsetStep> done = steps_;
    for (OffsetStep& step : done) step.old_offset = step.new_offset;
    CNX_ASSIGN(const std::vector<Loss> losses, target_.verify(done));
    if (losses.size() < done.size()) outcome = Outcome::kCommitted;
  }
  bool forever = false;
  if (*outcome == Outcome::kFenced) {
    CNX_ASSIGN(forever, outcome_is_lost());
  }
  unresolved_.clear();
  if (*outcome == Outcome::kCommitted) {
    log::warning(sink_name_, "{}; its outcome was asked for: it is committed", lost.message);
    return {};
  }
  if (*outcome == Outcome::kNotCommitted) return lost;
  if (forever)
    log::warning(sink_name_,
                 "{}; another owner has gone on since: whether it or this one wrote the records before {}[{}] offset "
                 "{}{} is not known, they are counted as released here",
                 lost.message, steps_[0].topic, steps_[0].partition, steps_[0].new_offset,
                 steps_.size() > 1 ? fmt::format(" and of {} more partitions", steps_.size() - 1) : "");
  return fenced_error("another owner moved the offsets while the answer to COMMIT was lost");
}

// Records below the claim were written before; a good guard would let them be written again.
Status CommitAttempt::check_beginning(const SealedBatch& batch) const {
  for (std::size_t s = 0; s < batch.slices.size(); ++s) {
    const Slice& slice = batch.slices[s];
    if (!live_[s] || slice.first_offset < 0) continue;
    const std::int64_t expected = claims_.at(slice.at).next_offset;
    if (slice.first_offset < expected)
      return retry_error(fmt::format("{}: reading began at offset {}, below the committed {}; it begins anew",
                                     kafka::to_string(slice.at), slice.first_offset, expected));
  }
  return {};
}

Result<Committed> CommitAttempt::run(SealedBatch& batch) {
  choose_live(batch);
  CNX_TRY(check_beginning(batch));
  const auto everything = static_cast<std::uint32_t>(batch.records.size());
  const auto all = [](std::size_t) { return true; };
  if (steps_.empty()) return count(batch, all);
  while (true) {
    CNX_TRY(send_dead(batch));
    const std::vector<Output> outputs = choose_rows(batch, everything);
    const std::size_t dead_before = batch.dead.size();
    Status status = outputs.empty() ? commit_offsets(batch) : commit_rows(batch, outputs);
    if (status.ok()) {
      move_claims(batch);
      return count(batch, all);
    }
    if (batch.dead.size() == dead_before) return std::move(status).error();
  }
}

// RECORD only with more dead records in `batch` than before.
Status CommitAttempt::commit_rows(SealedBatch& batch, const std::vector<Output>& outputs) {
  for (const Output& output : outputs) CNX_TRY(target_.prepare(*output.batch));
  CNX_TRY(begin(batch));
  if (written_) return finish();
  const std::size_t dead_before = batch.dead.size();
  Status status = write_all(batch, outputs);
  if (status.ok()) return finish();
  const bool named = batch.dead.size() > dead_before;
  if (status.error().action == Action::kRecord && !target_.exactly_once() && (!named || ++refused_ > 1)) {
    Status alone = write_singly(batch);
    if (alone.ok() && batch.dead.size() == dead_before) return finish();
    target_.abort();
    return alone.ok() ? status : alone;
  }
  target_.abort();
  if (status.error().action != Action::kRecord || named) return status;
  CNX_TRY(find_smallest_failing(batch, status.error()));
  return status;
}

void CommitAttempt::move_claims(const SealedBatch& batch) {
  for (std::size_t s = 0; s < batch.slices.size(); ++s) {
    if (!live_[s]) continue;
    const Slice& slice = batch.slices[s];
    Claim& claim = claims_.at(slice.at);
    if (slice.next_offset <= claim.next_offset) continue;
    claim.next_offset = slice.next_offset;
    if (slice.last_offset >= 0) {
      claim.last_offset = slice.last_offset;
      claim.last_timestamp_ms = slice.last_timestamp_ms;
    }
  }
}

// Counts the records for which `wanted(index)` holds.
template <class Wanted>
Committed CommitAttempt::count(const SealedBatch& batch, const Wanted& wanted) const {
  const auto live = [&](std::size_t record) { return live_[batch.slice_of[record]] && wanted(record); };
  Committed sums;
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    if (!wanted(i)) continue;
    if (!live(i)) {
      ++sums.released;
      continue;
    }
    switch (batch.fates[i]) {
      case Fate::kRows:
        ++sums.written;
        break;
      case Fate::kFiltered:
        ++sums.filtered;
        break;
      case Fate::kDead:
        ++sums.dead;
        break;
      case Fate::kUndecided:
        break;  // the ledger's sum will miss it, and fail the task
    }
  }
  for (const cnx_batch* made : batch.outputs)
    for (std::uint64_t row = 0; row < made->count; ++row)
      if (batch.fates[made->origin[row]] == Fate::kRows && live(made->origin[row])) ++sums.rows;
  for (const auto& [rule, records] : batch.filtered_parts)
    if (const auto parts = std::count_if(records.begin(), records.end(), live); parts > 0)
      sums.filtered_parts[rule] = static_cast<std::uint64_t>(parts);
  return sums;
}

Committed CommitAttempt::count_partition(const SealedBatch& batch, const kafka::TopicPartition& at) const {
  return count(batch, [&](std::size_t record) {
    const std::uint32_t slice = batch.slice_of[record];
    return live_[slice] && batch.slices[slice].at == at;
  });
}

}  // namespace cnx::host::runtime
