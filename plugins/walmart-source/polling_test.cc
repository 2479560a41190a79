// SPDX-License-Identifier: Apache-2.0
//
// The source without bounds: rounds, the re-read, versions, and what survives a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <map>
#include <random>
#include <set>

#include "testing/source_rig.h"

namespace walmart {
namespace {

using ::testing::HasSubstr;
using testing::kNowMs;
using testing::parameter;
using testing::SourceRig;

constexpr std::int64_t kMinuteMs = 60'000;

/// Polls until so much of the fake time has passed.
void poll_for(SourceRig& rig, std::int64_t ms) {
  const std::int64_t end = rig.host.monotonic_ns() + ms * 1'000'000;
  while (rig.host.monotonic_ns() < end) {
    const auto polled = rig.poll(1000);
    ASSERT_TRUE(polled.ok()) << polled.error().message;
    ASSERT_TRUE(*polled);
  }
}

std::int64_t now_ms(const SourceRig& rig) { return rig.host.now_us() / 1000; }

/// What an API whose clock is so far behind the rig's says in its Date header.
std::string date_behind(const SourceRig& rig, std::int64_t ms) {
  const auto theirs = static_cast<std::time_t>((now_ms(rig) - ms) / 1000);
  char date[64];
  std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&theirs));
  return date;
}

/// Each version of each order that the API has now, once.
std::multiset<std::string> versions(const SourceRig& rig) {
  std::multiset<std::string> out;
  for (const auto& record : rig.sent) out.insert(record.value.substr(record.value.find("\"purchaseOrderId\"")));
  return out;
}

TEST(Polling, AsksForCreationWithin179DaysBesideTheChange) {
  SourceRig rig({{"start.from", "1h"}});
  ASSERT_FALSE(rig.start()->bounded);
  ASSERT_TRUE(rig.poll(1000).ok());
  const std::string& target = rig.walmart.requests.back().target;
  EXPECT_EQ(parameter(target, "createdStartDate"), "2026-05-28T08:00:00Z");
  EXPECT_EQ(parameter(target, "createdEndDate"), "");
  EXPECT_NE(parameter(target, "lastModifiedStartDate"), "");
}

TEST(Polling, SendsOldOrdersWhenTheyChange) {
  SourceRig rig({{"start.from", "1h"}});
  const std::string old = rig.walmart.add(kNowMs - 100LL * 86'400'000).id;
  rig.walmart.change(old, kNowMs - 10 * kMinuteMs);
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 1000);
  ASSERT_EQ(rig.sent.size(), 1u);
  rig.walmart.change(old, now_ms(rig));
  poll_for(rig, 3 * kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 2u);
}

TEST(Polling, SendsEachVersionOnceThoughItIsReadAgainEveryRound) {
  SourceRig rig({{"start.from", "1h"}, {"poll.interval.ms", "10000"}});
  for (int i = 0; i < 50; ++i) rig.walmart.add(kNowMs - i * kMinuteMs / 2);
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 20 * kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 50u);
  EXPECT_GT(rig.host.metric("walmart_orders_repeated_total"), 500);
}

TEST(Polling, FindsWhatShowsLateWithinTheReRead) {
  for (const char* by : {"created", "lastModified"}) {
    SourceRig rig({{"start.from", "1h"}, {"poll.by", by}, {"poll.interval.ms", "10000"}});
    ASSERT_TRUE(rig.start().ok());
    poll_for(rig, kMinuteMs);
    rig.walmart.add(now_ms(rig) - 10 * kMinuteMs);
    poll_for(rig, kMinuteMs);
    EXPECT_EQ(rig.sent.size(), 1u) << by;
  }
}

TEST(Polling, ByCreationLeavesChangesAlone) {
  SourceRig rig({{"start.from", "1h"}, {"poll.by", "created"}, {"poll.interval.ms", "10000"}});
  const std::string id = rig.walmart.add(kNowMs - 5 * kMinuteMs).id;
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, kMinuteMs);
  rig.walmart.change(id, now_ms(rig));
  poll_for(rig, 30 * kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 1u);
}

