// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <optional>

#include "cnx/testing/kit/given_records.hpp"
#include "cnx/testing/kit/instance.hpp"
#include "cnx/testing/kit/patience.hpp"
#include "cnx/testing/watch/batches.hpp"

namespace cnx::testing::kit {

/// What a run of polls gave.
struct Polled {
  GivenRecords acked;                        ///< all records that were acked
  GivenRecords given;                        ///< of polls before the acks: also those that were never acked
  std::map<std::string, std::string> after;  ///< positions at its end
  GivenRecords first;                        ///< those up to where the first batch with a position ended
  std::map<std::string, std::string> after_first;
  std::string range_id;
  std::string health;  ///< the last that it said it waits for
  bool started = false;
  bool bounded = false;
  bool ended = false;     ///< nothing more is to come: poll said CNX_END, or without bounds had nothing the last time
  bool complete = false;  ///< poll said CNX_END
};

namespace detail {

inline constexpr std::int64_t kWaitNs = 100'000'000;

inline bool start(Report& report, Made<cnx_source>& made, const std::map<std::string, std::string>& positions,
                  Polled& out, const std::string& range) {
  std::vector<cnx_position> raw;
  for (const auto& [key, value] : positions)
    raw.push_back({str(key), str(value), range.empty() ? absent() : str(range)});
  cnx_source_start from{};
  from.struct_size = sizeof from;
  from.position_stride = sizeof(cnx_position);
  from.position_count = raw.size();
  from.positions = raw.data();
  from.range_stride = sizeof(cnx_range);
  cnx_source_plan plan{};
  plan.struct_size = sizeof plan;
  const Called called =
      call(report, "start", [&](cnx_error* e) { return made.table().start(made.self(), &from, &plan, e); });
  if (called.status != CNX_OK) {
    report.not_tried("start: " + called.message);
    return false;
  }
  out.range_id = std::string(view(plan.range_id));
  out.bounded = plan.bounded != 0;
  return out.started = true;
}

inline void take(const cnx_source_batch& batch, Polled& out) {
  if (batch.records == nullptr) return;
  out.acked.add(*batch.records);
  const char* at = reinterpret_cast<const char*>(batch.positions);
  for (std::uint64_t i = 0; i < batch.position_count; ++i, at += batch.position_stride) {
    const auto& position = *reinterpret_cast<const cnx_position*>(at);
    if (is_absent(position.value))
      out.after.erase(std::string(view(position.key)));
    else
      out.after[std::string(view(position.key))] = view(position.value);
  }
  if (batch.position_count > 0 && out.after_first.empty()) {
    out.after_first = out.after;
    out.first = out.acked;
  }
  if (batch.records->release != nullptr) batch.records->release(batch.records);
}

inline void poll_for(Patience patience, Report& report, Made<cnx_source>& made, Polled& out) {
  for (bool first = true; patience.lasts(); first = false) {
    cnx_source_batch batch{};
    batch.struct_size = sizeof batch;
    const Called called = call(report, "poll", [&](cnx_error* e) {
      return made.table().poll(made.self(), made.host.monotonic_ns() + kWaitNs, &batch, e);
    });
    if (called.status == CNX_FATAL && !first)
      return report.fault("poll failed for good after it had worked: " + called.message);
    if (called.status != CNX_OK && called.status != CNX_END) return report.not_tried("poll: " + called.message);
    const bool empty = watch::is_empty(batch);
    report.calling("release of what poll gave");
    take(batch, out);
    report.calling("acked");
    if (!empty) made.table().acked(made.self());
    out.complete = called.status == CNX_END;
    out.ended = out.complete || (!out.bounded && batch.records == nullptr);
    if (out.complete) return;
    patience.polled(empty);
  }
}
inline void poll_on(Report& report, Made<cnx_source>& made, Polled& out) {
  poll_for(Patience(out.bounded), report, made, out);
}
/// For a check that makes hundreds of lives and compares none.
inline void poll_some(Report& report, Made<cnx_source>& made, Polled& out) {
  poll_for(Patience(false), report, made, out);
}

/// One life. `polls`: how it is polled and acked.
inline Polled run(Report& report, const cnx_component& component, const Pairs& config,
                  const std::map<std::string, std::string>& positions = {}, const std::string& range = "",
                  void (*polls)(Report&, Made<cnx_source>&, Polled&) = &poll_on) {
  Polled out;
  Made<cnx_source> made(report, component, config);
  if (made.self() == nullptr || !start(report, made, positions, out, range)) return out;
  polls(report, made, out);
  if (!made.host.health().empty()) out.health = made.host.health().back();
  report.calling("stop");
  made.table().stop(made.self());
  report.calling("stop, a second time");
  made.table().stop(made.self());
  return out;
}

/// What `head`, and `rest` behind it, gave beside the whole.
inline Comparison compare(GivenRecords head, const Polled& rest, const Polled& whole) {
  head.add(rest.acked);
  const bool both_ended = rest.ended && whole.ended;  // a slow source's last poll may have nothing, too
  return {head, rest.complete || both_ended, whole.acked, whole.complete || both_ended};
}

inline std::string why_none(const Polled& whole) {
  if (whole.complete)
    return "the source said its end without any; what is asked for has to lie before 2023-11-14 22:13:20 UTC, where "
           "the suite's clock stands";
  return std::to_string(Patience::kPolls) + " polls gave none" +
         (whole.health.empty() ? "" : "; it says: " + whole.health);
}

/// Whether a source without an end keeps one order over all keys, as far as two lives tell: then others have to. One
/// with an end may have been held up, before two orders could show.
inline bool is_ordered(const Polled& whole, const Comparison& again) { return !whole.bounded && again.tells_order(); }

inline void judge(Report& report, const Comparison& found, bool ordered, const std::string& fault) {
  using Result = Comparison::Result;
  if (found.result() == Result::kOther || (found.result() == Result::kUnknown && ordered))
    report.fault(fault + ": " + found.where());
  else if (found.result() == Result::kUnknown)
    report.not_tried("whether lives agree: " + found.where() +
                     ", and no life came to its end; give an input that ends earlier");
}

}  // namespace detail

/// Instances that never start: destroyed at once, stopped, stopped twice.
inline void check_source_orders(Report& report, const cnx_component& component, const Pairs& config) {
  {
    const Made<cnx_source> never_started(report, component, config);
  }
  Made<cnx_source> made(report, component, config);
  if (made.self() == nullptr) return;
  report.calling("stop without start");
  made.table().stop(made.self());
  report.calling("stop, a second time");
  made.table().stop(made.self());
}

/// A life of polls, the same again, and on from where the first position was.
inline void check_source(Report& report, const cnx_component& component, const Pairs& config) {
  check_source_orders(report, component, config);
  const Polled whole = detail::run(report, component, config);
  if (!whole.started) return;
  const Comparison again = detail::compare({}, detail::run(report, component, config), whole);
  const bool ordered = detail::is_ordered(whole, again);
  detail::judge(report, again, false, "a second instance with the same input and clock gave other records");
  if (whole.acked.empty()) return report.not_tried("records and positions: " + detail::why_none(whole));
  if (whole.after_first.empty())
    return report.not_tried("no poll gave a position, so that going on from one was not tried");
  const Polled rest = detail::run(report, component, config, whole.after_first, whole.range_id);
  detail::judge(report, detail::compare(whole.first, rest, whole), ordered,
                "an instance that starts from the position of the first batch does not go on behind it: records would "
                "be lost or come twice");
}

/// A cancel while poll is running, before it, and of an instance that never started.
inline void check_source_cancel(Report& report, const cnx_component& component, const Pairs& config) {
  {
    Made<cnx_source> idle(report, component, config);
    if (idle.self() == nullptr) return;
    report.calling("cancel before start");
    idle.table().cancel(idle.self());
  }
  Made<cnx_source> made(report, component, config);
  Polled out;
  if (made.self() == nullptr || !detail::start(report, made, {}, out, "")) return;
  std::atomic<bool> cancelled{false};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    made.table().cancel(made.self());
    made.host.stop();
    cancelled = true;
  });
  Called last{CNX_OK, ""};
  while (!cancelled || last.status == CNX_OK) {
    const bool after = cancelled;
    cnx_source_batch batch{};
    batch.struct_size = sizeof batch;
    last = call(report, "poll while it is cancelled", [&](cnx_error* e) {
      return made.table().poll(made.self(), made.host.monotonic_ns() + detail::kWaitNs, &batch, e);
    });
    const bool owed = (last.status == CNX_OK || last.status == CNX_END) && !watch::is_empty(batch);
    if (batch.records != nullptr) batch.records->release(batch.records);
    if (owed) made.table().acked(made.self());
    const bool failed = last.status == CNX_AUTH || last.status == CNX_CONFIG || last.status == CNX_FATAL;
    if (failed) report.not_tried("cancel while it polls: " + last.message);
    if (failed || (after && last.status != CNX_CANCELLED)) break;  // the proxy tells of the latter
  }
  other.join();
  report.calling("stop");
  made.table().stop(made.self());
}

}  // namespace cnx::testing::kit
