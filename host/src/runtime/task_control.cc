// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_control.h"

#include <fmt/format.h>

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kLookMs = 100;

}  // namespace

TaskControl::TaskControl(StopToken stop) : stop_(std::move(stop)), changed_(stop_), run_(stop_) {}

void TaskControl::wake() {
  StopSource changed(stop_);
  std::swap(changed, changed_);
  changed.request();
}

void TaskControl::ask(Wish wish) {
  const std::lock_guard lock(mutex_);
  wish_ = wish;
  wake();
  if (wake_ && wish == Wish::kPause) wake_();
}

TaskControl::Waker::Waker(TaskControl& control, std::function<void()> wake) : control_(control) {
  const std::lock_guard lock(control_.mutex_);
  control_.wake_ = std::move(wake);
}

TaskControl::Waker::~Waker() {
  const std::lock_guard lock(control_.mutex_);
  control_.wake_ = nullptr;
}

void TaskControl::end_run() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  run_.request();
}

void TaskControl::restart() {
  const std::lock_guard lock(mutex_);
  restart_ = interrupted_ = true;
  run_.request();
  wake();
}

void TaskControl::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wish_ = Wish::kRun;
  wake();
}

Wish TaskControl::wish() const {
  const std::lock_guard lock(mutex_);
  return wish_;
}

bool TaskControl::wait_until_wanted(TaskStatus& status, const std::function<void()>& give_back) {
  for (bool told = false; !stop_.requested(); told = true) {
    StopToken changed;
    {
      const std::lock_guard lock(mutex_);
      if (wish_ != Wish::kStop) return true;
      changed = changed_.token();
    }
    if (!told && give_back) give_back();
    if (!told) status.set_state(TaskState::kStopped, told_of(Wish::kStop, status.connector()));
    changed.wait();
  }
  return false;
}

StopToken TaskControl::begin_run() {
  const std::lock_guard lock(mutex_);
  run_ = StopSource(stop_);
  interrupted_ = wish_ == Wish::kStop;
  if (interrupted_) run_.request();
  restart_ = false;
  return run_.token();
}

StopToken TaskControl::run() const {
  const std::lock_guard lock(mutex_);
  return run_.token();
}

bool TaskControl::interrupted() const {
  const std::lock_guard lock(mutex_);
  return interrupted_;
}

bool TaskControl::wait_for_restart() {
  while (!stop_.requested()) {
    StopToken changed;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      if (restart_ || wish_ == Wish::kStop) return true;
      changed = changed_.token();
    }
    changed.wait();
  }
  return false;
}

void TaskControl::wait_while_paused(const std::function<bool()>& look) {
  while (look()) {
    StopToken changed;
    {
      const std::lock_guard lock(mutex_);
      if (wish_ != Wish::kPause) return;
      changed = changed_.token();
    }
    static_cast<void>(changed.wait_for(kLookMs));
  }
}

std::string told_of(Wish wish, const std::string& connector) {
  if (wish == Wish::kRun) return {};
  return fmt::format("{} by request; PUT /connectors/{}/resume lets it go on",
                     wish == Wish::kPause ? "paused" : "stopped", connector);
}

}  // namespace cnx::host::runtime
