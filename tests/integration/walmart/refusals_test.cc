// SPDX-License-Identifier: Apache-2.0
//
// What ends a run, and with which words; and how soon a stop ends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "sandbox.h"
#include "sandbox_run.h"

namespace walmart {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WalmartSandbox, SaysAtOnceThatCredentialsAreRefused) {
  Sandbox sandbox({"--orders", "10"});
  SandboxRun run(sandbox, {{"hours", "1"}, {"accounts.shop.client.secret", "not-the-secret"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kAuth);
  EXPECT_THAT(status.error().message, HasSubstr("shop"));
  EXPECT_THAT(status.error().message, HasSubstr(sandbox.url()));
  EXPECT_THAT(status.error().message, Not(HasSubstr("not-the-secret")));
  EXPECT_THAT(sandbox.get("stats"), HasSubstr("\"token\""));
}

TEST(WalmartSandbox, SaysThatTheCertificateIsNotTrusted) {
  Sandbox sandbox({"--orders", "10"});
  SandboxRun run(sandbox, {{"hours", "1"}, {"ssl.ca.location", "/etc/ssl/certs/ca-certificates.crt"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kConfig);
  EXPECT_THAT(status.error().message, HasSubstr("ssl.ca.location"));
}

TEST(WalmartSandbox, NamesTheWindowThatStaysShort) {
  Sandbox sandbox({"--orders", "300", "--from", "now-1h", "--ship-node-weights", "100,0,0", "--faults",
                   R"([{"kind":"fewer_orders_for_ever"}])"});
  SandboxRun run(sandbox, {{"hours", "1"}, {"ship.node.type", "SellerFulfilled"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("shop SellerFulfilled 20"));
  EXPECT_THAT(status.error().message, HasSubstr("5 tries"));
}

TEST(WalmartSandbox, GivesUpOnAnOutageAfterTheRetryTimeout) {
  Sandbox sandbox({"--orders", "10", "--faults", R"([{"kind":"http_503"}])"});
  SandboxRun run(sandbox, {{"hours", "1"}, {"errors.retry.timeout", "30000"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("HTTP 503"));
}

TEST(WalmartSandbox, StopsAtOnceInTheMiddleOfACall) {
  Sandbox sandbox({"--orders", "10", "--faults", R"([{"kind":"stall"}])"});
  SandboxRun run(sandbox, {{"hours", "1"}});
  ASSERT_TRUE(run.start().ok());
  std::chrono::steady_clock::time_point cancelled;
  std::thread other([&] {
    while (sandbox.get("requests?last=5").find("/v3/orders") == std::string::npos) std::this_thread::yield();
    cancelled = std::chrono::steady_clock::now();
    run.source->cancel();
  });
  const auto status = run.run();
  const auto ended = std::chrono::steady_clock::now();
  other.join();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kCancelled);
  // 100 ms are promised; the rest is for a machine that is busy. The call itself would take two minutes.
  EXPECT_LT(ended - cancelled, std::chrono::milliseconds(500));
  EXPECT_EQ(run.poll().error().action, cnx::Action::kCancelled);
}

TEST(WalmartSandbox, ChecksTheCredentialsBeforeARun) {
  Sandbox sandbox({"--orders", "10"});
  for (const bool right : {true, false}) {
    const auto config = cnx::testing::config_of<WalmartSource>(
        {{"topic", "orders"},
         {"base.url", sandbox.url()},
         {"ssl.ca.location", sandbox.ca_file()},
         {"accounts.shop.client.id", "sandbox-client"},
         {"accounts.shop.client.secret", right ? "sandbox-secret" : "not-the-secret"}});
    cnx::testing::FakeHost host;
    cnx::testing::CollectedFindings collected;
    cnx::Findings findings = collected.findings();
    ASSERT_TRUE(WalmartSource::preflight(host.host(), config, {}, findings).ok());
    ASSERT_EQ(collected.found.size(), 1u);
    EXPECT_EQ(collected.errors(), right ? 0u : 1u);
    EXPECT_THAT(collected.found[0].object, HasSubstr("shop"));
    EXPECT_THAT(collected.found[0].message + collected.found[0].mend, Not(HasSubstr("not-the-secret")));
  }
}

}  // namespace
}  // namespace walmart
