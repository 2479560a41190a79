// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

namespace cnx::host {
namespace {

TEST(SystemClock, CountsMicrosecondsSinceTheEpoch) {
  constexpr std::int64_t kYear2020Us = 1577836800000000;
  constexpr std::int64_t kYear2200Us = 7258118400000000;
  const SystemClock clock;
  EXPECT_GT(clock.now_us(), kYear2020Us);
  EXPECT_LT(clock.now_us(), kYear2200Us);
}

TEST(SystemClock, NeverGoesBackMonotonically) {
  const SystemClock clock;
  const std::int64_t first = clock.monotonic_ns();
  EXPECT_GE(clock.monotonic_ns(), first);
}

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock(5'000);
  EXPECT_EQ(clock.now_us(), 5'000);
  clock.advance_ms(3);
  EXPECT_EQ(clock.now_us(), 8'000);
  EXPECT_EQ(clock.now_ms(), 8);
  EXPECT_EQ(clock.monotonic_ns(), 3'000'000);
}

TEST(ManualClock, JumpOfTheWallClockLeavesTheMonotonicOneAlone) {
  ManualClock clock(5'000);
  clock.set_now_us(1);
  EXPECT_EQ(clock.now_us(), 1);
  EXPECT_EQ(clock.monotonic_ns(), 0);
}

}  // namespace
}  // namespace cnx::host
