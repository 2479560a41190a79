// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "cnx/abi/transform.h"
#include "cnx/testing/watch/batches.hpp"
#include "cnx/testing/watch/instance.hpp"

namespace cnx::testing::watch {

/// The output of one apply, seen through: it is over when apply has returned, and every origin that came in ends.
class WatchedOutput {
 public:
  WatchedOutput(const cnx_batch& in, const cnx_output& to, cnx_batch_kind kind, Breaches& breaches)
      : to_(&to), kind_(kind), breaches_(breaches) {
    if (in.origin != nullptr) origins_.assign(in.origin, in.origin + in.count);
    std::sort(origins_.begin(), origins_.end());
    origins_.erase(std::unique(origins_.begin(), origins_.end()), origins_.end());
    ended_.assign(origins_.size(), false);
    raw_ = {sizeof raw_, this, &WatchedOutput::emit, &WatchedOutput::reject, &WatchedOutput::filter};
  }
  WatchedOutput(const WatchedOutput&) = delete;
  WatchedOutput& operator=(const WatchedOutput&) = delete;

  [[nodiscard]] const cnx_output* table() const { return &raw_; }
  /// apply has returned that.
  void close(cnx_status status) {
    to_ = nullptr;
    const auto lost = std::find(ended_.begin(), ended_.end(), false);
    if (status == CNX_OK && lost != ended_.end())
      blame("left the record of origin " + std::to_string(origins_[static_cast<std::size_t>(lost - ended_.begin())]) +
            " neither as output, nor filtered, nor rejected: it would vanish");
  }

 private:
  static WatchedOutput& of(void* ctx) { return *static_cast<WatchedOutput*>(ctx); }
  void blame(const std::string& what) { breaches_.add(Side::kPlugin, "apply", what); }
  bool is_over(const char* how) {
    if (to_ == nullptr) blame(std::string(how) + " through the output of an apply that is over");
    return to_ == nullptr;
  }
  void end(std::uint32_t origin, const char* how) {
    const auto found = std::lower_bound(origins_.begin(), origins_.end(), origin);
    if (found != origins_.end() && *found == origin)
      ended_[static_cast<std::size_t>(found - origins_.begin())] = true;
    else
      blame(std::string(how) + " what did not come in: origin " + std::to_string(origin) +
            " is none of those that came in");
  }

  static void emit(void* ctx, cnx_batch* batch) {
    WatchedOutput& me = of(ctx);
    if (me.is_over("emitted")) return;
    if (const std::string fault = batch_fault(*batch); !fault.empty()) {
      me.blame("emitted a batch that " + fault);
    } else if (batch->kind != me.kind_) {
      me.blame("emitted another kind of batch than its table declares");
    } else if (batch->count > 0 && batch->origin == nullptr) {
      me.blame("emitted a batch without origins");
    } else {
      for (std::uint64_t i = 0; i < batch->count; ++i) me.end(batch->origin[i], "emitted");
    }
    if (BatchBook::instance().hand_out(*batch, me.breaches_)) return me.to_->emit(me.to_->ctx, batch);
    me.blame("emitted one batch twice: it would be released twice");
  }
  static void reject(void* ctx, std::uint32_t origin, cnx_str path, cnx_str column, cnx_str message,
                     std::int64_t native_code) {
    WatchedOutput& me = of(ctx);
    if (me.is_over("rejected")) return;
    if (message.size == 0) me.blame("rejected a record without saying why");
    me.end(origin, "rejected");
    me.to_->reject(me.to_->ctx, origin, path, column, message, native_code);
  }
  static void filter(void* ctx, std::uint32_t origin, cnx_str rule, cnx_str path) {
    WatchedOutput& me = of(ctx);
    if (me.is_over("filtered")) return;
    if (rule.size == 0) me.blame("filtered a record by a rule without a name");
    me.end(origin, "filtered");
    me.to_->filter(me.to_->ctx, origin, rule, path);
  }

  const cnx_output* to_;  // nullptr: over
  const cnx_batch_kind kind_;
  Breaches& breaches_;
  std::vector<std::uint32_t> origins_;  // sorted, none twice
  std::vector<bool> ended_;
  cnx_output raw_{};
};

/// One instance of a transform between host and plugin.
class WatchedTransform : public WatchedInstance<cnx_transform> {
 public:
  using WatchedInstance::WatchedInstance;

  static cnx_status apply(void* raw, const cnx_batch* in, const cnx_output* out, cnx_error* to) {
    WatchedTransform& me = *static_cast<WatchedTransform*>(raw);
    OwnerCall call(me.life, "apply", false);
    check_given(call, in, me.real.input);
    if (!CNX_HAS(out, cnx_output, filter)) call.host_broke("got an output that is too short");
    // Kept for a while, so that the late use of one is told apart from a crash.
    if (me.outputs_.size() == kKept) me.outputs_.pop_front();
    WatchedOutput& output = me.outputs_.emplace_back(*in, *out, me.real.output, me.life.breaches());
    WatchedError error(me.life.breaches(), call.name(), to);
    const cnx_status status = error.done(me.real.apply(me.self, in, output.table(), error.slot()));
    output.close(status);
    return status;
  }

 private:
  static constexpr std::size_t kKept = 64;
  std::deque<WatchedOutput> outputs_;
};

}  // namespace cnx::testing::watch
