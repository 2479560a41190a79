// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kPositionEveryMs = 1'000;
constexpr std::int64_t kHintEveryMs = 1'000;
constexpr std::int64_t kEndsEveryMs = 1'000;
constexpr std::int64_t kPositionsTakeMs = 100;

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
                       Doubts& doubts, TaskStatus& status, const Clock& clock, StopToken stop)
    : options_(std::move(options)),
      mailbox_(mailbox),
      target_(target),
      dead_letters_(dead_letters),
      status_(status),
      clock_(clock),
      stop_(std::move(stop)),
      accounts_(ledger, doubts, status),
      ownership_(options_.connector, options_.max_retries, target, claimer, partitions, accounts_, status, clock) {}

Status SinkWriter::run() {
  Status status = work();
  over_ = true;
  mailbox_.close();
  serve_orders();  // somebody may wait for the answer
  static_cast<void>(ownership_.tell_group());
  // A revocation cancelled a call that did not end by itself: the task goes on from what is committed.
  if (!status.ok() && status.error().action == Action::kCancelled && !stop_.requested())
    status.error().action = Action::kRetry;
  return status;
}

Status SinkWriter::work() {
  last_commit_ms_ = now_ms();
  while (true) {
    Mailbox::Item item = mailbox_.take(
        std::chrono::milliseconds(positions_.empty() ? ownership_.rest_ms(last_commit_ms_) : kPositionsTakeMs));
    if (auto* order = std::get_if<Mailbox::Order>(&item)) {
      (*order)();
    } else if (auto* batch = std::get_if<std::unique_ptr<SealedBatch>>(&item)) {
      if (stop_.requested())
        accounts_.release((*batch)->records.size());
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
    auto offset = ownership_.claim(request.partitions[i], request.generation);
    if (offset.ok())
      answers[i] = *offset;
    else
      broken_ = std::move(offset).error();
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
    if (Status begun = ownership_.begin_reading(request.partitions[i], request.generation); !begun.ok())
      broken_ = std::move(begun).error();
  }
}

void SinkWriter::release(std::span<const kafka::TopicPartition> partitions, std::int64_t wait_ms) {
  struct Done {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  auto done = std::make_shared<Done>();
  std::vector<kafka::TopicPartition> gone(partitions.begin(), partitions.end());
  ownership_.leaving(gone);
  const bool posted = mailbox_.post([this, done, gone] {
    static_cast<void>(ownership_.tell_group());
    ownership_.release(gone);
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
  const std::int64_t began_ms = now_ms();
  for (int tries = 0;;) {
    CommitAttempt attempt(target_, dead_letters_, ownership_.claims(), options_.sink_name);
    Result<Committed> result = [&]() -> Result<Committed> {
      CNX_TRY(ownership_.check_beginning(batch.slices));
      const TaskStatus::Call call(status_, 1, "transaction of the sink");
      return attempt.run(batch);
    }();
    if (result.ok()) {
      if (tries > 0) status_.set_message({});
      return account(batch, *result, now_ms() - began_ms);
    }
    Error error = std::move(result).error();
    if (error.action == Action::kFenced) {
      std::vector<kafka::TopicPartition> of;
      for (const Slice& slice : batch.slices) of.push_back(slice.at);
      Status known = ownership_.fenced(error, of);
      if (known.ok()) continue;  // with what is still ours
      error = std::move(known).error();
    }
    // A revocation cancels what takes too long: what is still ours is tried again.
    if (error.action == Action::kCancelled && !stop_.requested()) error.action = Action::kRetry;
    const bool again = error.action == Action::kRetry && attempt.unresolved().empty() && tries < options_.max_retries;
    if (!again) {
      accounts_.break_off(batch, attempt);
      return error;
    }
    const std::int64_t wait = std::max(error.retry_after_ms, backoff.next_ms());
    log::warning(options_.connector, "{}; the transaction is tried again in {} ms ({} of {})", error.message, wait,
                 ++tries, options_.max_retries);
    status_.count([](TaskCounts& c) { ++c.retries; });
    status_.count_errors(1);
    status_.set_message(error.message + "; the transaction is tried again");
    const bool waited = wait_before_retry(wait);
    if (waited && !broken_) continue;
    accounts_.release(batch.records.size());
    return broken_ ? *std::exchange(broken_, std::nullopt) : cancelled_error();
  }
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

Status SinkWriter::account(const SealedBatch& batch, const Committed& sums, std::int64_t took_ms) {
  const std::uint64_t records = batch.records.size();
  accounts_.settle(sums, records);
  if (records > sums.released) measure(batch, sums.released, took_ms);
  status_.count_errors(sums.dead);
  if (ownership_.committed(batch.slices)) last_commit_ms_ = now_ms();
  return accounts_.check();
}

void SinkWriter::measure(const SealedBatch& batch, std::uint64_t released, std::int64_t took_ms) {
  AgeCounts ages;
  const std::int64_t now = clock_.now_ms();
  if (released == 0) {  // which were given back is not told
    for (const cnx_record& record : batch.records)
      if (record.timestamp_ms >= 0) ages.add(now - record.timestamp_ms);
  }
  status_.count([&](TaskCounts& c) {
    ++c.batches;
    c.batch_ms.add(static_cast<std::uint64_t>(took_ms));
    c.batch_records.add(batch.records.size() - released);
    c.ages.add(ages);
  });
}

// ---- meanwhile ----

Status SinkWriter::flush_positions() {
  if (positions_.empty()) return {};
  const Claims& claims = ownership_.claims();
  SealedBatch ends;
  for (const auto& [at, slice] : std::exchange(positions_, {})) {
    const auto claim = claims.find(at);
    if (claim != claims.end() && claim->second.generation == slice.generation &&
        slice.next_offset > claim->second.next_offset)
      ends.slices.push_back(slice);
  }
  if (ends.slices.empty()) return {};
  last_position_ms_ = now_ms();
  return process(ends);
}

Status SinkWriter::housekeeping(bool leaving) {
  if (leaving && stop_.requested()) return {};
  if (leaving || now_ms() - last_position_ms_ >= kPositionEveryMs) CNX_TRY(flush_positions());
  if (leaving) return {};
  if (now_ms() - last_hint_ms_ >= kHintEveryMs && ownership_.tell_group()) last_hint_ms_ = now_ms();
  if (now_ms() - last_ends_ms_ >= kEndsEveryMs) {
    last_ends_ms_ = now_ms();
    ownership_.show_ends();
  }
  CNX_TRY(ownership_.claim_due());
  return ownership_.look(last_commit_ms_);
}

}  // namespace cnx::host::runtime
