// SPDX-License-Identifier: Apache-2.0
#include "runtime/accounts.h"

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

void Doubts::add(Doubt doubt) {
  const std::lock_guard lock(mutex_);
  doubts_[{doubt.step.topic, doubt.step.partition}].push_back(std::move(doubt));
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
    const Committed sums = attempt.count_partition(batch, {step.topic, step.partition});
    if (records_of(sums) == 0) continue;  // nothing waits for the answer
    doubts_.add({step, sums, &ledger_, &status_});
    kept += records_of(sums);
  }
  release(batch.records.size() - kept);
}

void Accounts::claimed(const kafka::TopicPartition& at, const ClaimedPosition& found) {
  for (const Doubts::Doubt& doubt : doubts_.take(at)) {
    // A claim whose answer was lost was made twice, and nobody else can have been between the two.
    const bool twice = found.again && doubt.step.epoch == found.epoch - 2;
    const Outcome outcome = outcome_of(doubt.step, found.epoch - (twice ? 2 : 1), found.next_offset);
    const std::uint64_t records = records_of(doubt.sums);
    if (outcome == Outcome::kCommitted)
      settle_in(*doubt.ledger, *doubt.status, doubt.sums, records);
    else
      doubt.ledger->settle({.released = records}, records);
    if (outcome == Outcome::kFenced)
      log::warning(
          "ledger",
          "{}: another worker has had it since, and it stands at offset {}; whether that one or this one wrote "
          "the {} records before {} is not known: they are counted as released here",
          kafka::to_string(at), found.next_offset, records, doubt.step.new_offset);
  }
}

}  // namespace cnx::host::runtime
