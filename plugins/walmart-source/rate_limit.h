// SPDX-License-Identifier: Apache-2.0
//
// The account's bucket of calls as the API's answers tell it, so that calls go out as fast as it fills and are not
// refused.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "verdict.h"

namespace walmart {

/// Knows what the bucket holds at the least: what an answer told, less all calls that may have been taken out since,
/// plus what has run in. Nothing is known of its size or its filling: the filling is measured, and an error in it is
/// corrected by the next answer. What is held back for certainty stays in the bucket and does not slow the stream.
/// Times are monotonic nanoseconds. One thread.
class RateLimit {
 public:
  /// An answer to one of the calls that are out has to come first.
  static constexpr std::int64_t kAfterAnAnswer = std::numeric_limits<std::int64_t>::max();

  /// A call that is out.
  struct Sent {
    std::int64_t answers_before = 0;
  };

  /// From when a call may go out. While nothing was heard, one at a time; without a limit in the answers, always.
  [[nodiscard]] std::int64_t ready_ns(std::int64_t now_ns) const;
  [[nodiscard]] Sent send();
  /// `left` as the answer told; empty: it told nothing.
  void answered(const Sent& call, std::int64_t now_ns, const std::optional<CallsLeft>& left);
  /// A 429: nothing is in the bucket until `until_ns`.
  void throttled(const Sent& call, std::int64_t now_ns, std::int64_t until_ns);
  /// No answer came, and none will.
  void lost(const Sent& call);

 private:
  struct Sample {
    std::int64_t at_ns = 0;
    std::int64_t left = 0;
    std::int64_t reports = 0;
  };

  void measure(std::int64_t now_ns, std::int64_t left);

  bool heard_ = false;  ///< an answer came
  bool told_ = false;   ///< it told what is left
  // As of the last answer that told:
  std::int64_t level_ = 0;  ///< at least
  bool dry_ = false;        ///< nothing was left: one call is there at filled_ns_
  std::int64_t filled_ns_ = 0;
  std::int64_t told_ns_ = 0;
  std::int64_t spent_ = 0;  ///< calls that were out then or went out later

  std::int64_t out_ = 0;
  std::int64_t answers_ = 0;
  double per_ns_ = 0;  ///< how fast the bucket fills, rather too little
  std::int64_t reports_ = 0;
  std::optional<Sample> older_, newer_;  ///< the filling is measured since `older_`
};

}  // namespace walmart
