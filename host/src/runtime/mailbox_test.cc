// SPDX-License-Identifier: Apache-2.0
#include "runtime/mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "runtime/testing/batches.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using namespace std::chrono_literals;

std::int64_t first_offset(const Mailbox::Item& item) {
  return std::get<std::unique_ptr<SealedBatch>>(item)->records.front().offset;
}
bool push(Mailbox& mailbox, std::int64_t first, std::int64_t last) {
  auto batch = sealed(range(0, first, last));
  return mailbox.push(batch);
}

const std::uint64_t kTenRecords = sealed(range(0, 0, 9))->bytes();

TEST(Mailbox, GivesBatchesInOrder) {
  Mailbox mailbox(1 << 20);
  ASSERT_TRUE(push(mailbox, 0, 1));
  ASSERT_TRUE(push(mailbox, 2, 3));
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 0);
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 2);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(mailbox.take(0ms)));
}

TEST(Mailbox, OrdersOvertakeBatchesAndKeepTheirOwnOrder) {
  Mailbox mailbox(1 << 20);
  std::string ran;
  ASSERT_TRUE(push(mailbox, 0, 1));
  ASSERT_TRUE(mailbox.post([&] { ran += "a"; }));
  ASSERT_TRUE(mailbox.post([&] { ran += "b"; }));
  EXPECT_TRUE(mailbox.has_order());
  for (int i = 0; i < 2; ++i) {
    auto item = mailbox.take(0ms);
    ASSERT_TRUE(std::holds_alternative<Mailbox::Order>(item));
    std::get<Mailbox::Order>(item)();
  }
  EXPECT_EQ(ran, "ab");
  EXPECT_FALSE(mailbox.has_order());
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 0);
}

TEST(Mailbox, AFullOneLetsTheNextBatchWaitUntilThereIsRoom) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 9));
  std::atomic<bool> in{false};
  std::thread reader([&] {
    EXPECT_TRUE(push(mailbox, 10, 11));
    in = true;
  });
  EXPECT_FALSE(in);
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 0);
  reader.join();
  EXPECT_TRUE(in);
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 10);
}

TEST(Mailbox, ABatchLargerThanTheBoundPassesAlone) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 99));
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 0);
  ASSERT_TRUE(push(mailbox, 100, 101));
}

TEST(Mailbox, ABatchWithoutRecordsAlwaysHasRoom) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 9));
  auto end = sealed({}, {{0, 10}});
  EXPECT_TRUE(mailbox.push(end));
}

TEST(Mailbox, ClosingWakesAWaitingReaderWhichKeepsItsBatch) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 9));
  auto batch = sealed(range(0, 10, 19));
  auto pushed = std::async(std::launch::async, [&] { return mailbox.push(batch); });
  mailbox.close();
  EXPECT_FALSE(pushed.get());
  ASSERT_NE(batch, nullptr);
  EXPECT_EQ(batch->records.size(), 10u);
}

TEST(Mailbox, AStopEndsTheWaitForRoom) {
  Mailbox mailbox(kTenRecords);
  StopSource stop;
  ASSERT_TRUE(push(mailbox, 0, 9));
  auto batch = sealed(range(0, 10, 19));
  auto pushed = std::async(std::launch::async, [&] { return mailbox.push(batch, stop.token()); });
  stop.request();
  EXPECT_FALSE(pushed.get());
  EXPECT_NE(batch, nullptr);
}

TEST(Mailbox, WhoWantsToMakeABatchWaitsUntilItCouldGoIn) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 5));
  const std::uint64_t six = sealed(range(0, 10, 15))->bytes();
  mailbox.wait_for_room(sealed(range(0, 10, 11))->bytes());  // fits beside the first
  std::atomic<bool> room{false};
  std::thread reader([&] {
    mailbox.wait_for_room(six);
    room = true;
  });
  EXPECT_FALSE(room);
  EXPECT_EQ(first_offset(mailbox.take(0ms)), 0);
  reader.join();
  EXPECT_TRUE(room);
}

