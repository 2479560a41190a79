// SPDX-License-Identifier: Apache-2.0
//
// A source with cnx.source-ahead/1 is polled before its acks, as the host does while a transaction is under way.
#pragma once

#include <deque>
#include <utility>

#include "cnx/abi/ext/source_ahead.h"
#include "cnx/testing/kit/batch_checks.hpp"
#include "cnx/testing/kit/source_checks.hpp"

namespace cnx::testing::kit {
namespace detail {

inline constexpr std::size_t kMostUnacked = 3;
inline constexpr int kAckedTogether = 2;  // a transaction may hold several batches

/// Records and positions as they stand in memory now.
inline std::string text_of(const cnx_source_batch& batch) {
  std::string text = batch_text(*batch.records);
  const char* at = reinterpret_cast<const char*>(batch.positions);
  for (std::uint64_t i = 0; i < batch.position_count; ++i, at += batch.position_stride) {
    const auto& position = *reinterpret_cast<const cnx_position*>(at);
    text.append(view(position.key)).append("=").append(view(position.value)).append(";");
  }
  return text;
}

/// Batches that are not committed yet, oldest first.
class Unacked {
 public:
  Unacked(Report& report, Made<cnx_source>& made) : report_(report), made_(made) {}
  Unacked(const Unacked&) = delete;
  Unacked& operator=(const Unacked&) = delete;
  /// The last acks are missing, as at a stop.
  ~Unacked() {
    report_.calling("release of what poll gave, without an ack");
    for (const auto& [batch, text] : waiting_) batch.records->release(batch.records);
  }

  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  void add(const cnx_source_batch& batch) { waiting_.emplace_back(batch, text_of(batch)); }
  /// Released and acked, as after its transaction; `out` gets what it held.
  void commit_oldest(Polled& out) {
    const auto [batch, text] = std::move(waiting_.front());
    waiting_.pop_front();
    report_.calling("reading of a batch behind which poll went on");
    if (text_of(batch) != text)
      report_.fault("poll changed a batch that it had given before and that was not released");
    report_.calling("release of what poll gave");
    take(batch, out);
    report_.calling("acked, for the oldest of several batches");
    made_.table().acked(made_.self());
  }

 private:
  Report& report_;
  Made<cnx_source>& made_;
  std::deque<std::pair<cnx_source_batch, std::string>> waiting_;
};

inline void poll_ahead(Report& report, Made<cnx_source>& made, Polled& out) {
  Unacked unacked(report, made);
  std::size_t batches = 0;
  for (Patience patience(out.bounded); patience.lasts();) {
    cnx_source_batch batch{};
    batch.struct_size = sizeof batch;
    const Called called = call(report, "poll before the acks", [&](cnx_error* e) {
      return made.table().poll(made.self(), made.host.monotonic_ns() + kWaitNs, &batch, e);
    });
    if (called.status != CNX_OK && called.status != CNX_END)
      return report.not_tried("polls before the acks: " + called.message);
    const bool empty = watch::is_empty(batch);
    if (!empty) {
      out.given.add(*batch.records);
      unacked.add(batch);
      ++batches;
    } else if (batch.records != nullptr) {
      batch.records->release(batch.records);
    }
    out.complete = called.status == CNX_END;
    if (out.complete) break;
    patience.polled(empty);
    // One that gives nothing may have no more, or too much without an ack.
    if (!empty && unacked.size() <= kMostUnacked) continue;
    for (int n = 0; n < kAckedTogether && unacked.size() > 0; ++n) unacked.commit_oldest(out);
  }
  if (batches < 2) return report.not_tried("polls before the acks: the source gave no second batch");
  if (out.after.empty()) unacked.commit_oldest(out);
}

}  // namespace detail

/// A life of polls before their acks, the last of which are missing, gives the same records as one in turns; another
/// one goes on behind the last ack.
inline void check_source_ahead(Report& report, const cnx_component& component, const Pairs& config) {
  if (component.extension == nullptr || component.extension(CNX_EXT_SOURCE_AHEAD) == nullptr) return;
  const Polled whole = detail::run(report, component, config);
  if (whole.acked.empty()) return;  // said by check_source
  const Polled ahead = detail::run(report, component, config, {}, "", &detail::poll_ahead);
  const Comparison given(ahead.given, ahead.complete, whole.acked, whole.complete);
  const bool ordered = detail::is_ordered(whole, given);
  detail::judge(report, given, false, "polled before its acks it gave other records than in turns with them");
  if (given.result() == Comparison::Result::kOther || ahead.after.empty()) return;
  const Polled rest = detail::run(report, component, config, ahead.after, whole.range_id);
  detail::judge(report, detail::compare(ahead.acked, rest, whole), ordered,
                "an instance that starts from the position of the last batch that was acked does not go on behind it: "
                "what was polled before its ack would be lost or come twice");
}

}  // namespace cnx::testing::kit
