// SPDX-License-Identifier: Apache-2.0
//
// The host's services as C++ values. Cheap to copy; valid for the life of the component instance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cnx/abi/ext/fault_points.h"
#include "cnx/abi/host.h"
#include "cnx/text.hpp"

namespace cnx {

/// A counter or gauge; made once, used anywhere. A default-made one does nothing.
class Metric {
 public:
  Metric() = default;
  Metric(const cnx_metrics* table, void* handle) : table_(table), handle_(handle) {}
  void add(double amount = 1) {
    if (table_) table_->add(handle_, amount);
  }
  void set(double value) {
    if (table_) table_->set(handle_, value);
  }

 private:
  const cnx_metrics* table_ = nullptr;
  void* handle_ = nullptr;
};

/// Host services. Thread roles as in abi/host.h.
class Host {
 public:
  explicit Host(const cnx_host* raw)
      : raw_(raw),
        log_(find<cnx_log>(CNX_SERVICE_LOG)),
        clock_(find<cnx_clock>(CNX_SERVICE_CLOCK)),
        wait_(find<cnx_wait>(CNX_SERVICE_WAIT)),
        metrics_(find<cnx_metrics>(CNX_SERVICE_METRICS)),
        progress_(find<cnx_progress>(CNX_SERVICE_PROGRESS)),
        fault_points_(find<cnx_fault_points>(CNX_SERVICE_FAULT_POINTS)) {}

  [[nodiscard]] std::string_view connector() const { return view(raw_->connector); }
  [[nodiscard]] int task() const { return raw_->task; }
  [[nodiscard]] int task_count() const { return raw_->task_count; }

  /// Log, clock and wait are in every host; metrics and progress may be missing.
  [[nodiscard]] bool complete() const { return log_ && clock_ && wait_; }

  void debug(std::string_view line) const { write(CNX_LOG_DEBUG, line); }
  void info(std::string_view line) const { write(CNX_LOG_INFO, line); }
  void warning(std::string_view line) const { write(CNX_LOG_WARNING, line); }
  void error(std::string_view line) const { write(CNX_LOG_ERROR, line); }
  [[nodiscard]] bool debug_enabled() const { return log_ && log_->enabled(log_->ctx, CNX_LOG_DEBUG) != 0; }

  [[nodiscard]] std::int64_t now_us() const { return clock_->now_us(clock_->ctx); }
  [[nodiscard]] std::int64_t monotonic_ns() const { return clock_->monotonic_ns(clock_->ctx); }

  /// True when the time is over, false when a stop ended the wait.
  [[nodiscard]] bool wait_ms(std::int64_t milliseconds) const {
    return wait_->wait_ms(wait_->ctx, milliseconds) == CNX_OK;
  }
  [[nodiscard]] bool stopping() const { return wait_->stopping(wait_->ctx) != 0; }

  [[nodiscard]] Metric counter(std::string_view name, std::string_view help) const {
    return metrics_ ? Metric(metrics_, metrics_->counter(metrics_->ctx, str(name), str(help))) : Metric();
  }
  [[nodiscard]] Metric gauge(std::string_view name, std::string_view help) const {
    return metrics_ ? Metric(metrics_, metrics_->gauge(metrics_->ctx, str(name), str(help))) : Metric();
  }

  void unit(const cnx_unit& unit) const {
    if (progress_) progress_->unit(progress_->ctx, &unit);
  }
  /// What the task waits for; empty: it works.
  void health(std::string_view state) const {
    if (progress_) progress_->health(progress_->ctx, state.empty() ? absent() : str(state));
  }

  /// Passes a fault point of the plugin, named "<plugin>.<step>"; true: a test wants the step to fail here as if by a
  /// passing fault. Costs a comparison when no fault points are armed.
  [[nodiscard]] bool fails_at(std::string_view point) const {
    return fault_points_ && fault_points_->pass(fault_points_->ctx, str(point)) != CNX_OK;
  }

 private:
  template <class T>
  const T* find(const char* id) const {
    return static_cast<const T*>(raw_->service(raw_, id));
  }
  void write(cnx_log_level level, std::string_view line) const {
    if (log_) log_->write(log_->ctx, level, str(line));
  }

  const cnx_host* raw_;
  const cnx_log* log_;
  const cnx_clock* clock_;
  const cnx_wait* wait_;
  const cnx_metrics* metrics_;
  const cnx_progress* progress_;
  const cnx_fault_points* fault_points_;
};

}  // namespace cnx
