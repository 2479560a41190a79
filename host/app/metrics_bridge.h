// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "observe/metrics.h"
#include "observe/task_metrics.h"
#include "plugin/ports.h"
#include "runtime/task_status.h"

namespace cnx::host::app {

/// Brings the counts of tasks and the metrics of plugins to the registry. Thread-safe.
class MetricsBridge final : public plugin::MetricsPort {
 public:
  explicit MetricsBridge(observe::Metrics& metrics) : metrics_(metrics) {}

  plugin::MetricCell& counter(const plugin::Speaker& speaker, std::string_view name, std::string_view help) override;
  plugin::MetricCell& gauge(const plugin::Speaker& speaker, std::string_view name, std::string_view help) override;

  /// Makes the metrics of these tasks say what the snapshots say.
  void publish(std::span<const runtime::TaskSnapshot> tasks);

 private:
  class Cell;
  using TaskKey = std::pair<std::string, int>;

  observe::Metrics& metrics_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<plugin::MetricCell>> cells_;        // guarded by mutex_
  std::map<TaskKey, observe::SourceTaskMetrics> sources_;        // guarded by mutex_
  std::map<TaskKey, observe::SinkTaskMetrics> sinks_;            // guarded by mutex_
  std::map<TaskKey, runtime::AgeCounts> ages_;                   // guarded by mutex_: as published
  std::map<std::string, observe::ConnectorMetrics> connectors_;  // guarded by mutex_
  observe::WorkerMetrics worker_{metrics_};                      // guarded by mutex_
};

}  // namespace cnx::host::app
