// SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace cnx::host {
namespace {

constexpr std::int64_t kLongMs = 600'000;  // a test that really waits this long has failed

TEST(StopToken, WithoutASourceIsNeverStopped) {
  const StopToken token;
  EXPECT_FALSE(token.requested());
  EXPECT_FALSE(token.wait_for(1));
}

TEST(StopToken, WaitEndsWithItsTime) {
  StopSource source;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(source.token().wait_for(5));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(5));
}

TEST(StopToken, NegativeWaitOnlyLooks) {
  StopSource source;
  EXPECT_FALSE(source.token().wait_for(-1));
  source.request();
  EXPECT_TRUE(source.token().wait_for(-1));
}

TEST(StopToken, LongestWaitDoesNotOverflow) {
  StopSource source;
  std::thread stopper([&source] { source.request(); });
  EXPECT_TRUE(source.token().wait_for(INT64_MAX));
  stopper.join();
}

TEST(StopSource, WakesEveryWaiterAtOnce) {
  StopSource source;
  std::atomic<int> woken{0};
  std::vector<std::thread> waiters;
  for (int i = 0; i < 4; ++i) {
    waiters.emplace_back([token = source.token(), &woken] {
      if (token.wait_for(kLongMs)) ++woken;
    });
  }
  source.request();
  for (auto& waiter : waiters) waiter.join();
  EXPECT_EQ(woken, 4);
}

TEST(StopSource, StopsItsChildrenAndTheirChildren) {
  StopSource process;
  StopSource connector(process.token());
  StopSource task(connector.token());
  std::thread waiter([token = task.token()] { EXPECT_TRUE(token.wait_for(kLongMs)); });
  process.request();
  waiter.join();
  EXPECT_TRUE(connector.requested());
}

TEST(StopSource, LeavesParentAndSiblingsAlone) {
  StopSource process;
  StopSource one(process.token());
  StopSource other(process.token());
  one.request();
  EXPECT_TRUE(one.requested());
  EXPECT_FALSE(other.requested());
  EXPECT_FALSE(process.requested());
}

TEST(StopSource, BornUnderAStoppedParentIsStopped) {
  StopSource process;
  process.request();
  const StopSource task(process.token());
  EXPECT_TRUE(task.requested());
}

TEST(StopSource, MayDieBeforeItsTokensAndItsParent) {
  StopSource process;
  StopToken token;
  {
    StopSource task(process.token());
    token = task.token();
  }
  process.request();  // the token keeps the task's state alive
  EXPECT_TRUE(token.requested());
}

TEST(StopSource, ToleratesStopsFromManyThreads) {
  StopSource process;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&process] {
      StopSource task(process.token());
      process.request();
      EXPECT_TRUE(task.requested());
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace cnx::host
