// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kVerifyEveryMs = 5'000;
constexpr std::int64_t kPositionEveryMs = 1'000;
constexpr std::int64_t kHintEveryMs = 1'000;
// A heartbeat interval: by then the group has told us when we are not its member any more.
constexpr std::int64_t kReclaimAfterMs = 3'000;
constexpr std::int64_t kClaimAgainMs = 1'000;
constexpr std::size_t kMostFences = 5;
constexpr std::int64_t kFencesWithinMs = 60'000;
constexpr std::int64_t kIdleTakeMs = 1'000;

}  // namespace

/// A claim on its way between two threads: answered in time, or abandoned and then begun by the sink thread.
struct SinkWriter::ClaimRequest {
  std::vector<kafka::TopicPartition> partitions;
  std::uint64_t generation = 0;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::optional<std::int64_t>> answers;  // guarded by mutex
  bool answered = false;                             // guarded by mutex
  bool abandoned = false;                            // guarded by mutex
};

SinkWriter::SinkWriter(SinkWriterOptions options, Mailbox& mailbox, Target& target, Claimer& claimer,
                       PartitionControl& partitions, DeadRecordPolicy& dead_letters, errors::Ledger& ledger,
                       InDoubtMap& in_doubt, TaskStatus& status, const Clock& clock, StopToken stop)
    : options_(std::move(options)),
      mailbox_(mailbox),
      target_(target),
      claimer_(claimer),
      partitions_(partitions),
      dead_letters_(dead_letters),
      ledger_(ledger),
      in_doubt_(in_doubt),
      status_(status),
      clock_(clock),
      stop_(std::move(stop)) {}

Status SinkWriter::run() {
  Status status = work();
  over_ = true;
  mailbox_.close();
  serve_orders();  // somebody may wait for the answer
  flush_hints();
  // A revocation cancelled a call that did not end by itself: the task goes on from what is committed.
  if (!status.ok() && status.error().action == Action::kCancelled && !stop_.requested())
    status.error().action = Action::kRetry;
  return status;
}

Status SinkWriter::work() {
  last_verify_ms_ = last_commit_ms_ = now_ms();
  while (true) {
    Mailbox::Item item = mailbox_.take(std::chrono::milliseconds(positions_.empty() ? kIdleTakeMs : 100));
    if (auto* order = std::get_if<Mailbox::Order>(&item)) {
      (*order)();
    } else if (auto* batch = std::get_if<std::unique_ptr<SealedBatch>>(&item)) {
      if (stop_.requested())
        release_records((*batch)->records.size());
      else
        CNX_TRY(take_batch(std::move(*batch)));
    } else if (mailbox_.finished()) {
      return housekeeping(true);
    }
    if (broken_) return *std::exchange(broken_, std::nullopt);
    CNX_TRY(housekeeping(false));
  }
}

void SinkWriter::serve_orders() {
  while (mailbox_.has_order()) {
    auto item = mailbox_.take(std::chrono::milliseconds(0));
    if (auto* order = std::get_if<Mailbox::Order>(&item)) (*order)();
  }
}

// ---- claims ----

std::vector<std::optional<std::int64_t>> SinkWriter::claim(std::span<const kafka::TopicPartition> partitions,
                                                           std::uint64_t generation, std::int64_t wait_ms) {
  auto request = std::make_shared<ClaimRequest>();
  request->partitions.assign(partitions.begin(), partitions.end());
  request->generation = generation;
  request->answers.resize(partitions.size());
  std::vector<std::optional<std::int64_t>> none(partitions.size());
  if (!mailbox_.post([this, request] { serve(*request); })) return none;
  std::unique_lock lock(request->mutex);
  if (request->changed.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return request->answered; }))
    return request->answers;
  request->abandoned = true;
  return none;
}

