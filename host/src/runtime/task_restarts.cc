// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_restarts.h"

#include <algorithm>

#include "base/log.h"

namespace cnx::host::runtime {

TaskRestarts::TaskRestarts(std::string connector, int task, TaskStatus& status, StopToken stop)
    : connector_(std::move(connector)), task_(task), status_(status), stop_(std::move(stop)) {}

bool TaskRestarts::again_after(const Error& error, std::int64_t up_ms, const StopToken& run) {
  status_.count_errors(1);
  if (error.action != Action::kRetry) {
    log::error(connector_, "connector '{}' task {} failed for good ({}): {}", connector_, task_, name_of(error.action),
               error.message);
    status_.set_state(TaskState::kFailed, error.message);
    return false;
  }
  const std::int64_t wait = std::max(error.retry_after_ms, policy_.wait_ms(up_ms));
  log::warning(connector_, "connector '{}' task {}: {}; it starts again in {:.1f} s", connector_, task_, error.message,
               static_cast<double>(wait) / 1000);
  status_.count([](TaskCounts& c) { ++c.restarts; });
  status_.set_state(TaskState::kRestarting, error.message);
  if (!run.wait_for(wait) || !stop_.requested()) return true;
  status_.set_state(TaskState::kStopped);
  return false;
}

}  // namespace cnx::host::runtime
