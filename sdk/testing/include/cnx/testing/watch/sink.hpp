// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "cnx/abi/ext/sink_marks.h"
#include "cnx/testing/watch/batches.hpp"
#include "cnx/testing/watch/instance.hpp"

namespace cnx::testing::watch {

/// Where a write names bad rows, seen through. One call.
class WatchedRejects {
 public:
  WatchedRejects(OwnerCall& call, const cnx_batch& batch, cnx_selection rows, const cnx_rejects& to)
      : call_(call), batch_(batch), rows_(rows), to_(to) {
    raw_ = {sizeof raw_, this, &WatchedRejects::reject};
  }
  WatchedRejects(const WatchedRejects&) = delete;
  WatchedRejects& operator=(const WatchedRejects&) = delete;

  [[nodiscard]] const cnx_rejects* table() const { return &raw_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  static void reject(void* ctx, std::uint32_t row, cnx_str column, cnx_str message, std::int64_t native_code) {
    WatchedRejects& me = *static_cast<WatchedRejects*>(ctx);
    ++me.count_;
    const std::string name = "named row " + std::to_string(row);
    if (message.size == 0) me.call_.plugin_broke(name + " as bad without saying why");
    if (row >= me.batch_.count) return me.call_.plugin_broke(name + ", which is none of the batch");
    const bool chosen =
        me.rows_.rows == nullptr || std::binary_search(me.rows_.rows, me.rows_.rows + me.rows_.count, row);
    if (!chosen) me.call_.plugin_broke(name + ", which was not among those to write");
    me.to_.reject(me.to_.ctx, row, column, message, native_code);
  }

  OwnerCall& call_;
  const cnx_batch& batch_;
  const cnx_selection rows_;
  const cnx_rejects& to_;
  cnx_rejects raw_{};
  std::size_t count_ = 0;
};

/// One instance of a sink between host and plugin; its transactions are in offsets.hpp.
class WatchedSink : public WatchedInstance<cnx_sink> {
 public:
  using WatchedInstance::WatchedInstance;

  static WatchedSink& of(void* raw) { return *static_cast<WatchedSink*>(raw); }

  static cnx_status start(void* raw, cnx_error* to) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, "start", false);
    if (me.life.stage == Stage::kStarted) call.host_broke("was called while it is started");
    me.prepared_ = me.claimed = me.in_transaction = me.has_failed = false;
    WatchedError error(me.life.breaches(), call.name(), to);
    const cnx_status status = error.done(me.real.start(me.self, error.slot()));
    if (status == CNX_OK) me.life.stage = Stage::kStarted;
    return status;
  }
  static cnx_status prepare(void* raw, const cnx_batch* shape, cnx_error* to) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, "prepare");
    if (me.in_transaction) call.host_broke("was called inside a transaction");
    check_given(call, shape, me.real.input);
    me.prepared_ = true;
    WatchedError error(me.life.breaches(), call.name(), to);
    return error.done(me.real.prepare(me.self, shape, error.slot()));
  }
  static cnx_status write(void* raw, const cnx_batch* batch, cnx_selection rows, const cnx_rejects* rejects,
                          cnx_error* to) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, "write");
    if (!me.prepared_) call.host_broke("was called before prepare");
    if (me.claimed && !me.in_transaction) call.host_broke("was called outside a transaction");
    me.check_not_failed(call);
    check_given(call, batch, me.real.input);
    check_selection(call, *batch, rows);
    WatchedRejects seen(call, *batch, rows, *rejects);
    WatchedError error(me.life.breaches(), call.name(), to);
    const cnx_status status = error.done(me.real.write(me.self, batch, rows, seen.table(), error.slot()));
    if (status == CNX_OK && seen.count() > 0)
      call.plugin_broke("named bad rows and said OK: they would be counted as written");
    if (status == CNX_RECORD && rows.count == 0) call.plugin_broke("found a bad row among none");
    me.has_failed = me.in_transaction && status != CNX_OK;
    return status;
  }
  static cnx_status flush(void* raw, cnx_error* to) {
    WatchedSink& me = of(raw);
    const OwnerCall call(me.life, "flush");
    WatchedError error(me.life.breaches(), call.name(), to);
    return error.done(me.real.flush(me.self, error.slot()));
  }
  static void idle(void* raw) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, "idle");
    if (me.in_transaction) call.host_broke("was called inside a transaction");
    me.real.idle(me.self);
  }

  /// After an error inside a transaction only abort may follow.
  void check_not_failed(OwnerCall& call) const {
    if (has_failed) call.host_broke("was called after an error inside the transaction, without abort");
  }

  const cnx_sink_offsets* offsets = nullptr;  ///< the plugin's own features
  const cnx_sink_marks* marks = nullptr;
  bool claimed = false;
  bool in_transaction = false;
  bool has_failed = false;  ///< inside the transaction

 private:
  static void check_selection(OwnerCall& call, const cnx_batch& batch, cnx_selection rows) {
    if (rows.rows == nullptr && rows.count != batch.count)
      return call.host_broke("chose all rows and gave another number of them");
    for (std::uint64_t i = 0; rows.rows != nullptr && i < rows.count; ++i) {
      if (rows.rows[i] >= batch.count) return call.host_broke("chose a row that is none of the batch");
      if (i > 0 && rows.rows[i] <= rows.rows[i - 1]) return call.host_broke("chose rows that do not ascend");
    }
  }

  bool prepared_ = false;
};

}  // namespace cnx::testing::watch
