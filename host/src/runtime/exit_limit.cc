// SPDX-License-Identifier: Apache-2.0
#include "runtime/exit_limit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "base/log.h"
#include "base/thread.h"

namespace cnx::host::runtime {
namespace {

void leave_now() { ::_exit(1); }

bool has_ended(TaskState state) {
  return state == TaskState::kFailed || state == TaskState::kStopped || state == TaskState::kDone;
}

}  // namespace

std::string unfinished(std::span<const TaskSnapshot> tasks) {
  std::string text;
  for (const TaskSnapshot& task : tasks) {
    if (has_ended(task.state) && task.call.empty()) continue;
    text += fmt::format("{}connector '{}' task {} ", text.empty() ? "" : "; ", task.connector, task.task);
    if (task.call.empty())
      text += fmt::format("({})", name_of(task.state));
    else
      text += fmt::format("in '{}' for {} s", task.call, task.call_ms / 1000);
  }
  return text.empty() ? "no task says why" : text;
}

ExitLimit::ExitLimit(const StopToken& process_stop, std::function<std::vector<TaskSnapshot>()> tasks,
                     std::int64_t limit_ms, std::function<void()> leave)
    : tasks_(std::move(tasks)), limit_ms_(limit_ms), leave_(leave ? std::move(leave) : leave_now), end_(process_stop) {
  auto thread = start_thread({}, [this] { watch(); });
  if (thread.ok())
    thread_ = std::move(thread).value();
  else
    log::warning("worker", "a stop that hangs is not ended by force: {}", thread.error().message);
}

ExitLimit::~ExitLimit() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  end_.request();
  if (thread_.joinable()) thread_.join();
}

void ExitLimit::watch() {
  end_.token().wait();
  {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::milliseconds(limit_ms_), [&] { return over_; })) return;
  }
  log::error("worker",
             "{} s after the stop not everything has ended: {}; the process leaves with exit code 1, what is not "
             "committed is rolled back by the servers and read again at the next start",
             limit_ms_ / 1000, unfinished(tasks_()));
  log::flush();
  leave_();
}

}  // namespace cnx::host::runtime
