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
  out.root = [] { return std::string(R"({"version":"1"})"); };
  out.status = [] { return std::string(R"({"worker":"w"})"); };
  out.connectors = [] { return std::string(R"(["a b"])"); };
  out.connectors_status = [] { return std::string(R"({"a b":{}})"); };
  out.connector_status = [](const std::string& name) {
    return name == "a b" ? std::optional<std::string>(R"({"name":"a b"})") : std::nullopt;
  };
  return out;
}

std::string get(const std::string& target, const AdminHandlers& from = handlers()) {
  const Answer answer = answer_get(from, target);
  return std::to_string(answer.status) + " " + answer.body;
}

TEST(AdminRoutes, AnswerKafkaConnectsPaths) {
  EXPECT_EQ(get("/"), R"(200 {"version":"1"})");
  EXPECT_EQ(get("/health"), R"(200 {"status":"healthy","message":"all \"fine\""})");
  EXPECT_EQ(get("/metrics"), "200 x 1\n");
  EXPECT_EQ(get("/status/"), R"(200 {"worker":"w"})");
  EXPECT_EQ(get("/connectors"), R"(200 ["a b"])");
  EXPECT_EQ(get("/connectors?expand=status"), R"(200 {"a b":{}})");
  EXPECT_EQ(get("/connectors?expand=info&expand=status"), R"(200 {"a b":{}})");
  EXPECT_EQ(get("/connectors/a%20b/status"), R"(200 {"name":"a b"})");
}

TEST(AdminRoutes, HealthTellsItsStateByTheStatusToo) {
  AdminHandlers from = handlers();
  from.health = [] { return Health{Health::State::kStarting, "reading positions"}; };
  EXPECT_EQ(get("/health", from), R"(503 {"status":"starting","message":"reading positions"})");
  from.health = [] { return Health{Health::State::kUnhealthy, "orders-0 is STALLED"}; };
  EXPECT_EQ(get("/health", from), R"(500 {"status":"unhealthy","message":"orders-0 is STALLED"})");
}

TEST(AdminRoutes, ErrorsHaveKafkaConnectsShape) {
  EXPECT_EQ(get("/connectors/x/status"), R"(404 {"error_code":404,"message":"No status found for connector x"})");
  EXPECT_EQ(get("/connectors/%zz/status"),
            R"(400 {"error_code":400,"message":"the connector's name is not percent-encoded text"})");
  for (const char* target : {"/nothing", "", "/connectors/", "/connectors//status", "*", "http://x/health"}) {
    EXPECT_TRUE(get(target).starts_with(target == std::string("/connectors/") ? "200" : "404"))
        << target << get(target);
  }
  EXPECT_TRUE(get("/status", AdminHandlers{}).starts_with("404 "));
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
  const auto ask = [&](Request request) {
    const Answer answer = answer_request(from, access, request);
    return std::to_string(answer.status) + " " + answer.body;
  };
  EXPECT_EQ(ask({true, "/health", "", ""}), R"(500 {"status":"unhealthy","message":"log in to read more"})");
  EXPECT_EQ(ask({true, "/health", "", "Bearer planted-listener-token"}),
            R"(500 {"status":"unhealthy","message":"orders-0 is STALLED"})");
  for (const char* target : {"/", "/status", "/metrics", "/connectors", "/healthy", "/nothing", "/health/../status"}) {
    EXPECT_TRUE(ask({true, target, "", ""}).starts_with("401 ")) << target;
  }
  EXPECT_TRUE(ask({false, "/health", "", ""}).starts_with("401 "));
  EXPECT_TRUE(ask({false, "/health", "", "Bearer planted-listener-token"}).starts_with("405 "));
}

TEST(AdminRoutes, MaskSecrets) {
  secrets().add("routes-test-secret");
  AdminHandlers from;
  from.status = [] { return std::string(R"({"trace":"login routes-test-secret"})"); };
  EXPECT_EQ(get("/status", from), R"(200 {"trace":"login ****"})");
}

}  // namespace
}  // namespace cnx::host::observe
