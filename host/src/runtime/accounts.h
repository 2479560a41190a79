// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "cnx/result.hpp"
#include "errors/ledger.h"
#include "runtime/commit.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// Commits whose outcome was not known when a task broke off: the next claim of the partition, by whichever task of the
/// connector in this process, tells how they ended. Thread-safe; outlives the tasks' runs, not the tasks.
class Doubts {
 public:
  struct Doubt {
    OffsetStep step;  ///< of its partition, under the epoch that it was tried with
    Committed sums;
    errors::Ledger* ledger = nullptr;  ///< of the task that broke off
    TaskStatus* status = nullptr;
  };

  void add(Doubt doubt);
  /// All of the partition, in the order they were added.
  [[nodiscard]] std::vector<Doubt> take(const kafka::TopicPartition& at);
  /// Records of all of them.
  [[nodiscard]] std::uint64_t records() const;

 private:
  mutable std::mutex mutex_;
  std::map<kafka::TopicPartition, std::vector<Doubt>> doubts_;  // guarded by mutex_
};

/// Where the records of one sink task end: each is settled once, here. [sink thread]
class Accounts {
 public:
  /// All of it outlives the accounts.
  Accounts(errors::Ledger& ledger, Doubts& doubts, TaskStatus& status)
      : ledger_(ledger), doubts_(doubts), status_(status) {}

  /// `held` records ended as `sums` says.
  void settle(const Committed& sums, std::uint64_t held);
  /// Given back uncommitted: they are read again.
  void release(std::uint64_t records);
  /// The task breaks off after `attempt`: what may or may not be committed stays pending, the rest is released.
  void break_off(const SealedBatch& batch, const CommitAttempt& attempt);
  /// `at` was claimed as `found`: tells how a commit in doubt had ended. Only what this process did for certain is
  /// counted as done: where another worker has been in between it says that it does not know.
  void claimed(const kafka::TopicPartition& at, const ClaimedPosition& found);
  /// FATAL when the sums do not add up.
  [[nodiscard]] Status check() const { return ledger_.check(); }

 private:
  errors::Ledger& ledger_;
  Doubts& doubts_;
  TaskStatus& status_;
};

}  // namespace cnx::host::runtime
