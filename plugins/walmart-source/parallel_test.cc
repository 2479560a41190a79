// SPDX-License-Identifier: Apache-2.0
//
// Windows that are fetched side by side: in which order their orders go out, what bounds them, and what one does to the
// others.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "testing/source_rig.h"
#include "walker.h"

namespace walmart {
namespace {

using ::testing::HasSubstr;
using testing::kNowMs;
using testing::parameter;
using testing::SourceRig;

constexpr std::int64_t kOneHourMs = 3'600'000;

/// The full hour that a request's window begins with: 1 is the oldest of 6.
int hour_of(const HttpRequest& request) {
  const auto from = parse_instant_ms(parameter(request.target, "createdStartDate"));
  return from ? static_cast<int>((*from + 1000 - (kNowMs - 6 * kOneHourMs)) / kOneHourMs) + 1 : 0;
}

/// Six windows of 30 orders in pages of 10.
struct Six {
  explicit Six(const char* flight = "8", const char* bytes = "33554432", const char* timeout = "600000")
      : rig{{"hours", "6"},
            {"page.size", "10"},
            {"batch.size", "10"},
            {"windows.in.flight", flight},
            {"prefetch.bytes", bytes},
            {"errors.retry.timeout", timeout}} {
    for (int hour = 6; hour > 0; --hour)
      for (int i = 0; i < 30; ++i) rig.walmart.add(kNowMs - hour * kOneHourMs + 1000 + i * 60'000);
  }
  /// Ids in the order of sending, by window.
  [[nodiscard]] std::vector<int> windows_sent() const {
    std::vector<int> out;
    for (const auto& record : rig.sent) {
      const std::int64_t number = std::stoll(*record.key) - 108800000000001;
      out.push_back(static_cast<int>(number / 30) + 1);
    }
    return out;
  }
  [[nodiscard]] std::size_t distinct() const {
    std::set<std::string> keys;
    for (const auto& record : rig.sent) keys.insert(*record.key);
    return keys.size();
  }
  SourceRig rig;
};

TEST(WindowsSideBySide, GoOutInTheOrderOfTimeWhicheverComesFirst) {
  Six six;
  six.rig.walmart.take_time(six.rig.host,
                            [](const HttpRequest& request) { return 100 + 1000 * (7 - hour_of(request)); });
  ASSERT_TRUE(six.rig.start().ok());
  ASSERT_TRUE(six.rig.run().ok());
  const std::vector<int> windows = six.windows_sent();
  EXPECT_EQ(windows.size(), 180u);
  EXPECT_TRUE(std::is_sorted(windows.begin(), windows.end()));
  EXPECT_EQ(six.distinct(), 180u);
  EXPECT_EQ(six.rig.walmart.most_out, 6u);
  for (const auto& [name, unit] : six.rig.host.units()) {
    EXPECT_EQ(unit.state, static_cast<cnx_unit_state>(CNX_UNIT_DONE)) << name;
    EXPECT_EQ(unit.expected, unit.fetched) << name;
    EXPECT_EQ(unit.pages, 3) << name;
  }
}

TEST(WindowsSideBySide, AreNoMoreThanConfigured) {
  for (const char* most : {"1", "3"}) {
    Six six(most);
    six.rig.walmart.take_time(six.rig.host, [](const HttpRequest&) { return 100; });
    ASSERT_TRUE(six.rig.start().ok());
    ASSERT_TRUE(six.rig.run().ok());
    EXPECT_EQ(six.distinct(), 180u);
    EXPECT_EQ(std::to_string(six.rig.walmart.most_out), most);
  }
}

TEST(WindowsSideBySide, HoldNoMoreThanConfiguredAndAPageEach) {
  Six six("6", "1000");  // about ten orders
  six.rig.walmart.take_time(six.rig.host,
                            [](const HttpRequest& request) { return hour_of(request) == 1 ? 60'000 : 100; });
  ASSERT_TRUE(six.rig.start().ok());
  while (six.rig.sent.empty()) ASSERT_TRUE(six.rig.poll(1000).ok());
  EXPECT_LE(six.rig.host.metric("walmart_orders_fetched_total"), 6 * 10 + 10 + 10);
  ASSERT_TRUE(six.rig.run().ok());
  EXPECT_EQ(six.distinct(), 180u);
  EXPECT_EQ(six.rig.sent.size(), 180u);
}

/// The answer that was just taken counts, though it is not held yet when the next page is asked for.
TEST(WindowsSideBySide, DoNotAskForTheNextPageBeforeTheirTurnWhenTheirFirstIsAllThatMayBeHeld) {
  for (const auto& [bytes, pages] : {std::pair("1000", 1), std::pair("33554432", 3)}) {
    Six six("2", bytes);
    // The oldest window's second page never comes; the first request alone tells the rate limit.
    six.rig.walmart.take_time(six.rig.host, [](const HttpRequest& request) {
      return hour_of(request) == 1 && !parameter(request.target, "cursor").empty() ? 600'000 : 100;
    });
    ASSERT_TRUE(six.rig.start().ok());
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(six.rig.poll(1000).ok());
    const auto& requests = six.rig.walmart.requests;
    EXPECT_EQ(std::count_if(requests.begin(), requests.end(), [](const auto& r) { return hour_of(r) == 2; }), pages)
        << bytes;
  }
}

TEST(WindowsSideBySide, OfAllShipNodeTypesAreUnderWayTogether) {
  SourceRig rig({{"hours", "1"}, {"ship.node.type", "SellerFulfilled,WFSFulfilled,3PLFulfilled"}});
  for (const char* type : {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"}) rig.walmart.add(kNowMs - 1000, type);
  rig.walmart.take_time(rig.host, [](const HttpRequest&) { return 100; });
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 3u);
  EXPECT_EQ(rig.walmart.most_out, 2u);  // a first call alone tells the rate limit
}

TEST(WindowsSideBySide, ThatWaitForTheOldestOfTheirWalkDoNotKeepOtherWalksFromTheirs) {
  SourceRig rig({{"hours", "6"},
                 {"page.size", "10"},
                 {"windows.in.flight", "2"},
                 {"prefetch.bytes", "1000"},
                 {"ship.node.type", "SellerFulfilled,WFSFulfilled"}});
  for (const char* type : {"WFSFulfilled", "SellerFulfilled"})
    for (int i = 0; i < 60; ++i) rig.walmart.add(kNowMs - 6 * kOneHourMs + 1000 + i * 110'000, type);
  rig.walmart.take_time(rig.host, [](const HttpRequest&) { return 100; });
  bool broken = true;
  rig.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    const bool oldest = hour_of(request) == 1 && parameter(request.target, "shipNodeType") == "SellerFulfilled";
    return broken && oldest ? std::optional<HttpResult>(HttpResponse{503, {}, ""}) : std::nullopt;
  });
  ASSERT_TRUE(rig.start().ok());
  const std::int64_t end = rig.host.monotonic_ns() + 120'000'000'000;
  while (rig.host.monotonic_ns() < end) ASSERT_TRUE(rig.poll(1000).ok());
  EXPECT_EQ(rig.sent.size(), 60u) << "all of the other type";
  broken = false;
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 120u);
}

TEST(WindowsSideBySide, OneThatFailsForGoodIsNamedAndCostsNoOther) {
  Six six("8", "33554432", "60000");
  bool broken = true;
  six.rig.walmart.take_time(six.rig.host, [](const HttpRequest&) { return 100; });
  six.rig.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    if (!broken || hour_of(request) != 3) return std::nullopt;
    return HttpResponse{503, {}, ""};
  });
  ASSERT_TRUE(six.rig.start().ok());
  const auto status = six.rig.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("SellerFulfilled 2026-11-23T04:00:00Z/2026-11-23T05:00:00Z"));
  EXPECT_THAT(status.error().message, HasSubstr("503"));
  EXPECT_EQ(six.distinct(), 60u) << "the windows before it are whole";
  EXPECT_TRUE(std::any_of(six.rig.host.health().begin(), six.rig.host.health().end(), [](const std::string& text) {
    return text.find("2026-11-23T04:00:00Z") != std::string::npos;
  }));
  broken = false;
  ASSERT_TRUE(six.rig.start().ok());
  ASSERT_TRUE(six.rig.run().ok());
  EXPECT_EQ(six.distinct(), 180u);
  EXPECT_EQ(six.rig.sent.size(), 180u) << "each once";
}

TEST(WindowsSideBySide, OneThatFailsForGoodDoesNotStopPiecesOfTheOneBefore) {
  SourceRig rig({{"hours", "6"},
                 {"page.size", "10"},
                 {"window.max.orders", "25"},
                 {"windows.in.flight", "2"},
                 {"errors.retry.timeout", "1000"}});
  for (int i = 0; i < 30; ++i) rig.walmart.add(kNowMs - 6 * kOneHourMs + 1000 + i * 110'000);
  // The second window has failed for good when the first piece of the first one is there; the others wait for a slot.
  rig.walmart.take_time(rig.host, [](const HttpRequest& request) { return hour_of(request) == 1 ? 10'000 : 100; });
  rig.walmart.interfere([](const HttpRequest& request) -> std::optional<HttpResult> {
    return hour_of(request) == 2 ? std::optional<HttpResult>(HttpResponse{503, {}, ""}) : std::nullopt;
  });
  ASSERT_TRUE(rig.start().ok());
  const auto status = rig.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr("SellerFulfilled 2026-11-23T03:00:00Z/2026-11-23T04:00:00Z"));
  EXPECT_EQ(rig.sent.size(), 30u) << "all pieces before it";
}

TEST(WindowsSideBySide, AStopEndsTheWaitForAllOfThem) {
  Six six;
  six.rig.walmart.take_time(six.rig.host, [](const HttpRequest&) { return 3000; });
  ASSERT_TRUE(six.rig.start().ok());
  while (six.rig.walmart.out < 6) ASSERT_TRUE(six.rig.poll(1000).ok());
  six.rig.source->cancel();
  const auto stopped = six.rig.poll();
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().action, cnx::Action::kCancelled);
  six.rig.source.reset();
  EXPECT_EQ(six.rig.walmart.out, 0u);
  ASSERT_TRUE(six.rig.start().ok());
  ASSERT_TRUE(six.rig.run().ok());
  EXPECT_EQ(six.rig.sent.size(), 180u);
  EXPECT_EQ(six.distinct(), 180u);
}

TEST(WindowsSideBySide, PiecesOfACutWindowTakeItsPlace) {
  SourceRig rig({{"hours", "4"}, {"window.max.orders", "25"}, {"page.size", "10"}, {"batch.size", "10"}});
  for (int i = 0; i < 400; ++i) rig.walmart.add(kNowMs - 4 * kOneHourMs + i * 36'000);
  std::mt19937 random(3);
  rig.walmart.take_time(rig.host, [&](const HttpRequest&) { return 20 + random() % 400; });
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  ASSERT_EQ(rig.sent.size(), 400u);
  // Pages are newest first: in the order of windows of ten minutes or less.
  std::int64_t newest = 0;
  for (const auto& record : rig.sent) {
    const std::int64_t window = (std::stoll(*record.key) - 108800000000001) * 36 / 600;
    EXPECT_GE(window, newest);
    newest = window;
  }
}

TEST(WindowsSideBySide, AnOlderVersionDoesNotFollowANewerOneOfTheWindowBefore) {
  SourceRig rig({{"start.from", "3h"}, {"poll.interval.ms", "86400000"}});
  constexpr std::int64_t kBorderMs = kNowMs - kOneHourMs;
  const std::string id = rig.walmart.add(kBorderMs - 10 * kOneHourMs).id;
  rig.walmart.change(id, kBorderMs + 100);
  rig.walmart.take_time(rig.host, [](const HttpRequest&) { return 100; });
  bool failed = false;
  rig.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    if (parameter(request.target, "lastModifiedEndDate") != "2026-11-23T07:00:01Z") return std::nullopt;
    if (std::exchange(failed, true)) {
      rig.walmart.change(id, kBorderMs + 700);  // the window after has shown the version before
      return std::nullopt;
    }
    return HttpResponse{503, {}, ""};
  });
  ASSERT_TRUE(rig.start().ok());
  const std::int64_t end = rig.host.monotonic_ns() + 30'000'000'000;
  while (rig.host.monotonic_ns() < end) ASSERT_TRUE(rig.poll(1000).ok());
  ASSERT_EQ(rig.sent.size(), 1u);
  EXPECT_THAT(rig.sent[0].value, HasSubstr(rig.walmart.orders()[0].body.substr(1)));
  EXPECT_EQ(rig.host.metric("walmart_orders_repeated_total"), 1);
}

class CrashInFlight : public ::testing::TestWithParam<const char*> {};

TEST_P(CrashInFlight, SendsEachOrderOnceWhateverIsUnderWay) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Six six(GetParam(), seed % 2 == 0 ? "2000" : "33554432");
    six.rig.walmart.take_time(six.rig.host, [&](const HttpRequest&) { return random() % 3000; });
    six.rig.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
      if (request.target == "/v3/token" || random() % 6 != 0) return std::nullopt;
      static const HttpResponse kFaults[] = {
          {503, {}, ""}, {401, {}, ""}, {429, {{"retry-after", "1"}}, ""}, {200, {}, "{"}};
      return kFaults[random() % 4];
    });
    for (int life = 0; life < 6; ++life) {
      ASSERT_TRUE(six.rig.start().ok());
      for (unsigned polls = random() % 10; polls > 0; --polls)
        ASSERT_TRUE(six.rig.poll(2000, polls == 1 && random() % 2 == 0).ok());
    }
    ASSERT_TRUE(six.rig.start().ok());
    const auto status = six.rig.run();
    ASSERT_TRUE(status.ok()) << status.error().message;
    EXPECT_EQ(six.distinct(), 180u) << "seed " << seed;
    EXPECT_EQ(six.rig.sent.size(), 180u) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(OfSeveral, CrashInFlight, ::testing::Values("1", "3", "8"));

}  // namespace
}  // namespace walmart
