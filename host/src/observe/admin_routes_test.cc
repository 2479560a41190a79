// SPDX-License-Identifier: Apache-2.0
#include "observe/admin_routes.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/secrets.h"

namespace cnx::host::observe {
namespace {

AdminHandlers handlers() {
  AdminHandlers out;
  out.health = [] { return Health{Health::State::kHealthy, "all \"fine\""}; };
  out.metrics = [] { return std::string("x 1\n"); };
  out.status = [] { return std::string(R"({"worker":"w"})"); };
  out.api = [](const ApiCall& call) {
    std::string text = call.method;
    for (const std::string& segment : call.path) text += "/" + segment;
    return json_answer(text + ":" + std::string(call.body));
  };
  return out;
}

std::string ask(const Request& request, const AdminHandlers& from = handlers(),
                const HttpAccess& access = {{}, false}) {
  const Answer answer = answer_request(from, access, request);
  return std::to_string(answer.status) + " " + answer.body;
}

std::string get(const std::string& target, const AdminHandlers& from = handlers()) {
  return ask({.method = "GET", .target = target}, from);
}

TEST(AdminRoutes, AnswerTheirPathsAndHandOnTheOthers) {
  EXPECT_EQ(get("/health"), R"(200 {"status":"healthy","message":"all \"fine\""})");
  EXPECT_EQ(get("/metrics"), "200 x 1\n");
  EXPECT_EQ(get("/status/"), R"(200 {"worker":"w"})");
  EXPECT_EQ(get("/"), "200 GET:");
  EXPECT_EQ(get("/connectors/a%20b/status?x=1"), "200 GET/connectors/a b/status:");
  EXPECT_EQ(ask({.method = "HEAD", .target = "/connectors"}), "200 GET/connectors:");
  EXPECT_EQ(ask({.method = "PUT", .target = "/connectors/x/pause"}), "200 PUT/connectors/x/pause:");
}

TEST(AdminRoutes, HealthTellsItsStateByTheStatusToo) {
  AdminHandlers from = handlers();
  from.health = [] { return Health{Health::State::kStarting, "reading positions"}; };
  EXPECT_EQ(get("/health", from), R"(503 {"status":"starting","message":"reading positions"})");
  from.health = [] { return Health{Health::State::kUnhealthy, "orders-0 is STALLED"}; };
  EXPECT_EQ(get("/health", from), R"(500 {"status":"unhealthy","message":"orders-0 is STALLED"})");
}

TEST(AdminRoutes, RefuseWhatIsNoPath) {
  EXPECT_EQ(get("/connectors/%zz/status"),
            R"(400 {"error_code":400,"message":"the path or query is not percent-encoded text"})");
  for (const char* target : {"", "*", "http://x/health"}) EXPECT_TRUE(get(target).starts_with("404 ")) << target;
  EXPECT_TRUE(get("/status", AdminHandlers{}).starts_with("404 "));
  EXPECT_TRUE(ask({.method = "POST", .target = "/health"}).starts_with("405 "));
}

TEST(AdminRoutes, ActForNoPageOfAnotherSite) {
  Request request{.method = "POST", .target = "/connectors/x/restart", .host = "127.0.0.1:8083"};
  const HttpAccess local({}, true);
  EXPECT_TRUE(ask(request, handlers(), local).starts_with("200 "));
  request.origin = "http://127.0.0.1:8083";
  EXPECT_TRUE(ask(request, handlers(), local).starts_with("200 "));
  for (const char* origin :
       {"http://evil.example", "http://127.0.0.1:9000", "null", "http://127.0.0.1:8083.evil.example"}) {
    request.origin = origin;
    EXPECT_TRUE(ask(request, handlers(), local).starts_with("403 ")) << origin;
    // A login that the browser remembers is no leave.
    const HttpAccess login({"", "", "planted-listener-token"}, true);
    request.authorization = "Bearer planted-listener-token";
    EXPECT_TRUE(ask(request, handlers(), login).starts_with("403 ")) << origin;
  }
  request.origin = "";
  request.fetch_site = "cross-site";
  EXPECT_TRUE(ask(request, handlers(), local).starts_with("403 "));
}

TEST(AdminRoutes, ABodyIsJson) {
  Request request{.method = "PUT",
                  .target = "/admin/loggers/root",
                  .content_type = "application/json; charset=utf-8",
                  .body = "{}"};
  EXPECT_EQ(ask(request), "200 PUT/admin/loggers/root:{}");
  request.content_type = "text/plain";
  EXPECT_TRUE(ask(request).starts_with("415 "));
}

TEST(AdminRoutes, OnlyOffsetsTakeTime) {
  EXPECT_TRUE(may_be_slow("/connectors/x/offsets/?a=b"));
  EXPECT_FALSE(may_be_slow("/connectors/offsets/status"));
}

TEST(AdminRoutes, AnExceptionBecomesA500WithoutItsText) {
  AdminHandlers from;
  from.status = []() -> std::string { throw std::runtime_error("inner detail"); };
  testing::internal::CaptureStderr();
  const std::string answer = get("/status", from);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("inner detail"), std::string::npos);
  EXPECT_EQ(answer, R"(500 {"error_code":500,"message":"the answer could not be made; the log says why"})");
}

TEST(AdminRoutes, WithoutALoginOnlyTheStateOfHealthIsTold) {
  const HttpAccess access({"", "", "planted-listener-token"}, false);
  AdminHandlers from = handlers();
  from.health = [] { return Health{Health::State::kUnhealthy, "orders-0 is STALLED"}; };
  const auto asked = [&](std::string_view method, std::string_view target, std::string_view login) {
    return ask({.method = method, .target = target, .authorization = login}, from, access);
  };
  constexpr const char* kLogin = "Bearer planted-listener-token";
  EXPECT_EQ(asked("GET", "/health", ""), R"(500 {"status":"unhealthy","message":"log in to read more"})");
  EXPECT_EQ(asked("GET", "/health", kLogin), R"(500 {"status":"unhealthy","message":"orders-0 is STALLED"})");
  for (const char* target : {"/", "/status", "/metrics", "/connectors", "/healthy", "/nothing", "/health/../status"}) {
    EXPECT_TRUE(asked("GET", target, "").starts_with("401 ")) << target;
  }
  for (const char* target : {"/health", "/connectors/x/stop"}) {
    EXPECT_TRUE(asked("PUT", target, "").starts_with("401 ")) << target;
  }
  EXPECT_TRUE(asked("PUT", "/health", kLogin).starts_with("405 "));
}

TEST(AdminRoutes, MaskSecrets) {
  secrets().add("routes-test-secret");
  AdminHandlers from;
  from.status = [] { return std::string(R"({"trace":"login routes-test-secret"})"); };
  EXPECT_EQ(get("/status", from), R"(200 {"trace":"login ****"})");
}

}  // namespace
}  // namespace cnx::host::observe
