// SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
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

TEST(StopCallback, IsMadeOnceAtTheStop) {
  StopSource source;
  int calls = 0;
  const StopCallback callback(source.token(), [&calls] { ++calls; });
  EXPECT_EQ(calls, 0);
  source.request();
  source.request();
  EXPECT_EQ(calls, 1);
}

TEST(StopCallback, HearsOfTheStopOfAParent) {
  StopSource parent;
  const StopSource child(parent.token());
  bool called = false;
  const StopCallback callback(child.token(), [&called] { called = true; });
  parent.request();
  EXPECT_TRUE(called);
}

TEST(StopCallback, IsMadeAtOnceWhenTheStopWasBefore) {
  StopSource source;
  source.request();
  bool called = false;
  const StopCallback callback(source.token(), [&called] { called = true; });
  EXPECT_TRUE(called);
}

TEST(StopCallback, IsNotMadeOnceDestroyed) {
  StopSource source;
  bool called = false;
  {
    const StopCallback callback(source.token(), [&called] { called = true; });
  }
  source.request();
  EXPECT_FALSE(called);
}

TEST(StopCallback, ItsDestructorWaitsForACallUnderWay) {
  StopSource source;
  std::atomic<bool> begun = false, go_on = false, ended = false;
  std::optional<StopCallback> callback(std::in_place, source.token(), [&] {
    begun = true;
    begun.notify_all();
    go_on.wait(false);
    ended = true;
  });
  std::thread stopper([&source] { source.request(); });
  begun.wait(false);
  std::thread releaser([&go_on] {
    go_on = true;
    go_on.notify_all();
  });
  callback.reset();
  EXPECT_TRUE(ended);
  releaser.join();
  stopper.join();
}

}  // namespace
}  // namespace cnx::host