void SinkWriter::serve(ClaimRequest& request) {
  std::vector<std::optional<std::int64_t>> answers(request.partitions.size());
  for (std::size_t i = 0; i < request.partitions.size() && !broken_ && !over_ && !stop_.requested(); ++i) {
    const auto& at = request.partitions[i];
    if (Status status = claim_one(at, request.generation); !status.ok())
      claim_failed(at, request.generation, std::move(status).error());
    else
      answers[i] = claims_.at(at).next_offset;
  }
  {
    const std::lock_guard lock(request.mutex);
    request.answers = answers;
    request.answered = true;
    request.changed.notify_all();
    if (!request.abandoned) return;
  }
  for (std::size_t i = 0; i < request.partitions.size() && !broken_; ++i) {
    if (!answers[i]) continue;
    const auto& at = request.partitions[i];
    if (Status begun = begin_reading(at, request.generation); !begun.ok())
      broken_ = std::move(begun).error();
    else if (!claims_.contains(at))
      // The group thread may not have taken the assignment in yet. If it is over, the release that is on its way ends
      // this.
      reclaims_.push_back({at, request.generation, now_ms() + kReclaimAfterMs});
  }
}

// A passing fault concerns this partition only: it stays held and is claimed again soon, or released.
void SinkWriter::claim_failed(const kafka::TopicPartition& at, std::uint64_t generation, Error error) {
  if (error.action != Action::kRetry) {
    broken_ = std::move(error);
    return;
  }
  const std::int64_t wait = std::max(error.retry_after_ms, kClaimAgainMs);
  log::warning(options_.connector, "{} cannot be claimed yet: {}; tried again in {} ms", kafka::to_string(at),
               error.message, wait);
  reclaims_.push_back({at, generation, now_ms() + wait});
}

// The claim is forgotten when the partition is not assigned under `generation`.
Status SinkWriter::begin_reading(const kafka::TopicPartition& at, std::uint64_t generation) {
  auto begun = partitions_.start_at(at, generation, claims_.at(at).next_offset);
  if (begun.ok())
    claims_.at(at).generation = *begun;
  else if (begun.error().action == Action::kFenced)
    forget(at);
  else
    return std::move(begun).error();
  return {};
}

Status SinkWriter::claim_one(const kafka::TopicPartition& at, std::uint64_t generation) {
  const TaskStatus::Call call(status_, 1, "claim of a partition");
  CNX_ASSIGN(const ClaimedPosition found, claimer_.claim(at));
  settle_in_doubt(at, found);
  claims_[at] = {generation, found.epoch, found.next_offset, found.last_offset, found.last_timestamp_ms};
  positions_.erase(at);
  status_.set_committed(at, found.next_offset);
  log::info(options_.connector, "claimed {} at offset {}{}", kafka::to_string(at), found.next_offset,
            target_.exactly_once() ? fmt::format(" (epoch {})", found.epoch) : "");
  return {};
}

void SinkWriter::settle_in_doubt(const kafka::TopicPartition& at, const ClaimedPosition& found) {
  const auto doubt = in_doubt_.find(at);
  if (doubt == in_doubt_.end()) return;
  const Committed& sums = doubt->second.sums;
  const std::uint64_t records = sums.written + sums.filtered + sums.dead;
  if (found.next_offset == doubt->second.new_offset)
    settle(sums, records);
  else
    release_records(records);
  in_doubt_.erase(doubt);
}

void SinkWriter::forget(const kafka::TopicPartition& at) {
  claims_.erase(at);
  positions_.erase(at);
  hints_.erase(at);
  status_.forget_committed(at);
  std::erase_if(reclaims_, [&](const Reclaim& r) { return r.at == at; });
}

void SinkWriter::release(std::span<const kafka::TopicPartition> partitions, std::int64_t wait_ms) {
  struct Done {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  auto done = std::make_shared<Done>();
  std::vector<kafka::TopicPartition> gone(partitions.begin(), partitions.end());
  const bool posted = mailbox_.post([this, done, gone] {
    flush_hints();
    for (const auto& at : gone) {
      forget(at);
      fences_ms_.erase(at);
    }
    const std::lock_guard lock(done->mutex);
    done->done = true;
    done->changed.notify_all();
  });
  if (!posted || wait_ms <= 0) return;
  std::unique_lock lock(done->mutex);
  if (done->changed.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return done->done; })) return;
  log::warning(options_.connector, "the open transaction did not end within {} ms of the revocation: it is cancelled",
               wait_ms);
  target_.cancel();
  done->changed.wait_for(lock, std::chrono::seconds(1), [&] { return done->done; });
}

// ---- batches ----

