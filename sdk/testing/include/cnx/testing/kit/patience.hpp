// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace cnx::testing::kit {

/// How long a life of a source is polled. One without bounds has no end that could be waited for. One with bounds is
/// polled up to its end, since only whole lives tell whether records are missing, or come twice, whatever their order;
/// up to there it may neither be silent for as long as one without bounds is polled, nor go on for ever.
class Patience {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int kPolls = 50;  ///< of a life without bounds
  static constexpr int kMostPolls = 10'000;
  static constexpr std::chrono::seconds kLongest{5};  ///< behind the first kPolls

  explicit Patience(bool bounded, Clock::time_point now = Clock::now()) : bounded_(bounded), until_(now + kLongest) {}

  /// Whether to poll once more.
  [[nodiscard]] bool lasts(Clock::time_point now = Clock::now()) const {
    if (polls_ < kPolls) return true;
    return bounded_ && silent_ < kPolls && polls_ < kMostPolls && now < until_;
  }
  void polled(bool empty) {
    ++polls_;
    silent_ = empty ? silent_ + 1 : 0;
  }

 private:
  bool bounded_;
  Clock::time_point until_;
  int polls_ = 0;
  int silent_ = 0;  ///< how many of the last ones gave nothing
};

}  // namespace cnx::testing::kit
