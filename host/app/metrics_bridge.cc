// SPDX-License-Identifier: Apache-2.0
#include "metrics_bridge.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

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

double as_gauge(std::uint64_t value) { return static_cast<double>(value); }

void publish(observe::TaskStateMetrics& to, const runtime::TaskSnapshot& task) {
  const auto lived = static_cast<double>(std::max<std::int64_t>(task.lived_ms, 1));
  to.status.set(status_of(task.state));
  to.running.set(task.state == runtime::TaskState::kRunning && task.stalled_in.empty() ? 1 : 0);
  to.stalled_ms.set(static_cast<double>(task.stalled_ms));
  to.running_ratio.set(static_cast<double>(task.running_ms) / lived);
  to.pause_ratio.set(static_cast<double>(task.paused_ms) / lived);
  to.batch_size_max.set(as_gauge(task.counts.batch_records.most));
  to.batch_size_avg.set(task.counts.batch_records.average());
  raise_to(to.restarts, task.counts.restarts);
}

void publish(observe::TaskErrorMetrics& to, const runtime::TaskCounts& counts) {
  raise_to(to.record_errors, counts.errors);
  raise_to(to.record_failures, counts.dead);
  raise_to(to.records_skipped, counts.dead);
  raise_to(to.retries, counts.retries);
  raise_to(to.dead_letter_requests, counts.letters);
  raise_to(to.dead_letter_failures, counts.letters_refused);
  to.last_error_timestamp_ms.set(static_cast<double>(counts.last_error_ms));
}

void publish(observe::WindowMetrics& to, const runtime::TaskSnapshot& task) {
  std::map<cnx_unit_state, std::uint64_t> windows{{CNX_UNIT_DONE, task.forgotten.done}};
  std::uint64_t pages = task.forgotten.pages;
  std::uint64_t repeats = task.forgotten.repeats;
  std::uint64_t fetched = task.forgotten.fetched;
  std::int64_t balance = 0;
  std::int64_t missing = 0;
  for (const auto& unit : task.units) {
    const auto known = [](std::int64_t n) { return static_cast<std::uint64_t>(std::max<std::int64_t>(n, 0)); };
    pages += known(unit.pages);
    if (unit.state == CNX_UNIT_SPLIT) continue;  // its parts tell
    ++windows[unit.state];
    fetched += known(unit.fetched);
    repeats += known(unit.repeats);
    if (unit.expected < 0) continue;
    const std::int64_t short_of = unit.expected - std::max<std::int64_t>(unit.fetched, 0);
    missing += short_of;
    if (unit.state == CNX_UNIT_DONE) balance += short_of;
  }
  to.planned.set(as_gauge(windows[CNX_UNIT_PLANNED]));
  to.open.set(as_gauge(windows[CNX_UNIT_OPEN]));
  to.done.set(as_gauge(windows[CNX_UNIT_DONE]));
  to.failed.set(as_gauge(windows[CNX_UNIT_FAILED]));
  to.expected.set(as_gauge(fetched) + static_cast<double>(missing));
  to.fetched.set(as_gauge(fetched));
  to.pages.set(as_gauge(pages));
  to.repeats.set(as_gauge(repeats));
  to.ledger_balance.set(static_cast<double>(balance));
}

void publish(observe::SourceTaskMetrics& to, const runtime::TaskSnapshot& task) {
  const runtime::TaskCounts& counts = task.counts;
  publish(to.state, task);
  publish(to.errors, counts);
  publish(to.windows, task);
  raise_to(to.records_polled, counts.sent);
  raise_to(to.records_written, counts.sent);
  raise_to(to.transactions, counts.batches);
  to.last_poll_ms.set(as_gauge(counts.poll_ms.last));
  to.max_poll_ms.set(as_gauge(counts.poll_ms.most));
  to.avg_poll_ms.set(counts.poll_ms.average());
  to.max_transaction.set(as_gauge(counts.batch_records.most));
  to.avg_transaction.set(counts.batch_records.average());
  to.last_transaction_ms.set(as_gauge(counts.batch_ms.last));
  to.max_transaction_ms.set(as_gauge(counts.batch_ms.most));
}

