// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// Ends the process when its tasks do not end: a plugin's or library's call that ignores its cancellation must not hold
/// a stop for ever. Nothing is lost by it: what is not committed is rolled back by the servers. Thread-safe.
class ExitLimit {
 public:
  static constexpr std::int64_t kLimitMs = 20'000;

  /// `tasks`: what they do, as far as is known. `leave`: after the log has said why; nullptr: the process ends at once
  /// with exit code 1, without destructors.
  ExitLimit(const StopToken& process_stop, std::function<std::vector<TaskSnapshot>()> tasks,
            std::int64_t limit_ms = kLimitMs, std::function<void()> leave = nullptr);
  /// The tasks have ended: nothing will happen any more.
  ~ExitLimit();
  ExitLimit(const ExitLimit&) = delete;
  ExitLimit& operator=(const ExitLimit&) = delete;

  /// The time begins: the tasks are asked to end. A stop of the process begins it, too.
  void begin() { end_.request(); }

 private:
  void watch();

  const std::function<std::vector<TaskSnapshot>()> tasks_;
  const std::int64_t limit_ms_;
  const std::function<void()> leave_;
  StopSource end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

/// Which tasks have not ended, and in which calls they are: "connector 'a' task 0 in 'poll of the source' for 21 s; …".
[[nodiscard]] std::string unfinished(std::span<const TaskSnapshot> tasks);

}  // namespace cnx::host::runtime
