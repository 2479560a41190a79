// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "base/stop.h"
#include "runtime/connector_control.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What people want of one task, and how its threads heed it. A stop of the task ends every wait.
class TaskControl {
 public:
  explicit TaskControl(StopToken stop);

  // From any thread.
  void ask(Wish wish);
  /// Ends the present run.
  void end_run();
  /// Ends the present run; a task that has failed for good runs again.
  void restart();
  /// The end of the whole run: nobody's wish is waited for any more.
  void close();
  [[nodiscard]] Wish wish() const;

  // From the task's thread.
  /// Waits while the task is to be stopped, and says so; `give_back` is called before that, once. False: a stop of the
  /// task.
  [[nodiscard]] bool wait_until_wanted(TaskStatus& status, const std::function<void()>& give_back = {});
  /// A new run begins: its stop.
  [[nodiscard]] StopToken begin_run();
  /// Of the present run.
  [[nodiscard]] StopToken run() const;
  /// People have ended the present run.
  [[nodiscard]] bool interrupted() const;
  /// The task has failed for good: waits for people. False: a stop of the task, or the end of the whole run.
  [[nodiscard]] bool wait_for_restart();

  // From the thread that would go on.
  /// While this lives, `wake` is called by whoever asks for a pause: the thread may wait for something else.
  class Waker {
   public:
    Waker(TaskControl& control, std::function<void()> wake);
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;

   private:
    TaskControl& control_;
  };
  /// Waits while the task is to be paused; `look` is called several times a second, and ends the wait when it is false.
  void wait_while_paused(const std::function<bool()>& look);

 private:
  void wake();  // mutex_ is held

  const StopToken stop_;
  mutable std::mutex mutex_;
  Wish wish_ = Wish::kRun;  // guarded by mutex_, as is all that follows
  StopSource changed_;      // stopped by the next change
  StopSource run_;
  bool interrupted_ = false;
  bool restart_ = false;  // asked for since the present run began
  bool closed_ = false;
  std::function<void()> wake_;
};

/// "paused by request; PUT /connectors/NAME/resume lets it go on": what a status says.
[[nodiscard]] std::string told_of(Wish wish, const std::string& connector);

}  // namespace cnx::host::runtime