void publish(observe::SinkTaskMetrics& to, const runtime::TaskSnapshot& task) {
  const runtime::TaskCounts& counts = task.counts;
  publish(to.state, task);
  publish(to.errors, counts);
  raise_to(to.records_read, counts.records_in);
  raise_to(to.records_sent, counts.written + counts.filtered + counts.dead);
  raise_to(to.records_written, counts.written);
  raise_to(to.records_filtered, counts.filtered);
  raise_to(to.records_dead, counts.dead);
  raise_to(to.records_released, counts.released);
  raise_to(to.rows_written, counts.rows);
  to.rows_per_record.set(counts.written == 0 ? 0 : as_gauge(counts.rows) / as_gauge(counts.written));
  to.records_active.set(as_gauge(counts.pending));
  const std::uint64_t accounted = counts.written + counts.filtered + counts.dead + counts.released + counts.pending;
  to.ledger_balance.set(as_gauge(counts.records_in) - as_gauge(accounted));
  to.partitions.set(as_gauge(task.committed.size()));
  to.lag_records.set(static_cast<double>(task.lag()));
  raise_to(to.commits, counts.batches);
  to.last_commit_ms.set(as_gauge(counts.batch_ms.last));
  to.max_commit_ms.set(as_gauge(counts.batch_ms.most));
  to.avg_commit_ms.set(counts.batch_ms.average());
}

/// Adds to `to` what `now` has more than `published`.
void publish_ages(observe::Histogram& to, const runtime::AgeCounts& now, runtime::AgeCounts& published) {
  std::array<std::uint64_t, std::tuple_size_v<decltype(now.counts)>> more{};
  for (std::size_t i = 0; i < more.size(); ++i) more[i] = now.counts[i] - published.counts[i];
  to.observe(more, now.sum_s - published.sum_s);
  published = now;
}

void publish(observe::ConnectorMetrics& to, std::span<const runtime::TaskSnapshot> tasks, const std::string& name) {
  std::map<runtime::TaskState, std::uint64_t> states;
  std::uint64_t total = 0;
  for (const auto& task : tasks) {
    if (task.connector != name || task.state == runtime::TaskState::kStopped) continue;
    ++total;
    ++states[task.state];
  }
  using runtime::TaskState;
  to.total.set(as_gauge(total));
  to.running.set(as_gauge(states[TaskState::kRunning] + states[TaskState::kDone]));
  to.paused.set(as_gauge(states[TaskState::kPaused]));
  to.failed.set(as_gauge(states[TaskState::kFailed]));
  to.unassigned.set(as_gauge(states[TaskState::kStarting] + states[TaskState::kStandby]));
  to.restarting.set(as_gauge(states[TaskState::kRestarting]));
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
  std::set<std::string> connectors;
  std::uint64_t running = 0;
  for (const auto& task : tasks) {
    const TaskKey key{task.connector, task.task};
    const observe::MetricOwner owner{task.connector, task.task};
    connectors_.try_emplace(task.connector, metrics_, task.connector);
    if (task.state != runtime::TaskState::kStopped) {
      connectors.insert(task.connector);
      ++running;
    }
    if (task.is_source) {
      app::publish(sources_.try_emplace(key, metrics_, owner).first->second, task);
      continue;
    }
    observe::SinkTaskMetrics& sink = sinks_.try_emplace(key, metrics_, owner).first->second;
    app::publish(sink, task);
    publish_ages(sink.record_age_s, task.counts.ages, ages_[key]);
  }
  for (auto& [name, connector] : connectors_) app::publish(connector, tasks, name);
  worker_.connectors.set(as_gauge(connectors.size()));
  worker_.tasks.set(as_gauge(running));
}

}  // namespace cnx::host::app
