// SPDX-License-Identifier: Apache-2.0
#include "api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "testing/client_rig.h"

namespace walmart {
namespace {

using testing::ApiClientTest;
using ::testing::HasSubstr;
using testing::json_answer;
using ::testing::Not;

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST_F(ApiClientTest, SendsWhatTheApiWantsToSee) {
  ASSERT_TRUE(ask().ok());
  ASSERT_EQ(walmart_.requests.size(), 2u);
  const HttpRequest& token = walmart_.requests[0];
  EXPECT_EQ(token.method, "POST");
  EXPECT_EQ(token.body, "grant_type=client_credentials");
  EXPECT_EQ(token.credentials->user, "id");
  std::set<std::string> names, ids;
  for (const HttpRequest& request : walmart_.requests)
    for (const auto& [name, value] : request.headers) {
      names.insert(name);
      EXPECT_FALSE(value.empty()) << name;
      if (name == "WM_QOS.CORRELATION_ID") ids.insert(value);
    }
  EXPECT_THAT(names,
              ::testing::IsSupersetOf({"Accept", "WM_SVC.NAME", "WM_QOS.CORRELATION_ID", "WM_SEC.ACCESS_TOKEN"}));
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_EQ(ids.begin()->size(), 36u);
}

TEST_F(ApiClientTest, AsksForOneTokenAndKeepsIt) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 1);
}

TEST_F(ApiClientTest, RenewsAMinuteBeforeTheEndOfALongToken) {
  walmart_.expires_in = 900;
  ASSERT_TRUE(ask().ok());
  fake_.advance_ms(839'000);
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 1);
  fake_.advance_ms(2'000);
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 2);
}

TEST_F(ApiClientTest, RenewsAFifthBeforeTheEndOfAShortToken) {
  walmart_.expires_in = 10;
  ASSERT_TRUE(ask().ok());
  fake_.advance_ms(7'900);
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 1);
  fake_.advance_ms(200);
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/token"), 2);
}

TEST_F(ApiClientTest, RepeatsTheSameRequestWithANewTokenAfter401) {
  ASSERT_TRUE(ask().ok());
  for (const HttpResponse& refusal :
       {json_answer(401, ""), json_answer(400, R"({"error":[{"code":"INVALID_TOKEN.GMP_GATEWAY_API"}]})")}) {
    walmart_.requests.clear();
    script({refusal});
    const std::string target = "/v3/orders?limit=10&cursor=a+b/c==&shipNodeType=SellerFulfilled";
    ASSERT_TRUE(ask(target).ok());
    ASSERT_EQ(walmart_.requests.size(), 3u);
    EXPECT_EQ(walmart_.requests[0].target, target);
    EXPECT_EQ(walmart_.requests[2].target, target);
    EXPECT_NE(token_of(walmart_.requests[0]), token_of(walmart_.requests[2]));
  }
  EXPECT_TRUE(fake_.waits_ms().empty());
}

TEST_F(ApiClientTest, EndsAfterThree401sInARowEachWithANewToken) {
  script({json_answer(401, ""), json_answer(401, ""), json_answer(401, ""), json_answer(401, "")});
  const auto answer = ask();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, cnx::Action::kAuth);
  EXPECT_THAT(answer.error().message, HasSubstr("account shop"));
  EXPECT_THAT(answer.error().message, HasSubstr("https://marketplace.walmartapis.com"));
  EXPECT_EQ(walmart_.calls("/v3/token"), 3);
  EXPECT_EQ(walmart_.calls("/v3/orders"), 3);
}

