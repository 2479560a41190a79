// SPDX-License-Identifier: Apache-2.0
//
// Named points between the steps of the delivery protocols, at which a test makes this process die, fail, wait or hang
// (docs/delivery.md). Off unless the environment variable CNX_FAULT_POINTS arms them:
//
//   POINT=ACTION[@N|@N+|@N-M][;…]     e.g. sink.commit.before=crash@3;source.produce.after=delay:200@2+
//
// N: the how-manieth passing of the point in this process, over all tasks; 1 when absent. Actions: crash (SIGKILL),
// error (the step fails as a passing fault; at a point behind a step it was done and its answer is lost), delay:MS,
// hang (for ever), jump:MS (the wall clock of base/clock.h jumps). The point `thread.start` (base/thread.h) is no step
// of a protocol, and not among points().
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::host::faults {

/// The steps of the host that have a point `.before` and a point `.after`; `sink.dead_letter` has `.sent` as well.
/// Plugins have points of their own, which begin with the plugin's name.
[[nodiscard]] std::span<const std::string_view> points();

/// Arms from a text in the form above; "" arms nothing. Before threads are started. Error: what is wrong with it.
[[nodiscard]] Status arm(std::string_view text);
/// Ends what arm() began. For tests.
void disarm();

namespace detail {
extern std::atomic<bool> armed;
[[nodiscard]] Status pass(std::string_view point);
}  // namespace detail

[[nodiscard]] inline bool armed() { return detail::armed.load(std::memory_order_relaxed); }

/// Passes a point. An error (retry) when the point is armed to fail now. [any thread]
[[nodiscard]] inline Status pass(std::string_view point) { return armed() ? detail::pass(point) : Status(); }

/// Runs `call` between the points `step`.before and `step`.after. [any thread]
template <class Call>
[[nodiscard]] auto around(std::string_view step, Call&& call) -> decltype(call()) {
  if (!armed()) return call();
  CNX_TRY(detail::pass(std::string(step) + ".before"));
  auto done = call();
  if (!done.ok()) return done;
  CNX_TRY(detail::pass(std::string(step) + ".after"));
  return done;
}

/// How far the wall clock has jumped. [any thread]
[[nodiscard]] std::int64_t clock_jump_us();

}  // namespace cnx::host::faults
