// SPDX-License-Identifier: Apache-2.0
#include "backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace walmart {
namespace {

constexpr std::int64_t kMs = 1'000'000;

TEST(Backoff, DoublesUpToAMinuteBetweenHalfAndTheWhole) {
  Backoff backoff(3'600'000, 1);
  std::int64_t now = 5 * kMs;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(backoff.failed(now));
    const std::int64_t whole = std::min<std::int64_t>(60'000, 1000LL << i);
    EXPECT_GE(backoff.next_try_ns() - now, whole / 2 * kMs);
    EXPECT_LE(backoff.next_try_ns() - now, whole * kMs);
    now = backoff.next_try_ns();
  }
}

TEST(Backoff, GivesUpWhenTheNextTryWouldBeAfterTheTimeout) {
  Backoff backoff(10'000, 1);
  std::int64_t now = 0, gave_up = -1;
  while (gave_up < 0) {
    if (!backoff.failed(now)) gave_up = now;
    now = backoff.next_try_ns();
  }
  EXPECT_GT(gave_up, 1'000 * kMs);
  EXPECT_LE(gave_up, 10'000 * kMs);
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff(10'000, 1);
  ASSERT_TRUE(backoff.failed(0));
  backoff.succeeded();
  EXPECT_EQ(backoff.failing_for_ms(50'000 * kMs), 0);
  EXPECT_TRUE(backoff.failed(60'000 * kMs));
  EXPECT_EQ(backoff.failures(), 1);
}

TEST(Backoff, WithoutATimeoutGivesUpAtOnce) {
  Backoff backoff(0, 1);
  EXPECT_FALSE(backoff.failed(0));
}

TEST(Backoff, OnlyAddsToAWaitThatWasTold) {
  Backoff backoff(0, 1);
  for (int i = 0; i < 100; ++i) {
    const std::int64_t wait = backoff.with_jitter(5000);
    EXPECT_GE(wait, 5000);
    EXPECT_LE(wait, 5500);
  }
}

}  // namespace
}  // namespace walmart
