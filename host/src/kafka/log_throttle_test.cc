// SPDX-License-Identifier: Apache-2.0
#include "kafka/log_throttle.h"

#include <gtest/gtest.h>

namespace cnx::host::kafka {
namespace {

TEST(LogThrottle, LetsTheFirstLineOfEachKindThrough) {
  ManualClock clock;
  LogThrottle throttle(clock, 1000);
  EXPECT_EQ(throttle.admit("FAIL"), 0U);
  EXPECT_EQ(throttle.admit("ERROR"), 0U);
}

TEST(LogThrottle, CountsWhatItLeftOutAndSaysSoAfterTheInterval) {
  ManualClock clock;
  LogThrottle throttle(clock, 1000);
  EXPECT_EQ(throttle.admit("FAIL"), 0U);
  EXPECT_EQ(throttle.admit("FAIL"), std::nullopt);
  clock.advance_ms(999);
  EXPECT_EQ(throttle.admit("FAIL"), std::nullopt);
  clock.advance_ms(1);
  EXPECT_EQ(throttle.admit("FAIL"), 2U);
  EXPECT_EQ(throttle.admit("FAIL"), std::nullopt);
  clock.advance_ms(1000);
  EXPECT_EQ(throttle.admit("FAIL"), 1U);
}

}  // namespace
}  // namespace cnx::host::kafka
