// SPDX-License-Identifier: Apache-2.0
#include "errors/backoff.h"

#include <gtest/gtest.h>

namespace cnx::host::errors {
namespace {

void expect_about(std::int64_t actual, std::int64_t expected) {
  EXPECT_GE(actual, expected * 8 / 10);
  EXPECT_LE(actual, expected * 12 / 10);
}

TEST(Backoff, DoublesUpToItsLimit) {
  Backoff backoff(100, 1000);
  for (const std::int64_t expected : {100, 200, 400, 800}) expect_about(backoff.next_ms(), expected);
  for (int i = 0; i < 100; ++i) {
    const std::int64_t wait = backoff.next_ms();
    EXPECT_LE(wait, 1000);
    EXPECT_GE(wait, 800);
  }
}

TEST(Backoff, BeginsAnewAfterAReset) {
  Backoff backoff(100, 100'000);
  for (int i = 0; i < 8; ++i) (void)backoff.next_ms();
  backoff.reset();
  expect_about(backoff.next_ms(), 100);
}

TEST(Backoff, SpreadsWaitsSoThatTasksDoNotComeBackTogether) {
  Backoff a(100'000, 1'000'000);
  Backoff b(100'000, 1'000'000);
  bool differ = false;
  for (int i = 0; i < 4; ++i) differ = differ || a.next_ms() != b.next_ms();
  EXPECT_TRUE(differ);
}

TEST(Backoff, AFirstWaitOfZeroDoesNotSpinForEver) {
  Backoff backoff(0, 1000);
  EXPECT_EQ(backoff.next_ms(), 0);
  std::int64_t last = 0;
  for (int i = 0; i < 20; ++i) last = backoff.next_ms();
  EXPECT_GE(last, 800);
}

TEST(Backoff, NeverOverflows) {
  Backoff backoff(1, 600'000);
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t wait = backoff.next_ms();
    ASSERT_GE(wait, 0);
    ASSERT_LE(wait, 600'000);
  }
}

TEST(RestartPolicy, WaitsLongerAfterEachQuickFailureUpToTenMinutes) {
  RestartPolicy policy;
  expect_about(policy.wait_ms(10), 1000);
  expect_about(policy.wait_ms(10), 2000);
  expect_about(policy.wait_ms(10), 4000);
  for (int i = 0; i < 20; ++i) (void)policy.wait_ms(10);
  const std::int64_t longest = policy.wait_ms(10);
  EXPECT_LE(longest, 600'000);
  EXPECT_GE(longest, 480'000);
}

TEST(RestartPolicy, AMinuteOfCalmBeginsAnew) {
  RestartPolicy policy;
  for (int i = 0; i < 4; ++i) (void)policy.wait_ms(10);
  expect_about(policy.wait_ms(RestartPolicy::kCalmMs), 1000);
}

TEST(RestartPolicy, CalmHasToLastAsLongAsTheLastWait) {
  RestartPolicy policy;
  for (int i = 0; i < 20; ++i) (void)policy.wait_ms(10);  // last wait: about ten minutes
  EXPECT_GT(policy.wait_ms(RestartPolicy::kCalmMs), 100'000);
  expect_about(policy.wait_ms(600'000), 1000);
}

}  // namespace
}  // namespace cnx::host::errors
