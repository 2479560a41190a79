// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace cnx::host::runtime {
namespace {

// Records, a stop and the end of the writer end the wait. Far below TaskStatus::kStalledAfterMs.
constexpr std::int64_t kIdlePollMs = 10'000;
// Of the first batch of a run: its rows are seen while a full one would still be parsed and sent. Measured, start to
// first row beside other work: 135 ms with 64 records, 90 with 16, 74 with 4; the database makes room for rows of 3 KB
// slowly in a table that was empty.
constexpr std::size_t kFirstRecords = 8;

}  // namespace

SinkReader::SinkReader(SinkReaderOptions options, kafka::SinkConsumer& consumer, TransformChain& chain,
                       Mailbox& mailbox, errors::Ledger& ledger, TaskStatus& status, const Clock& clock,
                       TaskControl& control, StopToken stop)
    : options_(options),
      consumer_(consumer),
      chain_(chain),
      mailbox_(mailbox),
      ledger_(ledger),
      status_(status),
      clock_(clock),
      control_(control),
      stop_(std::move(stop)),
      open_(std::make_unique<SealedBatch>()) {}

Status SinkReader::run() {
  const TaskControl::Waker waker(control_, [this] { consumer_.wake(); });
  while (!stop_.requested() && !mailbox_.closed()) {
    if (control_.wish() == Wish::kPause) CNX_TRY(hold());
    // What is not read yet waits in the client's bounded queue: a batch more in memory would make nothing faster.
    if (open_->slices.empty()) mailbox_.wait_for_room(last_batch_bytes_, stop_);
    CNX_ASSIGN(kafka::Polled polled, poll());
    if (!polled.faults.empty()) return fault(std::move(polled.faults.front()));
    add(std::move(polled));
    if (should_seal()) CNX_TRY(seal());
  }
  return {};
}

// What was gathered is committed, and nothing more is read: the group, which another thread serves, sees a live member.
Status SinkReader::hold() {
  if (!open_->slices.empty()) CNX_TRY(seal());
  bool told = false;
  std::optional<Error> failure;
  control_.wait_while_paused([&] {
    if (!told && mailbox_.writer_is_idle()) {
      status_.set_state(TaskState::kPaused, told_of(Wish::kPause, status_.connector()));
      told = true;
    }
    failure = consumer_.failure();  // a member that was fenced must not look paused
    return !failure && !stop_.requested() && !mailbox_.closed();
  });
  if (failure) return *std::move(failure);
  if (told) status_.set_state(TaskState::kRunning);
  return {};
}

Result<kafka::Polled> SinkReader::poll() {
  const TaskStatus::Call call(status_, 0, "poll of the consumer");
  return consumer_.poll(most_records() - open_->records.size(), poll_timeout_ms());
}

// Whether records are lost, and which, only a new claim can tell: it compares the log with the stored offset.
Error SinkReader::fault(kafka::PartitionFault fault) {
  Error error = std::move(fault.error).in(kafka::to_string(fault.at));
  if (fault.out_of_range) error.action = Action::kRetry;
  return error;
}

std::size_t SinkReader::most_records() const {
  return sealed_.empty() ? std::min(kFirstRecords, options_.batch_records) : options_.batch_records;
}

std::int64_t SinkReader::poll_timeout_ms() const {
  if (open_->slices.empty()) return kIdlePollMs;
  const std::int64_t waited = clock_.monotonic_ns() / 1'000'000 - opened_ms_;
  return std::clamp<std::int64_t>(options_.batch_interval_ms - waited, 0, kIdlePollMs);
}

void SinkReader::add(kafka::Polled polled) {
  if (open_->slices.empty() && !polled.empty()) opened_ms_ = clock_.monotonic_ns() / 1'000'000;
  if (!polled.batch.empty()) add_records(std::move(polled.batch));
  for (const auto& end : polled.ends) {
    Slice& slice = slice_of(end.at, end.generation);
    slice.next_offset = std::max(slice.next_offset, end.position);
  }
  gathering_.store(!open_->slices.empty(), std::memory_order_relaxed);
}

void SinkReader::add_records(kafka::MessageBatch messages) {
  const auto records = messages.records();
  if (open_->records.empty()) {
    open_->records.reserve(records.size());
    open_->slice_of.reserve(records.size());
  }
  for (const kafka::PartitionRun& run : messages.runs()) {
    Slice& slice = slice_of({std::string(run.topic), run.partition}, run.generation);
    const auto index = static_cast<std::uint32_t>(&slice - open_->slices.data());
    for (std::uint32_t i = run.first; i < run.first + run.count; ++i) {
      const cnx_record& record = records[i];
      // Read twice (a fetch in flight while reading began anew): below what is expected, so neither kept nor counted.
      if (record.offset < slice.next_offset) continue;
      open_->records.push_back(record);
      open_->slice_of.push_back(index);
      if (slice.records == 0) slice.first_offset = record.offset;
      slice.next_offset = record.offset + 1;
      slice.last_offset = record.offset;
      slice.last_timestamp_ms = record.timestamp_ms;
      ++slice.records;
    }
  }
  open_bytes_ += messages.bytes();
  open_->messages.push_back(std::move(messages));
}

Slice& SinkReader::slice_of(const kafka::TopicPartition& at, std::uint64_t generation) {
  for (Slice& slice : open_->slices)
    if (slice.generation == generation && slice.at == at) return slice;
  Slice slice;
  slice.at = at;
  slice.generation = generation;
  if (const auto sealed = sealed_.find(at); sealed != sealed_.end() && sealed->second.generation == generation)
    slice.next_offset = sealed->second.next_offset;
  return open_->slices.emplace_back(std::move(slice));
}

bool SinkReader::should_seal() const {
  if (open_->slices.empty()) return false;
  if (open_->records.size() >= most_records() || open_bytes_ >= options_.batch_bytes) return true;
  return mailbox_.writer_is_idle() || clock_.monotonic_ns() / 1'000'000 - opened_ms_ >= options_.batch_interval_ms;
}

Status SinkReader::seal() {
  auto batch = std::exchange(open_, std::make_unique<SealedBatch>());
  open_bytes_ = 0;
  gathering_.store(false, std::memory_order_relaxed);
  for (const Slice& slice : batch->slices) sealed_[slice.at] = {slice.generation, slice.next_offset};
  const std::uint64_t records = batch->records.size();
  ledger_.take(records);
  const auto give_back = [&] { ledger_.settle({.released = records}, records); };
  if (records > 0) {
    const TaskStatus::Call call(status_, 0, "transforms");
    if (Status status = chain_.apply(*batch); !status.ok()) {
      give_back();
      return status;
    }
  }
  if (records > 0) last_batch_bytes_ = batch->bytes();
  if (!mailbox_.push(batch, stop_)) give_back();
  return {};
}

}  // namespace cnx::host::runtime
