// SPDX-License-Identifier: Apache-2.0
#include "metrics_bridge.h"

namespace cnx::host::app {
namespace {

void raise_to(observe::Counter& counter, std::uint64_t total) {
  counter.add(static_cast<double>(total) - counter.value());
}

double status_of(runtime::TaskState state) {
  switch (state) {
    case runtime::TaskState::kStarting:
      return 0;
    case runtime::TaskState::kRunning:
      return 1;
    case runtime::TaskState::kRestarting:
      return 2;
    case runtime::TaskState::kFailed:
      return 3;
    case runtime::TaskState::kDone:
      return 4;
    case runtime::TaskState::kStopped:
      return 5;
    case runtime::TaskState::kStandby:
      return 6;
    case runtime::TaskState::kPaused:
      return 7;
  }
  return -1;
}

void publish(observe::TaskStateMetrics& to, const runtime::TaskSnapshot& task) {
  to.status.set(status_of(task.state));
  to.running.set(task.state == runtime::TaskState::kRunning && task.stalled_in.empty() ? 1 : 0);
  to.stalled_ms.set(static_cast<double>(task.stalled_ms));
}

void publish(observe::SourceTaskMetrics& to, const runtime::TaskSnapshot& task) {
  const runtime::TaskCounts& counts = task.counts;
  publish(to.state, task);
  raise_to(to.records_polled, counts.sent);
  raise_to(to.records_written, counts.sent);
  raise_to(to.transactions, counts.batches);
  raise_to(to.errors.retries, counts.retries);
}

void publish(observe::SinkTaskMetrics& to, const runtime::TaskSnapshot& task) {
  const runtime::TaskCounts& counts = task.counts;
  raise_to(to.records_read, counts.records_in);
  raise_to(to.records_sent, counts.written + counts.filtered + counts.dead);
  raise_to(to.records_written, counts.written);
  raise_to(to.records_filtered, counts.filtered);
  raise_to(to.records_dead, counts.dead);
  raise_to(to.records_released, counts.released);
  raise_to(to.rows_written, counts.rows);
  to.records_active.set(static_cast<double>(counts.pending));
  const std::uint64_t accounted = counts.written + counts.filtered + counts.dead + counts.released + counts.pending;
  to.ledger_balance.set(static_cast<double>(counts.records_in) - static_cast<double>(accounted));
  publish(to.state, task);
  to.partitions.set(static_cast<double>(task.committed.size()));
  to.lag_records.set(static_cast<double>(task.lag()));
  raise_to(to.commits, counts.batches);
  raise_to(to.errors.retries, counts.retries);
  raise_to(to.errors.records_skipped, counts.dead);
  raise_to(to.errors.dead_letter_requests, counts.dead);
}

}  // namespace

class MetricsBridge::Cell final : public plugin::MetricCell {
 public:
  Cell(observe::Counter counter, observe::Gauge gauge) : counter_(counter), gauge_(gauge) {}
  void add(double amount) noexcept override { counter_.add(amount); }
  void set(double value) noexcept override { gauge_.set(value); }

 private:
  observe::Counter counter_;
  observe::Gauge gauge_;
};

plugin::MetricCell& MetricsBridge::counter(const plugin::Speaker& speaker, std::string_view name,
                                           std::string_view help) {
  auto counter = metrics_.counter(name, help, {speaker.connector, speaker.task});
  const std::lock_guard lock(mutex_);
  return *cells_.emplace_back(std::make_unique<Cell>(counter, observe::Gauge()));
}

plugin::MetricCell& MetricsBridge::gauge(const plugin::Speaker& speaker, std::string_view name, std::string_view help) {
  auto gauge = metrics_.gauge(name, help, {speaker.connector, speaker.task});
  const std::lock_guard lock(mutex_);
  return *cells_.emplace_back(std::make_unique<Cell>(observe::Counter(), gauge));
}

void MetricsBridge::publish(std::span<const runtime::TaskSnapshot> tasks) {
  const std::lock_guard lock(mutex_);
  for (const auto& task : tasks) {
    const TaskKey key{task.connector, task.task};
    const observe::MetricOwner owner{task.connector, task.task};
    if (task.is_source)
      app::publish(sources_.try_emplace(key, metrics_, owner).first->second, task);
    else
      app::publish(sinks_.try_emplace(key, metrics_, owner).first->second, task);
  }
}

}  // namespace cnx::host::app
