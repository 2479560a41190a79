// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "cnx/result.hpp"
#include "errors/ledger.h"
#include "runtime/commit.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// A commit whose outcome was not known when the task broke off; the next claim tells. Outlives restarts of a task.
struct InDoubt {
  std::int64_t new_offset = 0;
  Committed sums;
};
using InDoubtMap = std::map<kafka::TopicPartition, InDoubt>;

/// Where the records of one sink task end: each is settled once, here. [sink thread]
class Accounts {
 public:
  /// All of it outlives the accounts.
  Accounts(errors::Ledger& ledger, InDoubtMap& in_doubt, TaskStatus& status)
      : ledger_(ledger), in_doubt_(in_doubt), status_(status) {}

  /// `held` records ended as `sums` says.
  void settle(const Committed& sums, std::uint64_t held);
  /// Given back uncommitted: they are read again.
  void release(std::uint64_t records);
  /// The task breaks off after `attempt`: what may or may not be committed stays pending, the rest is released.
  void break_off(const SealedBatch& batch, const CommitAttempt& attempt);
  /// `at` was claimed and stood at `next_offset`: tells how a commit in doubt had ended.
  void claimed(const kafka::TopicPartition& at, std::int64_t next_offset);
  /// FATAL when the sums do not add up.
  [[nodiscard]] Status check() const { return ledger_.check(); }

 private:
  errors::Ledger& ledger_;
  InDoubtMap& in_doubt_;
  TaskStatus& status_;
};

}  // namespace cnx::host::runtime