Status SinkWriter::take_batch(std::unique_ptr<SealedBatch> batch) {
  if (batch->records.empty()) {
    for (const Slice& slice : batch->slices) positions_[slice.at] = slice;
    return {};
  }
  return process(*batch);
}

Status SinkWriter::process(SealedBatch& batch) {
  errors::Backoff backoff(options_.retry_backoff_ms, 10'000);
  for (int tries = 0;; ++tries) {
    CommitAttempt attempt(target_, dead_letters_, claims_, options_.sink_name);
    Result<Committed> result = [&] {
      const TaskStatus::Call call(status_, 1, "transaction of the sink");
      return attempt.run(batch);
    }();
    if (result.ok()) return account(batch, *result);
    Error error = std::move(result).error();
    if (error.action == Action::kFenced) {
      release_records(batch.records.size());
      std::vector<kafka::TopicPartition> of;
      for (const Slice& slice : batch.slices) of.push_back(slice.at);
      return fenced(error, of);
    }
    // A revocation cancels what takes too long: what is still ours is tried again.
    if (error.action == Action::kCancelled && !stop_.requested()) error.action = Action::kRetry;
    const bool again = error.action == Action::kRetry && attempt.unresolved().empty() && tries < options_.max_retries;
    if (!again) {
      release_records(batch.records.size() - keep_in_doubt(batch, attempt));
      return error;
    }
    const std::int64_t wait = std::max(error.retry_after_ms, backoff.next_ms());
    log::warning(options_.connector, "{}; the transaction is tried again in {} ms ({} of {})", error.message, wait,
                 tries + 1, options_.max_retries);
    status_.count([](TaskCounts& c) { ++c.retries; });
    const bool waited = wait_before_retry(wait);
    if (waited && !broken_) continue;
    release_records(batch.records.size());
    return broken_ ? *std::exchange(broken_, std::nullopt) : cancelled_error();
  }
}

std::uint64_t SinkWriter::keep_in_doubt(const SealedBatch& batch, const CommitAttempt& attempt) {
  std::uint64_t kept = 0;
  for (const auto& step : attempt.unresolved()) {
    const kafka::TopicPartition at{step.topic, step.partition};
    const Committed sums = attempt.count_partition(batch, at);
    in_doubt_[at] = {step.new_offset, sums};
    kept += sums.written + sums.filtered + sums.dead;
  }
  return kept;
}

// Orders are served meanwhile, and before the next attempt at the latest: a partition may be taken away in the middle
// of an outage. False: a stop.
bool SinkWriter::wait_before_retry(std::int64_t milliseconds) {
  const std::int64_t until = now_ms() + milliseconds;
  while (true) {
    serve_orders();
    if (stop_.requested()) return false;
    const std::int64_t left = until - now_ms();
    if (left <= 0 || broken_) return true;
    if (mailbox_.closed()) {
      if (stop_.wait_for(left)) return false;
    } else {
      mailbox_.wait_for_order(std::chrono::milliseconds(std::min<std::int64_t>(left, 200)));
    }
  }
}

void SinkWriter::settle(const Committed& sums, std::uint64_t held) {
  ledger_.settle({0, sums.written, sums.filtered, sums.dead, sums.released}, held);
  status_.count([&](TaskCounts& c) {
    c.rows += sums.rows;
    for (const auto& [rule, parts] : sums.filtered_parts) c.filtered_parts[rule] += parts;
  });
}

Status SinkWriter::account(const SealedBatch& batch, const Committed& sums) {
  settle(sums, batch.records.size());
  if (!batch.records.empty()) status_.count([](TaskCounts& c) { ++c.batches; });
  for (const Slice& slice : batch.slices) {
    const auto claim = claims_.find(slice.at);
    if (claim == claims_.end() || claim->second.generation != slice.generation) continue;
    status_.set_committed(slice.at, claim->second.next_offset);
    hints_[slice.at] = claim->second.next_offset;
    const auto position = positions_.find(slice.at);
    if (position != positions_.end() && position->second.next_offset <= claim->second.next_offset)
      positions_.erase(position);
  }
  last_commit_ms_ = now_ms();
  return ledger_.check();
}

void SinkWriter::release_records(std::uint64_t count) { ledger_.settle({.released = count}, count); }

// ---- ownership ----

Status SinkWriter::fenced(const Error& error, const std::vector<kafka::TopicPartition>& of) {
  log::warning(options_.connector,
               "fenced: {}; what is queued is dropped, the partitions are claimed again if they are still "
               "ours",
               error.message);
  const std::int64_t now = now_ms();
  for (const auto& at : of) {
    const auto claim = claims_.find(at);
    if (claim == claims_.end()) continue;
    std::deque<std::int64_t>& fences = fences_ms_[at];
    fences.push_back(now);
    while (now - fences.front() > kFencesWithinMs) fences.pop_front();
    if (fences.size() >= kMostFences)
      return fatal_error(
          fmt::format("fenced {} times in {} s while the group still assigns {}: {}; two groups or workers write "
                      "the same table under connector name '{}': give one of them another name",
                      fences.size(), kFencesWithinMs / 1000, kafka::to_string(at), error.message, options_.connector));
    const std::uint64_t generation = claim->second.generation;
    partitions_.hold(at, generation);
    forget(at);
    reclaims_.push_back({at, generation, now + kReclaimAfterMs});
  }
  return {};
}

Status SinkWriter::reclaim_due() {
  // An order that waits may take the partition away; claiming it now would fence its new owner.
  if (reclaims_.empty() || mailbox_.has_order()) return {};
  const std::int64_t now = now_ms();
  std::vector<Reclaim> due;
  std::erase_if(reclaims_, [&](const Reclaim& r) {
    if (r.due_ms > now) return false;
    due.push_back(r);
    return true;
  });
  for (const Reclaim& r : due) {
    if (Status status = claim_one(r.at, r.generation); !status.ok()) {
      claim_failed(r.at, r.generation, std::move(status).error());
      if (broken_) return *std::exchange(broken_, std::nullopt);
      continue;
    }
    CNX_TRY(begin_reading(r.at, r.generation));
    // Not known to the consumer yet (a starved group thread): once more, until the release that ends it.
    if (!claims_.contains(r.at)) reclaims_.push_back({r.at, r.generation, now_ms() + kReclaimAfterMs});
  }
  return {};
}

Status SinkWriter::verify_ownership() {
  const std::int64_t now = now_ms();
  if (now - last_commit_ms_ < kVerifyEveryMs || now - last_verify_ms_ < kVerifyEveryMs) return {};
  last_verify_ms_ = now;
  const TaskStatus::Call call(status_, 1, "check of ownership");
  target_.idle();
  if (claims_.empty()) return {};
  std::vector<OffsetStep> held;
  std::vector<kafka::TopicPartition> all;
  for (const auto& [at, claim] : claims_) {
    held.push_back({at.topic, at.partition, claim.epoch, claim.next_offset, claim.next_offset, -1, -1});
    all.push_back(at);
  }
  Status status = target_.verify(held);
  if (status.ok()) return {};
  if (status.error().action == Action::kFenced) return fenced(status.error(), all);
  return status;
}

Status SinkWriter::flush_positions() {
  if (positions_.empty()) return {};
  SealedBatch ends;
  for (const auto& [at, slice] : std::exchange(positions_, {})) {
    const auto claim = claims_.find(at);
    if (claim != claims_.end() && slice.next_offset > claim->second.next_offset) ends.slices.push_back(slice);
  }
  if (ends.slices.empty()) return {};
  last_position_ms_ = now_ms();
  return process(ends);
}

void SinkWriter::flush_hints() {
  if (hints_.empty()) return;
  std::vector<kafka::PartitionOffset> offsets;
  for (const auto& [at, offset] : std::exchange(hints_, {})) offsets.push_back({at, offset});
  partitions_.commit_hint(offsets);
  last_hint_ms_ = now_ms();
}

Status SinkWriter::housekeeping(bool leaving) {
  if (leaving && stop_.requested()) return {};
  if (leaving || now_ms() - last_position_ms_ >= kPositionEveryMs) CNX_TRY(flush_positions());
  if (leaving) return {};
  if (now_ms() - last_hint_ms_ >= kHintEveryMs) flush_hints();
  CNX_TRY(reclaim_due());
  return verify_ownership();
}

}  // namespace cnx::host::runtime