TEST(Mailbox, AStopAndTheEndOfTheMailboxEndTheWaitOfWhoWantsToMakeABatch) {
  Mailbox mailbox(kTenRecords);
  ASSERT_TRUE(push(mailbox, 0, 9));
  StopSource stop;
  auto stopped = std::async(std::launch::async, [&] { mailbox.wait_for_room(kTenRecords, stop.token()); });
  stop.request();
  stopped.get();
  auto closed = std::async(std::launch::async, [&] { mailbox.wait_for_room(kTenRecords); });
  mailbox.close();
  closed.get();
}

TEST(Mailbox, AfterClosingNothingGoesInAndEverythingComesOut) {
  Mailbox mailbox(1 << 20);
  ASSERT_TRUE(push(mailbox, 0, 1));
  ASSERT_TRUE(mailbox.post([] {}));
  mailbox.close();
  EXPECT_TRUE(mailbox.closed());
  EXPECT_FALSE(mailbox.finished());
  EXPECT_FALSE(push(mailbox, 2, 3));
  EXPECT_FALSE(mailbox.post([] {}));
  EXPECT_TRUE(std::holds_alternative<Mailbox::Order>(mailbox.take(1h)));
  EXPECT_EQ(first_offset(mailbox.take(1h)), 0);
  EXPECT_TRUE(mailbox.finished());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(mailbox.take(1h))) << "and without a wait";
}

TEST(Mailbox, SaysThatItIsIdleOnlyWhenThereIsNothingToDo) {
  Mailbox mailbox(1 << 20);
  int idle = 0;
  mailbox.set_on_idle([&] {
    EXPECT_TRUE(mailbox.writer_is_idle());
    ++idle;
  });
  ASSERT_TRUE(push(mailbox, 0, 1));
  ASSERT_TRUE(mailbox.post([] {}));
  static_cast<void>(mailbox.take(0ms));
  static_cast<void>(mailbox.take(0ms));
  EXPECT_EQ(idle, 0);
  EXPECT_FALSE(mailbox.writer_is_idle());
  static_cast<void>(mailbox.take(0ms));
  EXPECT_EQ(idle, 1);
  EXPECT_FALSE(mailbox.writer_is_idle()) << "take() has returned";
}

TEST(Mailbox, WhatComesDuringTheIdleCallIsTakenAtOnce) {
  Mailbox mailbox(1 << 20);
  mailbox.set_on_idle([&] { EXPECT_TRUE(push(mailbox, 5, 6)); });
  EXPECT_EQ(first_offset(mailbox.take(1h)), 5);
}

TEST(Mailbox, AnOrderEndsAWaitForOrders) {
  Mailbox mailbox(1 << 20);
  auto waiting = std::async(std::launch::async, [&] { mailbox.wait_for_order(1h); });
  ASSERT_TRUE(mailbox.post([] {}));
  waiting.get();
  EXPECT_TRUE(mailbox.has_order());
}

TEST(Mailbox, NothingIsLostBetweenManyThreads) {
  constexpr std::int64_t kBatches = 500;
  constexpr int kPosters = 3;
  constexpr int kOrders = 300;
  Mailbox mailbox(kTenRecords);
  std::atomic<std::int64_t> wakes{0};
  mailbox.set_on_idle([&] { ++wakes; });
  std::thread reader([&] {
    for (std::int64_t i = 0; i < kBatches; ++i) {
      EXPECT_TRUE(push(mailbox, i * 10, i * 10 + i % 10));
      static_cast<void>(mailbox.writer_is_idle());
    }
  });
  std::atomic<int> ran{0};
  std::vector<std::thread> posters;
  for (int t = 0; t < kPosters; ++t)
    posters.emplace_back([&] {
      for (int i = 0; i < kOrders; ++i) EXPECT_TRUE(mailbox.post([&] { ++ran; }));
    });
  std::int64_t next = 0;
  std::thread writer([&] {
    while (!mailbox.finished()) {
      auto item = mailbox.take(1s);
      if (auto* order = std::get_if<Mailbox::Order>(&item)) (*order)();
      if (!std::holds_alternative<std::unique_ptr<SealedBatch>>(item)) continue;
      EXPECT_EQ(first_offset(item), next * 10);
      ++next;
    }
  });
  reader.join();
  for (auto& poster : posters) poster.join();
  mailbox.close();
  writer.join();
  EXPECT_EQ(next, kBatches);
  EXPECT_EQ(ran, kPosters * kOrders);
}

}  // namespace
}  // namespace cnx::host::runtime
