// SPDX-License-Identifier: Apache-2.0
//
// Windows whose pages lie. Through the whole source, as the promise is about what it sends.
#include "walker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "testing/source_rig.h"

namespace walmart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kNowMs;
using testing::parameter;
using testing::SourceRig;

/// One window of 95 orders in pages of 10.
class Walk : public ::testing::Test {
 protected:
  Walk() : rig_{{"hours", "1"}, {"page.size", "10"}} {
    for (int i = 0; i < 95; ++i) rig_.walmart.add(kNowMs - 1'800'000 - i * 1000);
  }
  /// Bends page `number` (1 …), the first `times` times.
  void bend(int number, int times, std::function<void(HttpResponse&)> how) {
    rig_.walmart.bend([=, this](const HttpRequest& request, HttpResponse& answer) {
      const std::string given = parameter(request.target, "poIndex");
      if ((given.empty() ? 1 : std::stoi(given) / 10 + 1) == number && bent_++ < times) how(answer);
    });
  }
  /// Runs to the end and expects each order to have been sent once.
  void expect_each_once(std::int64_t tries) {
    ASSERT_TRUE(rig_.start().ok());
    const auto status = rig_.run();
    ASSERT_TRUE(status.ok()) << status.error().message;
    std::multiset<std::string> keys;
    for (const auto& record : rig_.sent) keys.insert(*record.key);
    EXPECT_EQ(keys.size(), 95u);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 95u);
    ASSERT_EQ(rig_.host.units().size(), 1u);
    EXPECT_EQ(rig_.host.units().begin()->second.tries, tries);
    EXPECT_EQ(rig_.host.units().begin()->second.state, static_cast<cnx_unit_state>(CNX_UNIT_DONE));
  }
  static void replace(HttpResponse& answer, const std::string& what, const std::string& with) {
    const auto at = answer.body.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    answer.body.replace(at, what.size(), with);
  }
  /// The text of the n-th order (0 …) in the page.
  static std::string order_in(const HttpResponse& answer, std::size_t n) {
    const auto page = parse_page(answer.body);
    return std::string(page->orders[n].bytes);
  }

  SourceRig rig_;
  int bent_ = 0;
};

TEST_F(Walk, AppendsTheCursorAsItStands) {
  expect_each_once(1);
  EXPECT_EQ(rig_.walmart.calls("/v3/orders"), 10);
  const auto second = std::find_if(rig_.walmart.requests.begin(), rig_.walmart.requests.end(),
                                   [](const auto& request) { return parameter(request.target, "poIndex") == "10"; });
  ASSERT_NE(second, rig_.walmart.requests.end());
  EXPECT_EQ(second->target,
            "/v3/orders?limit=10&hasMoreElements=true&soIndex=95&cursor=a+b/c==&poIndex=10"
            "&createdStartDate=2026-11-23T06:59:59Z&createdEndDate=2026-11-23T08:00:01Z&shipNodeType=SellerFulfilled");
}

TEST_F(Walk, AsksForTheNextPageBeforeItTakesTheOrdersOfThisOne) {
  std::vector<double> taken;
  rig_.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    if (!parameter(request.target, "poIndex").empty())
      taken.push_back(rig_.host.metric("walmart_orders_fetched_total"));
    return std::nullopt;
  });
  expect_each_once(1);
  EXPECT_THAT(taken, ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80));
}

TEST_F(Walk, GivesUpThePageItAskedForWhenTheOneBeforeIsNoneOfItsWalk) {
  std::vector<std::string> asked;
  rig_.walmart.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    if (request.target.starts_with("/v3/orders")) asked.push_back(parameter(request.target, "poIndex"));
    return std::nullopt;
  });
  // Page 2 brings the orders of page 1 again and goes on to page 3.
  std::string first;
  rig_.walmart.bend([&](const HttpRequest& request, HttpResponse& answer) {
    if (first.empty()) first = answer.body;
    if (parameter(request.target, "poIndex") == "10" && bent_++ == 0) {
      answer.body = first;
      replace(answer, "poIndex=10", "poIndex=20");
    }
  });
  expect_each_once(2);
  EXPECT_EQ(rig_.walmart.out, 0u);
  ASSERT_GT(asked.size(), 4u);
  EXPECT_THAT(std::vector(asked.begin(), asked.begin() + 5), ElementsAre("", "10", "20", "", "10"));
}

