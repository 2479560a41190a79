// SPDX-License-Identifier: Apache-2.0
//
// The host as an instance sees it: services belong to its life, and some of them to its owner thread.
#pragma once

#include <atomic>
#include <cstring>

#include "cnx/abi/host.h"
#include "cnx/testing/watch/life.hpp"

namespace cnx::testing::watch {

/// One per instance. Never destroyed, so that a plugin that calls it too late is told apart from one that crashes.
class WatchedHost {
 public:
  /// `real` is valid until over().
  WatchedHost(const cnx_host& real, const Life& life) : real_(real), breaches_(life.breaches()), life_(&life) {
    raw_ = real;
    raw_.struct_size = sizeof raw_;
    raw_.ctx = this;
    raw_.service = &WatchedHost::service;
  }
  WatchedHost(const WatchedHost&) = delete;
  WatchedHost& operator=(const WatchedHost&) = delete;

  [[nodiscard]] const cnx_host* table() const { return &raw_; }
  /// The instance is destroyed, or never came to be.
  void over() { life_ = nullptr; }

 private:
  static WatchedHost& of(void* ctx) { return *static_cast<WatchedHost*>(ctx); }

  /// False: too late to go on.
  bool may(const char* call, bool owner_only) {
    const Life* life = life_;
    if (life == nullptr) {
      breaches_.add(Side::kPlugin, call, "was called after destroy");
      return false;
    }
    if (owner_only && !life->is_owner())
      breaches_.add(Side::kPlugin, call, "was called on another thread than the instance's owner");
    return true;
  }

  template <class Table>
  static const Table& real(const void* table) {
    return *static_cast<const Table*>(table);
  }

  static const void* service(const cnx_host* self, const char* id) {
    WatchedHost& me = of(self->ctx);
    if (!me.may("service", true)) return nullptr;
    const void* there = me.real_.service(&me.real_, id);
    if (there == nullptr) return nullptr;
    if (std::strcmp(id, CNX_SERVICE_LOG) == 0) return me.watch_log(there);
    if (std::strcmp(id, CNX_SERVICE_CLOCK) == 0) return me.watch_clock(there);
    if (std::strcmp(id, CNX_SERVICE_WAIT) == 0) return me.watch_wait(there);
    if (std::strcmp(id, CNX_SERVICE_METRICS) == 0) return me.watch_metrics(there);
    if (std::strcmp(id, CNX_SERVICE_PROGRESS) == 0) return me.watch_progress(there);
    return there;
  }

  const cnx_log* watch_log(const void* there) {
    log_real_ = &real<cnx_log>(there);
    log_ = {sizeof log_, this,
            [](void* ctx, cnx_log_level level) -> std::int32_t {
              return of(ctx).may("log.enabled", false) ? of(ctx).log_real_->enabled(of(ctx).log_real_->ctx, level) : 0;
            },
            [](void* ctx, cnx_log_level level, cnx_str message) {
              if (of(ctx).may("log.write", false)) of(ctx).log_real_->write(of(ctx).log_real_->ctx, level, message);
            }};
    return &log_;
  }
  const cnx_clock* watch_clock(const void* there) {
    clock_real_ = &real<cnx_clock>(there);
    clock_ = {sizeof clock_, this,
              [](void* ctx) -> std::int64_t {
                return of(ctx).may("clock.now_us", false) ? of(ctx).clock_real_->now_us(of(ctx).clock_real_->ctx) : 0;
              },
              [](void* ctx) -> std::int64_t {
                WatchedHost& me = of(ctx);
                return me.may("clock.monotonic_ns", false) ? me.clock_real_->monotonic_ns(me.clock_real_->ctx) : 0;
              }};
    return &clock_;
  }
  const cnx_wait* watch_wait(const void* there) {
    wait_real_ = &real<cnx_wait>(there);
    wait_ = {sizeof wait_, this,
             [](void* ctx, std::int64_t milliseconds) -> cnx_status {
               WatchedHost& me = of(ctx);
               if (!me.may("wait.wait_ms", true)) return CNX_CANCELLED;
               return me.wait_real_->wait_ms(me.wait_real_->ctx, milliseconds);
             },
             [](void* ctx) -> std::int32_t {
               return of(ctx).may("wait.stopping", false) ? of(ctx).wait_real_->stopping(of(ctx).wait_real_->ctx) : 1;
             }};
    return &wait_;
  }
  // add and set know no host, only the metric: they go straight to it.
  const cnx_metrics* watch_metrics(const void* there) {
    metrics_real_ = &real<cnx_metrics>(there);
    metrics_ = {sizeof metrics_,
                this,
                [](void* ctx, cnx_str name, cnx_str help) -> void* {
                  WatchedHost& me = of(ctx);
                  if (!me.may("metrics.counter", true)) return nullptr;
                  return me.metrics_real_->counter(me.metrics_real_->ctx, name, help);
                },
                [](void* ctx, cnx_str name, cnx_str help) -> void* {
                  WatchedHost& me = of(ctx);
                  if (!me.may("metrics.gauge", true)) return nullptr;
                  return me.metrics_real_->gauge(me.metrics_real_->ctx, name, help);
                },
                metrics_real_->add,
                metrics_real_->set};
    return &metrics_;
  }
  const cnx_progress* watch_progress(const void* there) {
    progress_real_ = &real<cnx_progress>(there);
    progress_ = {sizeof progress_, this,
                 [](void* ctx, const cnx_unit* unit) {
                   WatchedHost& me = of(ctx);
                   if (me.may("progress.unit", true)) me.progress_real_->unit(me.progress_real_->ctx, unit);
                 },
                 [](void* ctx, cnx_str state) {
                   WatchedHost& me = of(ctx);
                   if (me.may("progress.health", true)) me.progress_real_->health(me.progress_real_->ctx, state);
                 }};
    return &progress_;
  }

  const cnx_host& real_;
  Breaches& breaches_;
  std::atomic<const Life*> life_;  // nullptr: over
  cnx_host raw_{};
  cnx_log log_{};
  cnx_clock clock_{};
  cnx_wait wait_{};
  cnx_metrics metrics_{};
  cnx_progress progress_{};
  const cnx_log* log_real_ = nullptr;
  const cnx_clock* clock_real_ = nullptr;
  const cnx_wait* wait_real_ = nullptr;
  const cnx_metrics* metrics_real_ = nullptr;
  const cnx_progress* progress_real_ = nullptr;
};

}  // namespace cnx::testing::watch