/// A version that has another hash after an upgrade would be sent once more.
TEST(Polling, HoldsTheHashOfAnOrdersBytesInItsPosition) {
  SourceRig rig({{"start.from", "1h"}});
  ASSERT_EQ(rig.walmart.add(kNowMs - 10 * kMinuteMs).body,
            R"({"purchaseOrderId":"108800000000001", "orderDate":1795420200000,"amount":10.50,"version":1})");
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 1000);
  ASSERT_EQ(rig.sent.size(), 1u);
  ASSERT_EQ(rig.positions.size(), 1u);
  EXPECT_EQ(
      rig.positions.begin()->second,
      R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T07:45:00Z","sent":[{"until":"2026-11-23T08:00:03Z","orders":{"108800000000001":"6e858e299ee0727e"}}]})");
}

TEST(Polling, KeepsThePositionSmall) {
  SourceRig rig({{"start.from", "1h"}, {"poll.interval.ms", "10000"}});
  for (int i = 0; i < 2000; ++i) rig.walmart.add(kNowMs - 3'500'000 + i * 1000);
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, kMinuteMs);
  ASSERT_EQ(rig.positions.size(), 1u);
  EXPECT_LT(rig.positions.begin()->second.size(), 80'000u);  // an hour's window of them
  poll_for(rig, 40 * kMinuteMs);
  EXPECT_LT(rig.positions.begin()->second.size(), 100u);
}

TEST(Polling, FreezesItsFirstStart) {
  SourceRig rig({{"start.from", "30h"}});
  rig.walmart.add(kNowMs - 29 * 3'600'000LL);
  rig.walmart.take_time(rig.host, [](const HttpRequest&) { return 100; });
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.poll(0).ok());  // dies before it has read anything
  EXPECT_THAT(rig.positions.begin()->second, HasSubstr(R"("done":"2026-11-22T02:00:00Z")"));
  rig.host.advance_ms(5 * 3'600'000);
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 1u);
}

TEST(Polling, DoesNotTakeATimeAsReadThatTheApiHasNotSeen) {
  SourceRig rig({{"start.from", "1h"}, {"poll.interval.ms", "10000"}});
  constexpr std::int64_t kAheadMs = 3'600'000;  // far more than the re-read
  rig.walmart.bend([&](const HttpRequest&, HttpResponse& answer) {
    const EpochSeconds theirs = (now_ms(rig) - kAheadMs) / 1000;
    answer.headers.emplace_back("date", theirs == (kNowMs - kAheadMs) / 1000 ? "Mon, 23 Nov 2026 07:00:00 GMT"
                                                                             : "Mon, 23 Nov 2026 07:10:00 GMT");
  });
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 1000);
  rig.host.advance_ms(10 * kMinuteMs);
  rig.walmart.add(now_ms(rig) - kAheadMs - 1000);  // just made, by their clock
  poll_for(rig, kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 1u);
}

TEST(Polling, LeavesNoGapWhenOrdersAreMadeWhileAFastClockWalksIntoTheFuture) {
  SourceRig rig({{"start.from", "3h"}, {"poll.interval.ms", "10000"}});
  constexpr std::int64_t kAheadMs = 3'600'000;
  int answers = 0;
  rig.walmart.bend([&](const HttpRequest&, HttpResponse& answer) {
    answer.headers.emplace_back("date", date_behind(rig, kAheadMs));
    // Each answer takes a minute, and a minute later there is a new order.
    rig.host.advance_ms(kMinuteMs);
    if (++answers <= 8) rig.walmart.add(now_ms(rig) - kAheadMs);
  });
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 40 * kMinuteMs);
  EXPECT_GE(answers, 8);
  EXPECT_EQ(rig.sent.size(), 8u);
}

