// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/client_rig.h"

namespace walmart {
namespace {

using testing::ApiClientTest;
using ::testing::HasSubstr;
using testing::json_answer;

constexpr std::int64_t kOneSecondNs = 1'000'000'000;

/// Calls of one client that are out at the same time, each answer 100 ms under way.
class SideBySide : public ApiClientTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ask().ok());
    walmart_.requests.clear();
    walmart_.take_time(fake_, [](const HttpRequest&) { return 100; });
    for (int i = 0; i < 4; ++i)
      calls_.push_back(std::make_unique<ApiClient::Call>(
          *client_, OrdersCall{"/v3/orders?limit=10&shipNodeType=SellerFulfilled&call=" + std::to_string(i),
                               "call " + std::to_string(i)}));
  }
  /// Goes on with all calls until they are answered; when each was, since the beginning.
  cnx::Result<std::vector<std::int64_t>> finish() {
    const std::int64_t began = host_.monotonic_ns();
    std::vector<std::int64_t> took(calls_.size(), -1);
    for (int i = 0; i < 10'000; ++i) {
      std::int64_t wake = ApiClient::kAtAnAnswer;
      for (std::size_t n = 0; n < calls_.size(); ++n) {
        if (took[n] >= 0) continue;
        CNX_ASSIGN(const auto answer, client_->advance(*calls_[n]));
        if (answer) took[n] = host_.monotonic_ns() - began;
        if (!answer) wake = std::min(wake, client_->wake_ns(*calls_[n]));
      }
      if (std::all_of(took.begin(), took.end(), [](auto ns) { return ns >= 0; })) return took;
      const std::int64_t wait_ms = std::min<std::int64_t>(60'000, (wake - host_.monotonic_ns()) / 1'000'000 + 1);
      if (!transport_->idle()) transport_->wait(std::max<std::int64_t>(1, wait_ms));
      if (transport_->idle()) fake_.advance_ms(std::max<std::int64_t>(1, wait_ms));
    }
    return cnx::fatal_error("the calls wait for ever");
  }
  std::vector<std::unique_ptr<ApiClient::Call>> calls_;
};

TEST_F(SideBySide, AreAnsweredInTheTimeOfOne) {
  const auto took = finish();
  ASSERT_TRUE(took.ok());
  for (const auto ns : *took) EXPECT_LE(ns, kOneSecondNs / 5);
  EXPECT_EQ(walmart_.most_out, 4u);
}

TEST_F(SideBySide, GetOneNewTokenWhenAllAreRefused) {
  walmart_.interfere([](const HttpRequest& request) -> std::optional<HttpResult> {
    return token_of(request) == "token-1" ? std::optional<HttpResult>(json_answer(401, "")) : std::nullopt;
  });
  ASSERT_TRUE(finish().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 1);
  EXPECT_EQ(walmart_.calls("/v3/orders"), 8);
}

TEST_F(SideBySide, OneWhoseTokensAreAllRefusedHasAnEndThoughTheOthersAreAnswered) {
  walmart_.interfere([](const HttpRequest& request) -> std::optional<HttpResult> {
    return testing::parameter(request.target, "call") == "2" ? std::optional<HttpResult>(json_answer(401, ""))
                                                             : std::nullopt;
  });
  const std::int64_t began = host_.monotonic_ns();
  cnx::Status status;
  for (int i = 0; i < 20'000 && status.ok(); ++i) {
    for (auto& call : calls_) {
      const auto answer = client_->advance(*call);
      if (!answer.ok()) status = answer.error();
      if (answer.ok() && *answer) call = std::make_unique<ApiClient::Call>(*client_, call->what);  // the next page
    }
    fake_.advance_ms(100);
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kAuth);
  EXPECT_THAT(status.error().message, HasSubstr("tokens in a row, each newly got"));
  EXPECT_GT(host_.monotonic_ns() - began, 500 * kOneSecondNs) << "it worked before";
  EXPECT_LE(walmart_.calls("/v3/token"), 40);
}

TEST_F(SideBySide, AllWaitWhenOneIsThrottled) {
  script({HttpResponse{429, {{"retry-after", "12"}}, ""}, HttpResponse{503, {}, ""}, HttpResponse{503, {}, ""},
          HttpResponse{503, {}, ""}});
  const auto took = finish();
  ASSERT_TRUE(took.ok());
  for (const auto ns : *took) EXPECT_GE(ns, 12 * kOneSecondNs);
  EXPECT_EQ(fake_.metric("walmart_api_calls_throttled_total"), 1);
}

TEST_F(SideBySide, Count429sThatComeTogetherAsOne) {
  script(std::deque<HttpResult>(4, HttpResponse{429, {{"retry-after", "0"}}, ""}));
  const auto took = finish();
  ASSERT_TRUE(took.ok());
  for (const auto ns : *took) EXPECT_LE(ns, 2 * kOneSecondNs);
}

TEST_F(SideBySide, TheFaultOfOneDoesNotHoldTheOthers) {
  int failures = 3;
  walmart_.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
    if (testing::parameter(request.target, "call") != "2" || failures-- <= 0) return std::nullopt;
    return HttpResponse{503, {}, ""};
  });
  const auto took = finish();
  ASSERT_TRUE(took.ok());
  for (const std::size_t good : {0, 1, 3}) EXPECT_LE((*took)[good], kOneSecondNs / 5);
  EXPECT_GE((*took)[2], kOneSecondNs / 2);
  EXPECT_THAT(fake_.health().front(), HasSubstr("call 2"));
  EXPECT_EQ(fake_.health().back(), "");
}

TEST_F(SideBySide, AreAskedOneByOneWhileTheLimitIsNotKnown) {
  std::vector<OrdersCall> asked;
  for (const auto& call : calls_) asked.push_back(call->what);
  calls_.clear();  // a call does not outlive its client
  make_client({});
  for (const OrdersCall& what : asked) calls_.push_back(std::make_unique<ApiClient::Call>(*client_, what));
  walmart_.bend([&](const HttpRequest&, HttpResponse& answer) {
    answer.headers.emplace_back("x-current-token-count", "1000");
    if (walmart_.calls("/v3/orders") == 1) {
      EXPECT_EQ(walmart_.most_out, 1u);
    }
  });
  const auto took = finish();
  ASSERT_TRUE(took.ok());
  EXPECT_GT(*std::max_element(took->begin(), took->end()), *std::min_element(took->begin(), took->end()));
}

TEST_F(SideBySide, AreGivenUpWithTheirCaller) {
  ASSERT_TRUE(client_->advance(*calls_[0]).ok());
  EXPECT_FALSE(transport_->idle());
  calls_.clear();
  EXPECT_TRUE(transport_->idle());
}

}  // namespace
}  // namespace walmart
