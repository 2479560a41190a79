// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cnx/abi/source.h"
#include "cnx/testing/watch/batches.hpp"
#include "cnx/testing/watch/instance.hpp"

namespace cnx::testing::watch {

/// One instance of a source between host and plugin.
class WatchedSource : public WatchedInstance<cnx_source> {
 public:
  using WatchedInstance::WatchedInstance;
  bool ahead = false;  ///< it has cnx.source-ahead/1

  static cnx_status start(void* raw, const cnx_source_start* from, cnx_source_plan* plan, cnx_error* to) {
    WatchedSource& me = of(raw);
    OwnerCall call(me.life, "start", false);
    if (me.life.stage != Stage::kMade) call.host_broke("was called twice for one instance");
    // Which positions come is not judged: one that was never acked may be committed, when the commit's answer was lost.
    if (!CNX_HAS(from, cnx_source_start, ranges)) call.host_broke("got a start that is too short");
    WatchedError error(me.life.breaches(), call.name(), to);
    const cnx_status status = error.done(me.real.start(me.self, from, plan, error.slot()));
    if (status != CNX_OK) return status;
    me.life.stage = Stage::kStarted;
    if (plan->bounded != 0 && view(plan->range_id).empty()) call.plugin_broke("planned a bounded range without an id");
    return status;
  }

  static cnx_status poll(void* raw, std::int64_t deadline_ns, cnx_source_batch* out, cnx_error* to) {
    WatchedSource& me = of(raw);
    OwnerCall call(me.life, "poll");
    if (me.owed_ > 0 && me.has_positions_ && !me.ahead) call.host_broke("was called before the batch before was acked");
    if (!CNX_HAS(out, cnx_source_batch, records) || out->records != nullptr || out->position_count != 0)
      call.host_broke("got an answer to fill in that is not zeroed");
    if (me.has_failed_) call.host_broke("was called after it had failed for good");
    const bool cancelled = me.life.cancelled();
    WatchedError error(me.life.breaches(), call.name(), to);
    const cnx_status status = error.done(me.real.poll(me.self, deadline_ns, out, error.slot()));
    if (cancelled && status != CNX_CANCELLED)
      call.plugin_broke(std::string("returned ") + status_name(status) + " after cancel, instead of CANCELLED");
    me.has_failed_ = status == CNX_FATAL || status == CNX_AUTH || status == CNX_CONFIG;
    const bool given = status == CNX_OK || status == CNX_END;
    me.owed_ = (me.ahead ? me.owed_ : 0) + (given && !is_empty(*out) ? 1 : 0);
    me.has_positions_ = false;
    if (given) me.take(call, *out);
    return status;
  }

  static void acked(void* raw) {
    WatchedSource& me = of(raw);
    OwnerCall call(me.life, "acked");
    if (me.owed_ == 0) call.host_broke("was called without a batch that could be committed");
    if (me.owed_ > 0) --me.owed_;
    me.real.acked(me.self);
  }

 private:
  static WatchedSource& of(void* raw) { return *static_cast<WatchedSource*>(raw); }

  /// The positions of what was polled.
  void take(OwnerCall& call, cnx_source_batch& out) {
    if (out.records == nullptr) {
      if (out.position_count > 0) call.plugin_broke("gave positions without a batch that would end their life");
      return;
    }
    if (out.position_count > 0 && out.position_stride < offsetof(cnx_position, range_id) + sizeof(cnx_str))
      return call.plugin_broke("gave positions with a stride below the size of a position");
    const char* at = reinterpret_cast<const char*>(out.positions);
    for (std::uint64_t i = 0; i < out.position_count; ++i, at += out.position_stride) {
      const auto& position = *reinterpret_cast<const cnx_position*>(at);
      if (view(position.key).empty()) call.plugin_broke("gave a position without a key");
      has_positions_ = has_positions_ || !is_absent(position.value);
    }
    check_records(call, *out.records);
    if (!BatchBook::instance().hand_out(*out.records, life.breaches())) {
      call.plugin_broke("gave one batch twice: it would be released twice");
      out.records = nullptr;
      out.position_count = 0;
    }
  }

  static void check_records(OwnerCall& call, const cnx_batch& records) {
    const std::string fault = batch_fault(records);
    if (!fault.empty()) return call.plugin_broke("gave a batch that " + fault);
    if (records.kind != CNX_RECORDS) return call.plugin_broke("gave rows: sources give records");
    for (std::uint64_t i = 0; i < records.count; ++i)
      if (view(BatchView(records).record(i).topic).empty()) return call.plugin_broke("gave a record without a topic");
  }

  bool has_failed_ = false;
  std::size_t owed_ = 0;        // batches that can be acked: the last one, or with cnx.source-ahead/1 several
  bool has_positions_ = false;  // the last poll gave some
};

}  // namespace cnx::testing::watch
