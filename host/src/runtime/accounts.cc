// SPDX-License-Identifier: Apache-2.0
#include "runtime/accounts.h"

#include "base/log.h"

namespace cnx::host::runtime {
namespace {

std::uint64_t records_of(const Committed& sums) { return sums.written + sums.filtered + sums.dead; }

void settle_in(errors::Ledger& ledger, TaskStatus& status, const Committed& sums, std::uint64_t held) {
  ledger.settle({0, sums.written, sums.filtered, sums.dead, sums.released}, held);
  status.count([&](TaskCounts& c) {
    c.rows += sums.rows;
    for (const auto& [rule, parts] : sums.filtered_parts) c.filtered_parts[rule] += parts;
  });
}

}  // namespace

void Doubts::add(const kafka::TopicPartition& at, Doubt doubt) {
  const std::lock_guard lock(mutex_);
  doubts_[at] = std::move(doubt);
}

std::optional<Doubts::Doubt> Doubts::take(const kafka::TopicPartition& at) {
  const std::lock_guard lock(mutex_);
  auto node = doubts_.extract(at);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::uint64_t Doubts::records() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [at, doubt] : doubts_) sum += records_of(doubt.sums);
  return sum;
}

void Accounts::settle(const Committed& sums, std::uint64_t held) { settle_in(ledger_, status_, sums, held); }

void Accounts::release(std::uint64_t records) { ledger_.settle({.released = records}, records); }

void Accounts::break_off(const SealedBatch& batch, const CommitAttempt& attempt) {
  std::uint64_t kept = 0;
  for (const auto& step : attempt.unresolved()) {
    const kafka::TopicPartition at{step.topic, step.partition};
    const Committed sums = attempt.count_partition(batch, at);
    doubts_.add(at, {step.new_offset, sums, &ledger_, &status_});
    kept += records_of(sums);
  }
  release(batch.records.size() - kept);
}

void Accounts::claimed(const kafka::TopicPartition& at, std::int64_t next_offset) {
  const auto doubt = doubts_.take(at);
  if (!doubt) return;
  const std::uint64_t records = records_of(doubt->sums);
  if (next_offset == doubt->new_offset)
    settle_in(*doubt->ledger, *doubt->status, doubt->sums, records);
  else
    doubt->ledger->settle({.released = records}, records);
  if (next_offset > doubt->new_offset)
    log::warning(
        "ledger",
        "{}: another worker has gone on to offset {}; whether it or this one wrote the {} records before {} is "
        "not known: they are counted as released here",
        kafka::to_string(at), next_offset, records, doubt->new_offset);
}

}  // namespace cnx::host::runtime
