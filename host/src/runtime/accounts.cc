// SPDX-License-Identifier: Apache-2.0
#include "runtime/accounts.h"

#include <ranges>
#include <utility>

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
  doubts_[at].push_back(std::move(doubt));
}

std::vector<Doubts::Doubt> Doubts::take(const kafka::TopicPartition& at) {
  const std::lock_guard lock(mutex_);
  auto node = doubts_.extract(at);
  if (node.empty()) return {};
  return std::move(node.mapped());
}

std::uint64_t Doubts::records() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [at, doubts] : doubts_)
    for (const Doubt& doubt : doubts) sum += records_of(doubt.sums);
  return sum;
}

void Accounts::settle(const Committed& sums, std::uint64_t held) { settle_in(ledger_, status_, sums, held); }

void Accounts::release(std::uint64_t records) { ledger_.settle({.released = records}, records); }

void Accounts::break_off(const SealedBatch& batch, const CommitAttempt& attempt) {
  std::uint64_t kept = 0;
  for (const auto& step : attempt.unresolved()) {
    const kafka::TopicPartition at{step.topic, step.partition};
    const Committed sums = attempt.count_partition(batch, at);
    if (records_of(sums) == 0) continue;  // nothing waits for the answer
    doubts_.add(at, {step.new_offset, sums, &ledger_, &status_});
    kept += records_of(sums);
  }
  release(batch.records.size() - kept);
}

// Of several commits to one offset one took effect: the latest, whose claim found that none of the others had.
void Accounts::claimed(const kafka::TopicPartition& at, std::int64_t next_offset) {
  bool found = false;
  const std::vector<Doubts::Doubt> doubts = doubts_.take(at);
  for (const Doubts::Doubt& doubt : doubts | std::views::reverse) {
    const std::uint64_t records = records_of(doubt.sums);
    if (next_offset == doubt.new_offset && !std::exchange(found, true))
      settle_in(*doubt.ledger, *doubt.status, doubt.sums, records);
    else
      doubt.ledger->settle({.released = records}, records);
    if (next_offset > doubt.new_offset)
      log::warning(
          "ledger",
          "{}: another worker has gone on to offset {}; whether it or this one wrote the {} records before {} is "
          "not known: they are counted as released here",
          kafka::to_string(at), next_offset, records, doubt.new_offset);
  }
}

}  // namespace cnx::host::runtime
