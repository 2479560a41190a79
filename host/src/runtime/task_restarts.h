// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "errors/backoff.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What becomes of a task, source or sink, when a run of it has failed: once more after a wait while the cause passes
/// by itself, else over. [thread of the task]
class TaskRestarts {
 public:
  /// `status` outlives it.
  TaskRestarts(std::string connector, int task, TaskStatus& status, StopToken stop);

  /// After `error` of a run that was up for `up_ms`. True: the wait is over (a stop of that run ends it, too), run
  /// again. False: the task is over; log and status say why.
  [[nodiscard]] bool again_after(const Error& error, std::int64_t up_ms, const StopToken& run);

 private:
  const std::string connector_;
  const int task_;
  TaskStatus& status_;
  const StopToken stop_;
  errors::RestartPolicy policy_;
};

}  // namespace cnx::host::runtime
