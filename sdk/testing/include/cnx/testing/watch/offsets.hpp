// SPDX-License-Identifier: Apache-2.0
//
// Transactions of a sink between host and plugin: cnx.sink-offsets/1 and cnx.sink-marks/1.
#pragma once

#include "cnx/testing/watch/sink.hpp"

namespace cnx::testing::watch {

/// The two features' tables. `self` is a WatchedSink.
class WatchedTransactions {
 public:
  static const cnx_sink_offsets* offsets() {
    static constexpr cnx_sink_offsets kTable = {
        sizeof(cnx_sink_offsets), 0, &claim, &begin, &commit, &abort, &outcome, &advance, &read, &reset};
    return &kTable;
  }
  static const cnx_sink_marks* marks() {
    static constexpr cnx_sink_marks kTable = {sizeof(cnx_sink_marks), 0,           &bury,      &begin_replay, &redeem,
                                              &mark_outcome,          &read_marks, &overwrites};
    return &kTable;
  }

 private:
  static WatchedSink& of(void* raw) { return WatchedSink::of(raw); }

  /// A call between transactions.
  template <class Run>
  static cnx_status between(void* raw, const char* name, cnx_error* to, Run run) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, name);
    if (me.in_transaction) call.host_broke("was called inside a transaction");
    WatchedError error(me.life.breaches(), name, to);
    return error.done(run(me, error.slot()));
  }
  /// A call within one; an error of it leaves only abort.
  template <class Run>
  static cnx_status within(void* raw, const char* name, cnx_error* to, Run run) {
    WatchedSink& me = of(raw);
    OwnerCall call(me.life, name);
    if (!me.in_transaction) call.host_broke("was called outside a transaction");
    me.check_not_failed(call);
    WatchedError error(me.life.breaches(), name, to);
    const cnx_status status = error.done(run(me, error.slot()));
    me.has_failed = status != CNX_OK;
    return status;
  }

  static cnx_status claim(void* raw, const cnx_claimant* who, cnx_offset_row* rows, std::uint64_t n, cnx_error* to) {
    of(raw).claimed = true;
    return between(raw, "claim", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.offsets->claim(me.self, who, rows, n, e); });
  }
  static cnx_status begin(void* raw, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t n,
                          cnx_error* to) {
    WatchedSink& me = of(raw);
    if (!me.claimed) me.life.breaches().add(Side::kHost, "begin", "was called before claim");
    const cnx_status status = between(raw, "begin", to, [&](WatchedSink& sink, cnx_error* e) {
      return sink.offsets->begin(sink.self, who, steps, n, e);
    });
    me.in_transaction = status == CNX_OK;
    return status;
  }
  static cnx_status commit(void* raw, std::int32_t* unknown, cnx_error* to) {
    const cnx_status status = within(
        raw, "commit", to, [&](WatchedSink& me, cnx_error* e) { return me.offsets->commit(me.self, unknown, e); });
    WatchedSink& me = of(raw);
    if (*unknown != 0 && status != CNX_RETRY)
      me.life.breaches().add(Side::kPlugin, "commit",
                             std::string("returned ") + status_name(status) + " with an unknown outcome");
    me.in_transaction = me.has_failed = false;
    return status;
  }
  static void abort(void* raw) {
    WatchedSink& me = of(raw);
    const OwnerCall call(me.life, "abort");
    me.in_transaction = me.has_failed = false;
    me.offsets->abort(me.self);
  }
  static cnx_status outcome(void* raw, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t n,
                            cnx_outcome* out, cnx_error* to) {
    return between(raw, "outcome", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.offsets->outcome(me.self, who, steps, n, out, e); });
  }
  static cnx_status advance(void* raw, const cnx_claimant* who, const cnx_offset_step* steps, std::uint64_t n,
                            cnx_error* to) {
    return between(raw, "advance", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.offsets->advance(me.self, who, steps, n, e); });
  }
  static cnx_status read(void* raw, cnx_offset_row* rows, std::uint64_t n, void* ctx,
                         void (*each)(void*, const cnx_offset_row*), cnx_error* to) {
    return between(raw, "read", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.offsets->read(me.self, rows, n, ctx, each, e); });
  }
  static cnx_status reset(void* raw, const cnx_offset_row* rows, std::uint64_t n, cnx_error* to) {
    return between(raw, "reset", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.offsets->reset(me.self, rows, n, e); });
  }

  static cnx_status bury(void* raw, const cnx_mark* marks, std::uint64_t n, cnx_error* to) {
    return within(raw, "bury", to, [&](WatchedSink& me, cnx_error* e) { return me.marks->bury(me.self, marks, n, e); });
  }
  static cnx_status begin_replay(void* raw, cnx_mark_position* at, std::uint64_t n, cnx_error* to) {
    const cnx_status status = between(raw, "begin_replay", to, [&](WatchedSink& me, cnx_error* e) {
      return me.marks->begin_replay(me.self, at, n, e);
    });
    of(raw).in_transaction = status == CNX_OK;
    return status;
  }
  static cnx_status redeem(void* raw, cnx_str replay, const cnx_mark* marks, std::uint64_t n, cnx_error* to) {
    return within(raw, "redeem", to,
                  [&](WatchedSink& me, cnx_error* e) { return me.marks->redeem(me.self, replay, marks, n, e); });
  }
  static cnx_status mark_outcome(void* raw, cnx_str replay, const cnx_mark* marks, std::uint64_t n, cnx_outcome* out,
                                 cnx_error* to) {
    return between(raw, "outcome of a replay", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.marks->outcome(me.self, replay, marks, n, out, e); });
  }
  static cnx_status read_marks(void* raw, cnx_mark* marks, std::uint64_t n, cnx_error* to) {
    return between(raw, "read of marks", to,
                   [&](WatchedSink& me, cnx_error* e) { return me.marks->read(me.self, marks, n, e); });
  }
  static std::int32_t overwrites(void* raw) { return of(raw).marks->overwrites(of(raw).self); }
};

}  // namespace cnx::testing::watch
