// SPDX-License-Identifier: Apache-2.0
//
// Runs without bounds: new orders and changes as they come.
#include <gtest/gtest.h>

#include <map>

#include "sandbox.h"
#include "sandbox_run.h"
#include "times.h"

namespace walmart {
namespace {

/// Polls for so many rounds; the fake clock moves on with the waits.
void poll_for(SandboxRun& run, int seconds) {
  const std::int64_t end = run.host.monotonic_ns() + seconds * 1'000'000'000LL;
  while (run.host.monotonic_ns() < end) {
    const auto polled = run.poll();
    ASSERT_TRUE(polled.ok()) << polled.error().message;
    ASSERT_TRUE(*polled);
  }
}

/// 25 orders made between `from` and `to` seconds ago.
void generate(Sandbox& sandbox, const SandboxRun& run, EpochSeconds from, EpochSeconds to) {
  const EpochSeconds now = run.host.now_us() / 1'000'000;
  sandbox.post("generate",
               R"({"orders":25,"from":")" + utc_text(now - from) + R"(","to":")" + utc_text(now - to) + "\"}");
}

TEST(WalmartSandbox, PollsChangesAndSendsEachVersionOnce) {
  Sandbox sandbox(
      {"--orders", "400", "--from", "now-2h", "--to", "now-5s", "--faults", R"([{"rate":0.05,"kinds":"all"}])"});
  SandboxRun run(sandbox, {{"start.from", "3h"}, {"poll.interval.ms", "1000"}});
  ASSERT_TRUE(run.start().ok());
  poll_for(run, 5);
  EXPECT_EQ(run.sent.size(), 400u);

  sandbox.post("modify", R"({"count":37,"status":"Shipped"})");
  run.host.advance_ms(2000);
  poll_for(run, 5);
  std::map<std::string, int> versions;
  for (const auto& record : run.sent) ++versions[record.key.value_or("")];
  EXPECT_EQ(versions.size(), 400u);
  EXPECT_EQ(run.sent.size(), 437u);

  ASSERT_TRUE(run.start().ok());  // after a crash
  poll_for(run, 5);
  EXPECT_EQ(run.sent.size(), 437u);
}

TEST(WalmartSandbox, PollsNewOrdersByCreation) {
  Sandbox sandbox({"--orders", "100", "--from", "now-2h", "--to", "now-5s"});
  SandboxRun run(sandbox, {{"start.from", "3h"}, {"poll.by", "created"}, {"poll.interval.ms", "1000"}});
  ASSERT_TRUE(run.start().ok());
  poll_for(run, 3);
  EXPECT_EQ(run.sent.size(), 100u);
  sandbox.post("modify", R"({"count":10,"status":"Shipped"})");
  generate(sandbox, run, 30 * kMinute, 20 * kMinute);  // they show later than they were made
  run.host.advance_ms(2000);
  poll_for(run, 3);
  EXPECT_EQ(run.sent.size(), 100u);  // older than the re-read: not seen by creation
  generate(sandbox, run, 10 * kMinute, kMinute);
  run.host.advance_ms(2000);
  poll_for(run, 3);
  EXPECT_EQ(run.sent.size(), 125u);
}

}  // namespace
}  // namespace walmart
