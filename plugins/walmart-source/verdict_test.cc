// SPDX-License-Identifier: Apache-2.0
#include "verdict.h"

#include <gtest/gtest.h>

#include "times.h"

namespace walmart {
namespace {

constexpr std::int64_t kAnsweredMs = 1795420800000;  // 2026-11-23T08:00:00Z

std::string orders_error(const std::string& code, const std::string& field, const std::string& description) {
  return R"({"errors":{"error":[{"code":")" + code + R"(","field":")" + field + R"(","description":")" + description +
         "\"}]}}";
}

Verdict judge(int status, const std::string& body) { return judge_orders(status, body, read_error(body)); }

std::int64_t wait_of(std::vector<std::pair<std::string, std::string>> headers) {
  return throttle_wait_ms(HttpResponse{429, std::move(headers), ""}, kAnsweredMs);
}

TEST(Verdict, ReadsAllContainersOfErrors) {
  for (const char* body : {R"({"error":[{"code":"C","field":"f","description":"d"}]})",
                           R"({"error":{"code":"C","field":"f","description":"d"}})",
                           R"({"errors":{"error":[{"code":"C","field":"f","description":"d"}]}})",
                           R"({"errors":{"error":{"code":"C","field":"f","description":"d"}}})",
                           R"({"errors":[{"code":"C","field":"f","message":"d"}]})"}) {
    const ApiError error = read_error(body);
    EXPECT_EQ(error.code, "C") << body;
    EXPECT_EQ(error.field, "f") << body;
    EXPECT_EQ(error.description, "d") << body;
  }
  for (const char* body : {"", "<html>", "[]", "3", R"({"error":"x"})", R"({"errors":[]})"})
    EXPECT_EQ(read_error(body).code, "") << body;
}

TEST(Verdict, OfAnOrdersCallFollowsStatusAndCode) {
  EXPECT_EQ(judge(200, ""), Verdict::kGood);
  EXPECT_EQ(judge(206, ""), Verdict::kGood);
  EXPECT_EQ(judge(401, ""), Verdict::kNewToken);
  EXPECT_EQ(judge(400, orders_error("INVALID_TOKEN.GMP_GATEWAY_API", "", "")), Verdict::kNewToken);
  EXPECT_EQ(judge(400, orders_error("INVALID_REQUEST.GMP_ORDER_API", "data", "Invalid Request")), Verdict::kPassing);
  EXPECT_EQ(judge(400, orders_error("INVALID_REQUEST.GMP_ORDER_API", "createdStartDate", "Invalid Date format value")),
            Verdict::kBadRequest);
  EXPECT_EQ(judge(400, ""), Verdict::kBadRequest);
  EXPECT_EQ(judge(400, "<html>Bad Request</html>"), Verdict::kPassing);
  EXPECT_EQ(judge(400, orders_error("INVALID_REQUEST_HEADER.GMP_GATEWAY_API", "WM_SVC.NAME", "blank")),
            Verdict::kFatal);
  EXPECT_EQ(judge(403, ""), Verdict::kAuth);
  EXPECT_EQ(judge(404, ""), Verdict::kEmpty);
  EXPECT_EQ(judge(404, orders_error("CONTENT_NOT_FOUND.GMP_ORDER_API", "", "")), Verdict::kEmpty);
  EXPECT_EQ(judge(404, orders_error("URI_NOT_FOUND.GMP_GATEWAY_API", "", "")), Verdict::kFatal);
  EXPECT_EQ(judge(404, orders_error("CONTENT_NOT_FOUND.GMP_GATEWAY_API", "", "")), Verdict::kFatal);
  EXPECT_EQ(judge(404, "<html>"), Verdict::kPassing);
  EXPECT_EQ(judge(429, ""), Verdict::kThrottled);
  for (const int status : {500, 502, 503, 504, 520}) EXPECT_EQ(judge(status, "<html>"), Verdict::kPassing) << status;
  for (const int status : {301, 302, 405, 406, 415}) EXPECT_EQ(judge(status, ""), Verdict::kFatal) << status;
}

TEST(Verdict, OfATokenCallTakes400AsRefusedCredentials) {
  EXPECT_EQ(judge_token(200), Verdict::kGood);
  for (const int status : {400, 401, 403}) EXPECT_EQ(judge_token(status), Verdict::kAuth) << status;
  EXPECT_EQ(judge_token(429), Verdict::kThrottled);
  EXPECT_EQ(judge_token(503), Verdict::kPassing);
  EXPECT_EQ(judge_token(404), Verdict::kFatal);
}

TEST(Verdict, DescribesAnAnswerInOneLine) {
  const HttpResponse response{
      400, {}, orders_error("INVALID_REQUEST.GMP_ORDER_API", "createdStartDate", "Invalid Date format value")};
  EXPECT_EQ(describe(response, read_error(response.body)),
            "HTTP 400 INVALID_REQUEST.GMP_ORDER_API (createdStartDate): Invalid Date format value");
  EXPECT_EQ(describe(HttpResponse{503, {}, ""}, {}), "HTTP 503 without a body");
  EXPECT_LT(describe(response, {"C", "", std::string(5000, 'x'), ""}).size(), 500u);
}

TEST(ThrottleWait, TakesRetryAfterFirst) {
  EXPECT_EQ(wait_of({{"retry-after", "7"}, {"x-next-replenishment-time", std::to_string(kAnsweredMs + 1000)}}), 7000);
  EXPECT_EQ(wait_of({{"retry-after", "Mon, 23 Nov 2026 08:00:05 GMT"}}), 5000);
  EXPECT_EQ(wait_of({{"retry-after", "0"}}), 0);
}

TEST(ThrottleWait, TakesTheReplenishmentTimeUnderBothNamesAndInAllForms) {
  for (const char* name : {"x-next-replenishment-time", "x-next-replenish-time"}) {
    EXPECT_EQ(wait_of({{name, std::to_string(kAnsweredMs + 2500)}}), 2500) << name;
    EXPECT_EQ(wait_of({{name, std::to_string(kAnsweredMs / 1000 + 3)}}), 3000) << name;
    EXPECT_EQ(wait_of({{name, "2026-11-23T08:00:04Z"}}), 4000) << name;
    EXPECT_EQ(wait_of({{name, "2026-11-23T00:00:04.5-08:00"}}), 4500) << name;
  }
}

TEST(ThrottleWait, NeverReadsAnEpochAsACountOfSeconds) {
  EXPECT_EQ(wait_of({{"retry-after", std::to_string(kAnsweredMs + 2000)}}), 2000);
  EXPECT_EQ(wait_of({{"retry-after", std::to_string(kAnsweredMs / 1000 + 2)}}), 2000);
}

TEST(ThrottleWait, IsAMinuteWhenNothingCanBeReadAndNeverMoreThanFive) {
  EXPECT_EQ(wait_of({}), 60'000);
  EXPECT_EQ(wait_of({{"retry-after", "soon"}, {"x-next-replenishment-time", "12"}}), 60'000);
  EXPECT_EQ(wait_of({{"retry-after", "86400"}}), 300'000);
  EXPECT_EQ(wait_of({{"x-next-replenishment-time", std::to_string(kAnsweredMs + 86'400'000)}}), 300'000);
  EXPECT_EQ(wait_of({{"x-next-replenishment-time", std::to_string(kAnsweredMs - 5000)}}), 0);
  EXPECT_EQ(wait_of({{"retry-after", "-5"}}), 60'000);
}

TEST(ThrottleWait, HoldsWithAnyNumberAndAnyClock) {
  EXPECT_EQ(wait_of({{"date", "Mon, 01 Jan 0001 00:00:00 GMT"}, {"retry-after", "9223372036854775807"}}), 300'000);
  EXPECT_EQ(wait_of({{"date", "Fri, 31 Dec 9999 23:59:59 GMT"}, {"retry-after", "9223372036854775807"}}), 0);
}

TEST(ThrottleWait, GoesByTheServersClockWhenItTellsTheTime) {
  EXPECT_EQ(wait_of({{"date", "Mon, 23 Nov 2026 07:00:00 GMT"}, {"x-next-replenishment-time", "2026-11-23T07:00:09Z"}}),
            9000);
}

}  // namespace
}  // namespace walmart
