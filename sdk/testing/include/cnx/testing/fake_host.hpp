// SPDX-License-Identifier: Apache-2.0
//
// A host for unit tests: everything a plugin says is remembered, time stands still until it is moved, waits take no
// time.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/host.hpp"

namespace cnx::testing {

/// One instance's host. Outlives the component; not movable. What a plugin may call from any thread is guarded.
class FakeHost {
 public:
  struct Line {
    cnx_log_level level;
    std::string text;
  };
  struct Unit {
    cnx_unit_state state;
    std::int64_t expected, fetched, pages, tries, repeats;
  };

  explicit FakeHost(std::string connector = "test", int task = 0, int task_count = 1)
      : connector_(std::move(connector)) {
    host_ = {sizeof host_, CNX_ABI_CURRENT, str(connector_), task, task_count, this, &FakeHost::service};
    log_ = {sizeof log_, this, [](void*, cnx_log_level) -> std::int32_t { return 1; }, &FakeHost::write};
    clock_ = {sizeof clock_, this, [](void* ctx) { return of(ctx).now_us_.load(); },
              [](void* ctx) { return of(ctx).monotonic_ns_.load(); }};
    wait_ = {sizeof wait_, this, &FakeHost::wait,
             [](void* ctx) -> std::int32_t { return of(ctx).stopping_.load() ? 1 : 0; }};
    metrics_ = {sizeof metrics_,
                this,
                &FakeHost::metric,
                &FakeHost::metric,
                [](void* cell, double amount) { change(cell, amount, true); },
                [](void* cell, double value) { change(cell, value, false); }};
    progress_ = {sizeof progress_, this, &FakeHost::unit,
                 [](void* ctx, cnx_str state) { of(ctx).health_.emplace_back(view(state)); }};
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  [[nodiscard]] const cnx_host* table() const { return &host_; }
  /// What a component's create() takes.
  [[nodiscard]] Host host() const { return Host(&host_); }

  /// Takes a service away ("cnx.metrics/1"), as an older host would.
  void lack(std::string id) { lacking_.push_back(std::move(id)); }

  void set_now_us(std::int64_t now_us) { now_us_ = now_us; }
  [[nodiscard]] std::int64_t now_us() const { return now_us_; }
  [[nodiscard]] std::int64_t monotonic_ns() const { return monotonic_ns_; }
  /// Both clocks go forward.
  void advance_ms(std::int64_t milliseconds) {
    now_us_ += milliseconds * 1000;
    monotonic_ns_ += milliseconds * 1'000'000;
  }

  /// All waits from now on end at once with "stop". [any thread]
  void stop() { stopping_ = true; }
  /// A stop that comes during the n-th wait from now (1: the next one).
  void stop_at_wait(int n) { stop_at_ = waits_.size() + static_cast<std::size_t>(n); }
  /// What was waited for, in order; each wait moved both clocks forward by its time.
  [[nodiscard]] const std::vector<std::int64_t>& waits_ms() const { return waits_; }

  [[nodiscard]] std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  /// Whether a line of that level or above contains `text`.
  [[nodiscard]] bool logged(std::string_view text, cnx_log_level least = CNX_LOG_DEBUG) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
      return line.level >= least && line.text.find(text) != std::string::npos;
    });
  }
  /// Value of a counter or gauge; 0 when the plugin never made it.
  [[nodiscard]] double metric(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = metrics_by_name_.find(name);
    return found == metrics_by_name_.end() ? 0 : found->second.value;
  }
  /// Units of progress by name, as last told.
  [[nodiscard]] const std::map<std::string, Unit>& units() const { return units_; }
  /// All states of health in order; "" = it works.
  [[nodiscard]] const std::vector<std::string>& health() const { return health_; }

 private:
  struct Cell {
    FakeHost* host = nullptr;
    double value = 0;
  };

  static FakeHost& of(void* ctx) { return *static_cast<FakeHost*>(ctx); }
  static const void* service(const cnx_host* self, const char* id) {
    FakeHost& me = of(self->ctx);
    const std::string_view name(id);
    if (std::find(me.lacking_.begin(), me.lacking_.end(), name) != me.lacking_.end()) return nullptr;
    if (name == CNX_SERVICE_LOG) return &me.log_;
    if (name == CNX_SERVICE_CLOCK) return &me.clock_;
    if (name == CNX_SERVICE_WAIT) return &me.wait_;
    if (name == CNX_SERVICE_METRICS) return &me.metrics_;
    if (name == CNX_SERVICE_PROGRESS) return &me.progress_;
    return nullptr;
  }
  static void write(void* ctx, cnx_log_level level, cnx_str message) {
    const std::lock_guard lock(of(ctx).mutex_);
    of(ctx).lines_.push_back({level, std::string(view(message))});
  }
  static cnx_status wait(void* ctx, std::int64_t milliseconds) {
    FakeHost& me = of(ctx);
    if (me.stopping_) return CNX_CANCELLED;
    me.waits_.push_back(milliseconds);
    if (me.waits_.size() == me.stop_at_) me.stop();
    if (me.stopping_) return CNX_CANCELLED;
    me.advance_ms(std::max<std::int64_t>(milliseconds, 0));
    return CNX_OK;
  }
  static void* metric(void* ctx, cnx_str name, cnx_str) {
    const std::lock_guard lock(of(ctx).mutex_);
    Cell& cell = of(ctx).metrics_by_name_[std::string(view(name))];
    cell.host = &of(ctx);
    return &cell;  // a map's elements stay where they are
  }
  static void change(void* raw, double amount, bool add) {
    Cell& cell = *static_cast<Cell*>(raw);
    const std::lock_guard lock(cell.host->mutex_);
    cell.value = add ? cell.value + amount : amount;
  }
  static void unit(void* ctx, const cnx_unit* u) {
    of(ctx).units_[std::string(view(u->name))] = {u->state, u->expected, u->fetched, u->pages, u->tries, u->repeats};
  }

  const std::string connector_;
  cnx_host host_{};
  cnx_log log_{};
  cnx_clock clock_{};
  cnx_wait wait_{};
  cnx_metrics metrics_{};
  cnx_progress progress_{};
  std::vector<std::string> lacking_;
  std::atomic<std::int64_t> now_us_{1'700'000'000'000'000};  // 2023-11-14 22:13:20 UTC
  std::atomic<std::int64_t> monotonic_ns_{1'000'000'000};
  std::atomic<bool> stopping_{false};
  std::size_t stop_at_ = 0;
  std::vector<std::int64_t> waits_;
  std::map<std::string, Unit> units_;
  std::vector<std::string> health_;
  mutable std::mutex mutex_;
  std::vector<Line> lines_;                      // guarded by mutex_
  std::map<std::string, Cell> metrics_by_name_;  // guarded by mutex_
};

}  // namespace cnx::testing