TEST_F(Walk, BeginsAgainWhenAnOrderIsMissing) {
  bend(3, 1, [](HttpResponse& answer) { replace(answer, order_in(answer, 4) + ",", ""); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenAnOrderStandsInThePlaceOfAnother) {
  bend(3, 1, [](HttpResponse& answer) { replace(answer, order_in(answer, 4), order_in(answer, 5)); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenAnOrderComesTwiceAndTheCountIsTooHigh) {
  bend(3, 1, [](HttpResponse& answer) {
    replace(answer, order_in(answer, 4), order_in(answer, 4) + "," + order_in(answer, 4));
  });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenTheTotalChanges) {
  bend(4, 1, [](HttpResponse& answer) { replace(answer, "\"totalCount\":95", "\"totalCount\":96"); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenTheWalkEndsTooSoon) {
  bend(2, 1, [](HttpResponse& answer) { replace(answer, "\"nextCursor\":\"?", "\"other\":\"?"); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenACursorComesTwice) {
  bend(3, 1, [](HttpResponse& answer) { replace(answer, "poIndex=30", "poIndex=20"); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenPageOneComesInsteadOfTheNext) {
  const auto first = rig_.walmart.answer(
      {.method = "GET",
       .target = "/v3/orders?createdStartDate=2026-11-23T06:59:59Z&limit=10&shipNodeType=SellerFulfilled",
       .headers = {},
       .body = {},
       .credentials = {}});
  bend(2, 1, [first](HttpResponse& answer) { answer = std::get<HttpResponse>(first); });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenTheCursorHasDied) {
  bend(5, 1, [](HttpResponse& answer) {
    answer = testing::json_answer(
        400, R"({"errors":{"error":[{"code":"INVALID_REQUEST.GMP_ORDER_API","field":"cursor"}]}})");
  });
  expect_each_once(2);
}

TEST_F(Walk, BeginsAgainWhenNothingIsFoundInTheMiddle) {
  bend(5, 1, [](HttpResponse& answer) { answer = HttpResponse{404, {}, ""}; });
  expect_each_once(2);
}

TEST_F(Walk, AsksForACutPageAgainWithoutBeginningAgain) {
  bend(3, 2, [](HttpResponse& answer) { answer.body.resize(answer.body.size() / 2); });
  expect_each_once(1);
}

TEST_F(Walk, TakesAShortPageAnAmpersandAndAnEndWithoutACursor) {
  bend(3, 1, [](HttpResponse& answer) {
    for (std::size_t at = answer.body.find('&'); at != std::string::npos; at = answer.body.find('&', at + 5))
      answer.body.replace(at, 1, "&amp;");
  });
  expect_each_once(1);
}

TEST_F(Walk, TakesACountThatTheApiItselfCountsTwiceAfterThreeEqualWalks) {
  bend(3, 1000, [](HttpResponse& answer) { replace(answer, order_in(answer, 4), order_in(answer, 5)); });
  ASSERT_TRUE(rig_.start().ok());
  ASSERT_TRUE(rig_.run().ok());
  EXPECT_EQ(rig_.sent.size(), 94u);
  EXPECT_TRUE(rig_.host.logged("some of them twice", CNX_LOG_WARNING));
}

TEST_F(Walk, EndsNamingTheWindowThatStaysShort) {
  bend(3, 1000, [](HttpResponse& answer) { replace(answer, order_in(answer, 4) + ",", ""); });
  ASSERT_TRUE(rig_.start().ok());
  const auto status = rig_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("eForCity SellerFulfilled 2026-11-23T07:00:00Z/2026-11-23T08:00:00Z"));
  EXPECT_THAT(status.error().message, HasSubstr("95 expected, 94 fetched, 5 tries"));
  EXPECT_EQ(rig_.host.units().size(), 1u);
  EXPECT_EQ(rig_.sent.size(), 94u);  // what is there is not held back
}

TEST_F(Walk, TriesAWindowThatFailsDifferentlyEveryTimeUntilTheTimeout) {
  int total = 95;
  rig_.walmart.bend([&](const HttpRequest& request, HttpResponse& answer) {
    if (parameter(request.target, "poIndex") == "20")
      replace(answer, "\"totalCount\":95", "\"totalCount\":" + std::to_string(++total));
  });
  ASSERT_TRUE(rig_.start().ok());
  const std::int64_t before = rig_.host.monotonic_ns();
  const auto status = rig_.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_GT(rig_.host.monotonic_ns() - before, 400'000'000'000);
  EXPECT_LE(rig_.host.monotonic_ns() - before, 600'000'000'000);
}

}  // namespace
}  // namespace walmart