TEST_F(ApiClientTest, WaitsForAnEndOfRefusalsOfWhatWorkedBefore) {
  const HttpFault certificate{HttpFault::Kind::kConfig, "SSL peer certificate was not OK", 60};
  for (const HttpResult& refusal :
       {HttpResult(json_answer(400, "{}")), HttpResult(json_answer(401, "")),
        HttpResult(HttpResponse{403, {}, "<html>"}), HttpResult(HttpResponse{302, {{"location", "https://sorry"}}, ""}),
        HttpResult(certificate)}) {
    ASSERT_TRUE(ask().ok());
    fake_.advance_ms(1'000'000);  // the token is old
    int left = 3;
    walmart_.interfere([&](const HttpRequest& request) -> std::optional<HttpResult> {
      if (request.target != "/v3/token" || left == 0) return std::nullopt;
      --left;
      return refusal;
    });
    ASSERT_TRUE(ask().ok());
    EXPECT_EQ(left, 0);
    EXPECT_TRUE(fake_.logged("it worked before", CNX_LOG_WARNING));
    EXPECT_EQ(fake_.health().back(), "");
  }
  for (const HttpResult& refusal :
       {HttpResult(json_answer(403, "")), HttpResult(HttpResponse{307, {}, ""}), HttpResult(json_answer(405, "")),
        HttpResult(json_answer(404, R"({"error":[{"code":"NO_SUCH_PATH"}]})")), HttpResult(certificate)}) {
    script({refusal, refusal, refusal});
    ASSERT_TRUE(ask().ok());
  }
  script(std::deque<HttpResult>(9, json_answer(401, "")));
  ASSERT_TRUE(ask().ok());
}

TEST_F(ApiClientTest, EndsWhenARefusalOfWhatWorkedBeforeOutlastsTheTimeout) {
  make_client({{"errors.retry.timeout", "60000"}});
  ASSERT_TRUE(ask().ok());
  script(std::deque<HttpResult>(1000, json_answer(403, "")));
  const std::int64_t before = host_.monotonic_ns();
  const auto answer = ask();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, cnx::Action::kAuth);
  EXPECT_THAT(answer.error().message, HasSubstr("it worked before, and has been refused for"));
  EXPECT_GT(host_.monotonic_ns() - before, 25 * kSecondNs);
  EXPECT_LE(host_.monotonic_ns() - before, 61 * kSecondNs);
}

TEST_F(ApiClientTest, KnowsFromTheInstanceBeforeWhatWorked) {
  ASSERT_TRUE(ask().ok());
  make_client({});
  script({json_answer(403, ""), json_answer(302, "")});
  EXPECT_TRUE(ask().ok());
}

TEST(ProvenAccounts, TellsAccountsApartByUrlIdAndSecret) {
  ProvenAccounts accounts;
  const Account shop{.name = "shop", .client_id = "id", .client_secret = "secret"};
  accounts.of("https://a", shop)->token = true;
  EXPECT_TRUE(accounts.of("https://a", {.name = "renamed", .client_id = "id", .client_secret = "secret"})->token);
  EXPECT_FALSE(accounts.of("https://b", shop)->token);
  EXPECT_FALSE(accounts.of("https://a", {.name = "shop", .client_id = "id", .client_secret = "new"})->token);
}

TEST_F(ApiClientTest, CountsTheRowOf401sAnewAfterAGoodAnswer) {
  for (int i = 0; i < 4; ++i) {
    script({json_answer(401, ""), json_answer(401, "")});
    ASSERT_TRUE(ask().ok());
  }
}

TEST_F(ApiClientTest, EndsAtOnceWhenTheCredentialsAreRefused) {
  make_client({{"accounts.shop.client.secret", "s3cr3t"}});
  const auto answer = ask();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, cnx::Action::kAuth);
  EXPECT_EQ(walmart_.requests.size(), 1u);
  EXPECT_THAT(answer.error().message, HasSubstr("accounts.shop.client.id"));
  EXPECT_THAT(answer.error().message, Not(HasSubstr("s3cr3t")));
}

TEST_F(ApiClientTest, WaitsAsLongAs429SaysAndTellsIt) {
  script({HttpResponse{429, {{"retry-after", "12"}}, ""}});
  const std::int64_t before = host_.monotonic_ns();
  ASSERT_TRUE(ask().ok());
  EXPECT_GE(host_.monotonic_ns() - before, 12 * kSecondNs);
  EXPECT_LE(host_.monotonic_ns() - before, 14 * kSecondNs);
  ASSERT_EQ(fake_.health().size(), 2u);
  EXPECT_THAT(fake_.health()[0], HasSubstr("rate limit"));
  EXPECT_EQ(fake_.health()[1], "");
}

