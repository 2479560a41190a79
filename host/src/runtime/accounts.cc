// SPDX-License-Identifier: Apache-2.0
#include "runtime/accounts.h"

namespace cnx::host::runtime {
namespace {

std::uint64_t records_of(const Committed& sums) { return sums.written + sums.filtered + sums.dead; }

}  // namespace

void Accounts::settle(const Committed& sums, std::uint64_t held) {
  ledger_.settle({0, sums.written, sums.filtered, sums.dead, sums.released}, held);
  status_.count([&](TaskCounts& c) {
    c.rows += sums.rows;
    for (const auto& [rule, parts] : sums.filtered_parts) c.filtered_parts[rule] += parts;
  });
}

void Accounts::release(std::uint64_t records) { ledger_.settle({.released = records}, records); }

void Accounts::break_off(const SealedBatch& batch, const CommitAttempt& attempt) {
  std::uint64_t kept = 0;
  for (const auto& step : attempt.unresolved()) {
    const kafka::TopicPartition at{step.topic, step.partition};
    const Committed sums = attempt.count_partition(batch, at);
    in_doubt_[at] = {step.new_offset, sums};
    kept += records_of(sums);
  }
  release(batch.records.size() - kept);
}

void Accounts::claimed(const kafka::TopicPartition& at, std::int64_t next_offset) {
  const auto doubt = in_doubt_.find(at);
  if (doubt == in_doubt_.end()) return;
  const Committed& sums = doubt->second.sums;
  if (next_offset == doubt->second.new_offset)
    settle(sums, records_of(sums));
  else
    release(records_of(sums));
  in_doubt_.erase(doubt);
}

}  // namespace cnx::host::runtime