TEST(Polling, ReadsAgainWhatWasReadBehindATimeThatNobodyHasSeen) {
  SourceRig rig({{"start.from", "1h"}, {"poll.interval.ms", "10000"}, {"reread.window.ms", "0"}});
  constexpr std::int64_t kAheadMs = 5 * kMinuteMs;
  rig.host.advance_ms(2 * kMinuteMs);  // 08:02, so that there is a window behind the full hour; by the API it is 07:57
  const std::int64_t began_ms = now_ms(rig);
  rig.walmart.bend([&](const HttpRequest&, HttpResponse& answer) {
    answer.headers.emplace_back("date", date_behind(rig, kAheadMs));
  });
  rig.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    const bool second = parameter(request.target, "lastModifiedStartDate") == "2026-11-23T07:59:59Z";
    if (!second || now_ms(rig) > began_ms + 210'000) return std::nullopt;
    return HttpResponse{503, {}, ""};
  });
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 30'000);
  rig.walmart.add(now_ms(rig) - kAheadMs);  // after the answer for the first window, before that for the second
  poll_for(rig, 165'000);
  EXPECT_TRUE(rig.sent.empty()) << "the second window is not there yet";
  rig.walmart.add(now_ms(rig) - kAheadMs);  // in the second window
  poll_for(rig, 10 * kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 2u);
  EXPECT_EQ(versions(rig).count(rig.walmart.orders()[0].body.substr(1)), 1u);
}

TEST(Polling, BeginsARoundWhenAllOfTheOneBeforeIsHandedOver) {
  SourceRig rig({{"start.from", "5h"}, {"poll.interval.ms", "1000"}});
  for (int i = 1; i <= 30; ++i) rig.walmart.add(kNowMs - i * 10 * kMinuteMs + 1);
  // Longer than the interval, and the last one comes within a poll.
  rig.walmart.take_time(rig.host, [](const HttpRequest&) { return 5300; });
  ASSERT_TRUE(rig.start().ok());
  poll_for(rig, 2 * kMinuteMs);
  EXPECT_EQ(rig.sent.size(), 30u) << "each once";
  EXPECT_GT(rig.host.metric("walmart_windows_total"), 10) << "there were more rounds";
}

class PollingCrash : public ::testing::TestWithParam<const char*> {};

TEST_P(PollingCrash, NeitherLosesNorRepeatsWhereverTheProcessDies) {
  const bool by_change = std::string_view(GetParam()) == "lastModified";
  for (unsigned seed = 1; seed <= 25; ++seed) {
    std::mt19937 random(seed);
    SourceRig rig({{"start.from", "8h"},
                   {"poll.by", GetParam()},
                   {"poll.interval.ms", "30000"},
                   {"batch.size", "7"},
                   {"page.size", "10"},
                   {"window.max.orders", "25"}});
    std::multiset<std::string> expected;
    const auto made = [&](const testing::FakeOrder& order) { expected.insert(order.body); };
    for (int i = 0; i < 150; ++i) made(rig.walmart.add(kNowMs - static_cast<std::int64_t>(random() % (7 * 3'600'000))));
    for (int life = 0; life < 30; ++life) {
      ASSERT_TRUE(rig.start().ok());
      for (unsigned polls = random() % 12; polls > 0; --polls)
        ASSERT_TRUE(rig.poll(5000, polls == 1 && random() % 2 == 0).ok());
      if (life % 7 == 6) rig.host.advance_ms(static_cast<std::int64_t>(random() % 7'200'000));  // down for a while
      made(rig.walmart.add(now_ms(rig) - 1));
      if (by_change && life % 3 == 0) {
        auto& order = rig.walmart.orders()[random() % rig.walmart.orders().size()];
        poll_for(rig, 0);
        rig.walmart.change(order.id, now_ms(rig) + 1);
        rig.host.advance_ms(10);
      }
    }
    ASSERT_TRUE(rig.start().ok());
    poll_for(rig, 20 * kMinuteMs);
    const auto sent = versions(rig);
    std::set<std::string> distinct(sent.begin(), sent.end());
    EXPECT_EQ(distinct.size(), sent.size()) << "seed " << seed << ": a version was sent twice";
    for (const auto& order : rig.walmart.orders())
      EXPECT_EQ(sent.count(order.body.substr(1)), 1u) << "seed " << seed << ": " << order.body;
  }
}

INSTANTIATE_TEST_SUITE_P(ByEither, PollingCrash, ::testing::Values("created", "lastModified"));

}  // namespace
}  // namespace walmart