TEST_F(ApiClientTest, DoesNotHammerAnApiThatSaysWaitForNothing) {
  script(std::deque<HttpResult>(10, HttpResponse{429, {{"retry-after", "0"}}, ""}));
  const std::int64_t before = host_.monotonic_ns();
  ASSERT_TRUE(ask().ok());
  EXPECT_GE(host_.monotonic_ns() - before, 60 * kSecondNs);
}

TEST_F(ApiClientTest, NeverGivesUpBecauseOfRateLimits) {
  make_client({{"errors.retry.timeout", "1000"}});
  script(std::deque<HttpResult>(20, HttpResponse{429, {}, ""}));
  EXPECT_TRUE(ask().ok());
}

TEST_F(ApiClientTest, TriesPassingFaultsAgain) {
  script(
      {json_answer(500, "{}"), HttpResponse{503, {}, "<html>"}, HttpResponse{520, {}, ""}, HttpResponse{200, {}, ""},
       json_answer(200, R"({"list":{"meta":)"), HttpFault{HttpFault::Kind::kPassing, "connection reset", 56},
       json_answer(
           400,
           R"({"errors":{"error":[{"code":"INVALID_REQUEST.GMP_ORDER_API","field":"data","description":"Invalid Request"}]}})")});
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(walmart_.calls("/v3/orders"), 8);
  EXPECT_EQ(fake_.metric("walmart_api_calls_failed_total"), 7);
}

TEST_F(ApiClientTest, EndsABoundedRunWhenNoGoodAnswerCameWithinTheTimeout) {
  make_client({{"hours", "1"}, {"errors.retry.timeout", "60000"}});
  script(std::deque<HttpResult>(1000, HttpResponse{503, {}, ""}));
  const std::int64_t before = host_.monotonic_ns();
  const auto answer = ask();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, cnx::Action::kFatal);
  EXPECT_EQ(answer.error().native_code, 503);
  EXPECT_THAT(answer.error().message, HasSubstr("errors.retry.timeout is 60.0 s"));
  EXPECT_LE(host_.monotonic_ns() - before, 61 * kSecondNs);
  EXPECT_GT(walmart_.calls("/v3/orders"), 5);
}

TEST_F(ApiClientTest, AsksTheHostToTryLaterWhenThereAreNoBounds) {
  make_client({{"errors.retry.timeout", "60000"}});
  script(std::deque<HttpResult>(1000, HttpFault{HttpFault::Kind::kPassing, "Connection refused", 7}));
  const auto answer = ask();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, cnx::Action::kRetry);
  script_.clear();
  EXPECT_TRUE(ask().ok());  // the same client goes on
}

TEST_F(ApiClientTest, HandsARefusedQueryToItsCaller) {
  script({json_answer(
      400,
      R"({"errors":{"error":[{"code":"INVALID_REQUEST.GMP_ORDER_API","field":"limit","description":"too large"}]}})")});
  const auto answer = ask();
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->refused);
  EXPECT_THAT(answer->refusal, HasSubstr("too large"));
}

TEST_F(ApiClientTest, EndsOnWhatTryingAgainCannotMend) {
  for (const auto& [status, action] : std::vector<std::pair<int, cnx::Action>>{
           {403, cnx::Action::kAuth}, {302, cnx::Action::kFatal}, {405, cnx::Action::kFatal}}) {
    script({json_answer(status, "")});
    const auto answer = ask();
    ASSERT_FALSE(answer.ok()) << status;
    EXPECT_EQ(answer.error().action, action) << status;
    EXPECT_EQ(answer.error().native_code, status);
  }
}

TEST_F(ApiClientTest, WarnsOfAPartThatIsMissingAndTakesTheRest) {
  script({json_answer(206, R"({"list":{"meta":{"totalCount":0}}})")});
  ASSERT_TRUE(ask().ok());
  EXPECT_TRUE(fake_.logged("206", CNX_LOG_WARNING));
}

