// SPDX-License-Identifier: Apache-2.0
#include "plugin/host_context.h"

#include <fmt/format.h>

#include <cassert>
#include <string_view>

#include "base/fault_points.h"
#include "base/log.h"
#include "cnx/text.hpp"

namespace cnx::host::plugin {
namespace {

const HostContext& context(void* ctx) { return *static_cast<const HostContext*>(ctx); }

log::Level level_of(cnx_log_level level) {
  if (level <= CNX_LOG_DEBUG) return log::Level::kDebug;
  if (level >= CNX_LOG_ERROR) return log::Level::kError;
  return static_cast<log::Level>(level);
}

/// Stands in when a port could not make a metric: the plugin is promised a handle.
class NoMetric final : public MetricCell {
 public:
  void add(double) noexcept override {}
  void set(double) noexcept override {}
};

MetricCell& no_metric() {
  static NoMetric cell;
  return cell;
}

/// Runs what C code called. Ports may run out of memory; no exception may reach the plugin's C frames.
template <class Call>
void contained(const std::string& logger, Call&& call) noexcept {
  try {
    call();
  } catch (const std::exception& e) {
    try {
      log::error(logger, "a service of the host failed: {}", e.what());
    } catch (...) {  // no memory even to say so
    }
  } catch (...) {
  }
}

}  // namespace

HostContext::HostContext(HostServices services)
    : services_(std::move(services)),
      speaker_{services_.connector, services_.task},
      logger_(fmt::format("{}|task-{}", services_.connector, services_.task)) {
  assert(services_.clock != nullptr);
  host_.struct_size = sizeof host_;
  host_.abi = CNX_ABI_CURRENT;
  host_.connector = str(services_.connector);
  host_.task = services_.task;
  host_.task_count = services_.task_count;
  host_.ctx = this;
  host_.service = &HostContext::service;
  make_log();
  make_clock();
  make_wait();
  make_metrics();
  make_progress();
  make_fault_points();
}

const void* HostContext::service(const cnx_host* self, const char* id) {
  const auto& me = *static_cast<const HostContext*>(self->ctx);
  const std::string_view name(id);
  if (name == CNX_SERVICE_LOG) return &me.log_;
  if (name == CNX_SERVICE_CLOCK) return &me.clock_;
  if (name == CNX_SERVICE_WAIT) return &me.wait_;
  if (name == CNX_SERVICE_METRICS && me.services_.metrics != nullptr) return &me.metrics_;
  if (name == CNX_SERVICE_PROGRESS && me.services_.progress != nullptr) return &me.progress_;
  if (name == CNX_SERVICE_FAULT_POINTS && faults::armed()) return &me.fault_points_;
  return nullptr;
}

void HostContext::make_log() {
  log_.struct_size = sizeof log_;
  log_.ctx = this;
  log_.enabled = [](void*, cnx_log_level level) -> std::int32_t { return log::enabled(level_of(level)) ? 1 : 0; };
  log_.write = [](void* ctx, cnx_log_level level, cnx_str message) {
    const auto& me = context(ctx);
    contained(me.logger_, [&] { log::write(level_of(level), me.logger_, view(message)); });
  };
}

void HostContext::make_clock() {
  clock_.struct_size = sizeof clock_;
  clock_.ctx = this;
  clock_.now_us = [](void* ctx) { return context(ctx).services_.clock->now_us(); };
  clock_.monotonic_ns = [](void* ctx) { return context(ctx).services_.clock->monotonic_ns(); };
}

void HostContext::make_wait() {
  wait_.struct_size = sizeof wait_;
  wait_.ctx = this;
  wait_.wait_ms = [](void* ctx, std::int64_t milliseconds) -> cnx_status {
    return context(ctx).services_.stop.wait_for(milliseconds) ? CNX_CANCELLED : CNX_OK;
  };
  wait_.stopping = [](void* ctx) -> std::int32_t { return context(ctx).services_.stop.requested() ? 1 : 0; };
}

void HostContext::make_metrics() {
  metrics_.struct_size = sizeof metrics_;
  metrics_.ctx = this;
  metrics_.counter = [](void* ctx, cnx_str name, cnx_str help) -> void* {
    const auto& me = context(ctx);
    MetricCell* cell = &no_metric();
    contained(me.logger_, [&] { cell = &me.services_.metrics->counter(me.speaker_, view(name), view(help)); });
    return cell;
  };
  metrics_.gauge = [](void* ctx, cnx_str name, cnx_str help) -> void* {
    const auto& me = context(ctx);
    MetricCell* cell = &no_metric();
    contained(me.logger_, [&] { cell = &me.services_.metrics->gauge(me.speaker_, view(name), view(help)); });
    return cell;
  };
  metrics_.add = [](void* metric, double amount) { static_cast<MetricCell*>(metric)->add(amount); };
  metrics_.set = [](void* metric, double value) { static_cast<MetricCell*>(metric)->set(value); };
}

void HostContext::make_progress() {
  progress_.struct_size = sizeof progress_;
  progress_.ctx = this;
  progress_.unit = [](void* ctx, const cnx_unit* unit) {
    const auto& me = context(ctx);
    contained(me.logger_, [&] {
      me.services_.progress->unit(me.speaker_, UnitProgress{std::string(view(unit->name)), unit->state, unit->expected,
                                                            unit->fetched, unit->pages, unit->tries, unit->repeats});
    });
  };
  progress_.health = [](void* ctx, cnx_str state) {
    const auto& me = context(ctx);
    contained(me.logger_, [&] { me.services_.progress->health(me.speaker_, view(state)); });
  };
}

void HostContext::make_fault_points() {
  fault_points_.struct_size = sizeof fault_points_;
  fault_points_.ctx = this;
  fault_points_.pass = [](void* ctx, cnx_str point) -> cnx_status {
    bool fails = false;
    contained(context(ctx).logger_, [&] { fails = !faults::pass(view(point)).ok(); });
    return fails ? CNX_RETRY : CNX_OK;
  };
}

}  // namespace cnx::host::plugin
