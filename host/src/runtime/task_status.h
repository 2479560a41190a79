// SPDX-License-Identifier: Apache-2.0
//
// What a task is doing, for people and for the end of a run. Written by the task's threads, read by anybody.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kafka/types.h"
#include "plugin/ports.h"
#include "runtime/task_figures.h"

namespace cnx::host::runtime {

enum class TaskState {
  kStarting,  ///< connecting, reading its position, joining the group
  kStandby,   ///< source: another worker runs it
  kRunning,
  kPaused,      ///< by request: it keeps what it has and does nothing
  kRestarting,  ///< waits before the next attempt
  kFailed,      ///< for good
  kDone,        ///< a bounded source has sent everything
  kStopped
};

/// "UNASSIGNED", "RUNNING", "PAUSED", "RESTARTING", "FAILED", "DONE", "STOPPED": Kafka Connect's words where it has
/// one.
[[nodiscard]] const char* name_of(TaskState state);

/// Sums of units that are done.
struct UnitTotals {
  std::uint64_t done = 0;
  std::uint64_t pages = 0;
  std::uint64_t fetched = 0;
  std::uint64_t repeats = 0;

  /// A unit that is done or split; what a split one fetched is its parts' to tell.
  void add(const plugin::UnitProgress& unit);
};

struct TaskSnapshot {
  std::string connector;
  int task = 0;
  bool is_source = false;
  TaskState state = TaskState::kStarting;
  bool has_run = false;  ///< since the process started
  std::string message;   ///< why it failed, what it waits for; "" = all is well
  std::string call;      ///< the call into a plugin or library that has lasted longest; "" = none
  std::int64_t call_ms = 0;
  std::string stalled_in;  ///< the same when it has not come back for long; "" = none
  std::int64_t stalled_ms = 0;
  std::int64_t running_ms = 0;  ///< in state kRunning, all in all
  std::int64_t paused_ms = 0;
  std::int64_t lived_ms = 0;
  TaskCounts counts;
  std::map<kafka::TopicPartition, std::int64_t> committed;  ///< sink: next offset in the target
  std::map<kafka::TopicPartition, std::int64_t> log_ends;   ///< sink: of those partitions, as last heard
  std::vector<plugin::UnitProgress> units;                  ///< source: its ledger of windows, the latest kMostUnits
  UnitTotals forgotten;                                     ///< source: units that are done and no longer listed

  /// Sink: offsets up to the ends of its partitions, transaction markers included.
  [[nodiscard]] std::int64_t lag() const;
};

/// Thread-safe.
class TaskStatus {
 public:
  /// A call that takes longer than this is shown as stalled.
  static constexpr std::int64_t kStalledAfterMs = 30'000;
  /// A source without bounds plans windows for ever: the oldest that are done are only kept as sums.
  static constexpr std::size_t kMostUnits = 5'000;

  TaskStatus(std::string connector, int task, bool is_source, const Clock& clock);

  /// `on_state` hears of every set_state(), from its thread; set it before the task starts.
  void watch(std::function<void()> on_state) { on_state_ = std::move(on_state); }
  void set_state(TaskState state, std::string message = {});
  void set_message(std::string message);
  [[nodiscard]] TaskState state() const;
  [[nodiscard]] const std::string& connector() const { return data_.connector; }  // constant
  [[nodiscard]] TaskSnapshot snapshot() const;

  /// Applies `change` to the counts under the lock.
  template <class Change>
  void count(Change&& change) {
    const std::lock_guard lock(mutex_);
    change(data_.counts);
  }
  /// Errors were met just now.
  void count_errors(std::uint64_t errors);
  void set_committed(const kafka::TopicPartition& at, std::int64_t next_offset);
  void set_log_end(const kafka::TopicPartition& at, std::int64_t end);
  void forget_committed(const kafka::TopicPartition& at);
  /// A run has ended: where its partitions stand is for their next owners to say.
  void forget_partitions();
  void set_unit(plugin::UnitProgress unit);

  /// Marks a call into a plugin or library that could hang; one at a time per thread role.
  class Call {
   public:
    Call(TaskStatus& status, int role, const char* name);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    TaskStatus& status_;
    const int role_;
  };

 private:
  void forget_done_units();                // mutex_ is held
  void add_times(TaskSnapshot& to) const;  // mutex_ is held

  struct Running {
    const char* name = nullptr;
    std::int64_t since_ns = 0;
  };

  const Clock& clock_;
  std::function<void()> on_state_;
  mutable std::mutex mutex_;
  TaskSnapshot data_;  // guarded by mutex_
  const std::int64_t began_ns_;
  std::int64_t state_since_ns_;                    // guarded by mutex_
  std::map<std::string, std::size_t> unit_index_;  // guarded by mutex_
  Running running_[2];                             // guarded by mutex_; by role: 0 = reader or source, 1 = writer
};

}  // namespace cnx::host::runtime