TEST_F(ApiClientTest, NoticesThatThisMachinesClockIsAhead) {
  const std::string page = R"({"list":{"meta":{"totalCount":0}}})";
  fake_.set_now_us(1795420800LL * 1'000'000);
  script({HttpResponse{200, {{"date", "Mon, 23 Nov 2026 07:59:58 GMT"}}, page}});
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(client_->api_now(), 1795420798);
  script({HttpResponse{200, {{"date", "Mon, 23 Nov 2026 07:55:00 GMT"}}, page}});
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(client_->api_now(), 1795420500);
  EXPECT_TRUE(fake_.logged("clock is 300 s ahead", CNX_LOG_WARNING));
}

TEST_F(ApiClientTest, KeepsTheApisTimeWhenThisMachinesClockJumps) {
  fake_.set_now_us(1795420800LL * 1'000'000);
  EXPECT_EQ(client_->api_now(), 1795420800) << "not told yet";
  script({HttpResponse{200, {{"date", "Mon, 23 Nov 2026 08:00:00 GMT"}}, R"({"list":{"meta":{"totalCount":0}}})"}});
  ASSERT_TRUE(ask().ok());
  fake_.set_now_us((1795420800LL - 86'400) * 1'000'000);
  fake_.advance_ms(5'000);
  EXPECT_EQ(client_->api_now(), 1795420805);
}

// An answer lies while the owner is at work: what it tells is as old as it is.
constexpr std::int64_t kLaySeconds = 90;
constexpr EpochSeconds kNowSeconds = 1795420800;  // Mon, 23 Nov 2026 08:00:00 GMT
constexpr const char* kNoOrders = R"({"list":{"meta":{"totalCount":0}}})";

TEST_F(ApiClientTest, TakesTheTimeOfAFetchFromWhenTheAnswerCame) {
  fake_.set_now_us(kNowSeconds * 1'000'000);
  script({HttpResponse{200, {}, kNoOrders, kLaySeconds * kSecondNs}});
  const auto answer = ask();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->fetched, kNowSeconds - kLaySeconds);
  EXPECT_EQ(client_->api_now(), kNowSeconds);
}

TEST_F(ApiClientTest, TakesTheApisTimeFromWhenTheAnswerCame) {
  fake_.set_now_us((kNowSeconds + kLaySeconds) * 1'000'000);
  script({HttpResponse{200, {{"date", "Mon, 23 Nov 2026 08:00:00 GMT"}}, kNoOrders, kLaySeconds * kSecondNs}});
  const auto answer = ask();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->fetched, kNowSeconds);
  EXPECT_EQ(client_->api_now(), kNowSeconds + kLaySeconds);
  EXPECT_FALSE(fake_.logged("this machine's clock", CNX_LOG_WARNING));
}

TEST_F(ApiClientTest, TakesTheFillingOfTheBucketFromWhenTheAnswerCame) {
  constexpr std::int64_t kFilledIn = 10;
  fake_.set_now_us(kNowSeconds * 1'000'000);
  script({HttpResponse{
      200,
      {{"x-current-token-count", "0"}, {"x-next-replenishment-time", std::to_string((kNowSeconds + kFilledIn) * 1000)}},
      kNoOrders,
      kLaySeconds * kSecondNs}});
  ASSERT_TRUE(ask().ok());
  const std::int64_t before = host_.monotonic_ns();
  ASSERT_TRUE(ask().ok());
  EXPECT_NEAR(static_cast<double>(host_.monotonic_ns() - before), kFilledIn * 1e9, 1e8);
}

TEST_F(ApiClientTest, EndsWhenItIsCancelled) {
  transport_->cancel();
  EXPECT_EQ(ask().error().action, cnx::Action::kCancelled);
}

TEST_F(ApiClientTest, NeverTellsSecretsOrTokens) {
  script({json_answer(401, ""), HttpResponse{429, {{"retry-after", "1"}}, ""}, HttpResponse{500, {}, ""}});
  ASSERT_TRUE(ask().ok());
  for (const auto& line : fake_.lines()) {
    EXPECT_THAT(line.text, Not(HasSubstr("token-")));
    EXPECT_THAT(line.text, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace walmart
