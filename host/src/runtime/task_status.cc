// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_status.h"

#include <algorithm>

namespace cnx::host::runtime {

const char* name_of(TaskState state) {
  switch (state) {
    case TaskState::kStarting:
    case TaskState::kStandby:
      return "UNASSIGNED";
    case TaskState::kRunning:
      return "RUNNING";
    case TaskState::kPaused:
      return "PAUSED";
    case TaskState::kRestarting:
      return "RESTARTING";
    case TaskState::kFailed:
      return "FAILED";
    case TaskState::kDone:
      return "DONE";
    case TaskState::kStopped:
      return "STOPPED";
  }
  return "UNKNOWN";
}

void UnitTotals::add(const plugin::UnitProgress& unit) {
  const auto known = [](std::int64_t n) { return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0)); };
  pages += known(unit.pages);
  if (unit.state == CNX_UNIT_SPLIT) return;
  ++done;
  fetched += known(unit.fetched);
  repeats += known(unit.repeats);
}

std::int64_t TaskSnapshot::lag() const {
  std::int64_t lag = 0;
  for (const auto& [at, end] : log_ends)
    if (const auto stands = committed.find(at); stands != committed.end())
      lag += std::max<std::int64_t>(0, end - stands->second);
  return lag;
}

TaskStatus::TaskStatus(std::string connector, int task, bool is_source, const Clock& clock)
    : clock_(clock), began_ns_(clock.monotonic_ns()), state_since_ns_(began_ns_) {
  data_.connector = std::move(connector);
  data_.task = task;
  data_.is_source = is_source;
}

void TaskStatus::set_state(TaskState state, std::string message) {
  {
    const std::lock_guard lock(mutex_);
    add_times(data_);
    state_since_ns_ = clock_.monotonic_ns();
    data_.state = state;
    data_.has_run = data_.has_run || state == TaskState::kRunning;
    data_.message = std::move(message);
  }
  if (on_state_) on_state_();
}

void TaskStatus::add_times(TaskSnapshot& to) const {
  const std::int64_t now = clock_.monotonic_ns();
  const std::int64_t ms = (now - state_since_ns_) / 1'000'000;
  if (data_.state == TaskState::kRunning) to.running_ms += ms;
  if (data_.state == TaskState::kPaused) to.paused_ms += ms;
  to.lived_ms = (now - began_ns_) / 1'000'000;
}

void TaskStatus::count_errors(std::uint64_t errors) {
  if (errors == 0) return;
  const std::lock_guard lock(mutex_);
  data_.counts.errors += errors;
  data_.counts.last_error_ms = clock_.now_ms();
}

void TaskStatus::set_message(std::string message) {
  const std::lock_guard lock(mutex_);
  data_.message = std::move(message);
}

TaskState TaskStatus::state() const {
  const std::lock_guard lock(mutex_);
  return data_.state;
}

TaskSnapshot TaskStatus::snapshot() const {
  const std::lock_guard lock(mutex_);
  TaskSnapshot copy = data_;
  add_times(copy);
  const std::int64_t now = clock_.monotonic_ns();
  for (const Running& call : running_) {
    if (call.name == nullptr) continue;
    const std::int64_t ms = (now - call.since_ns) / 1'000'000;
    if (!copy.call.empty() && ms <= copy.call_ms) continue;
    copy.call = call.name;
    copy.call_ms = ms;
  }
  if (copy.call_ms >= kStalledAfterMs) {
    copy.stalled_in = copy.call;
    copy.stalled_ms = copy.call_ms;
  }
  return copy;
}

void TaskStatus::set_committed(const kafka::TopicPartition& at, std::int64_t next_offset) {
  const std::lock_guard lock(mutex_);
  data_.committed[at] = next_offset;
}

void TaskStatus::set_log_end(const kafka::TopicPartition& at, std::int64_t end) {
  const std::lock_guard lock(mutex_);
  data_.log_ends[at] = end;
}

void TaskStatus::forget_committed(const kafka::TopicPartition& at) {
  const std::lock_guard lock(mutex_);
  data_.committed.erase(at);
  data_.log_ends.erase(at);
}

void TaskStatus::forget_partitions() {
  const std::lock_guard lock(mutex_);
  data_.committed.clear();
  data_.log_ends.clear();
}

void TaskStatus::set_unit(plugin::UnitProgress unit) {
  const std::lock_guard lock(mutex_);
  const auto [at, added] = unit_index_.try_emplace(unit.name, data_.units.size());
  if (added)
    data_.units.push_back(std::move(unit));
  else
    data_.units[at->second] = std::move(unit);
  if (data_.units.size() > kMostUnits) forget_done_units();
}

void TaskStatus::forget_done_units() {
  std::size_t surplus = data_.units.size() - kMostUnits / 2;
  std::vector<plugin::UnitProgress> kept;
  for (auto& unit : data_.units) {
    if (surplus == 0 || unit.state != CNX_UNIT_DONE) {
      kept.push_back(std::move(unit));
      continue;
    }
    --surplus;
    data_.forgotten.add(unit);
  }
  data_.units = std::move(kept);
  unit_index_.clear();
  for (std::size_t i = 0; i < data_.units.size(); ++i) unit_index_[data_.units[i].name] = i;
}

TaskStatus::Call::Call(TaskStatus& status, int role, const char* name) : status_(status), role_(role) {
  const std::lock_guard lock(status_.mutex_);
  status_.running_[role_] = {name, status_.clock_.monotonic_ns()};
}

TaskStatus::Call::~Call() {
  const std::lock_guard lock(status_.mutex_);
  status_.running_[role_] = {};
}

}  // namespace cnx::host::runtime
