// SPDX-License-Identifier: Apache-2.0
//
// Bounded runs while the API misbehaves: each order is sent once, byte for byte.
#include <gtest/gtest.h>

#include <algorithm>

#include "sandbox.h"
#include "sandbox_run.h"
#include "times.h"

namespace walmart {
namespace {

std::multiset<std::string> expected_of(Sandbox& sandbox, const std::string& range_id) {
  const auto start = range_id.find(";start="), end = range_id.find(";end=");
  const auto lines = sandbox.orders(range_id.substr(start + 7, end - start - 7), range_id.substr(end + 5));
  return {lines.begin(), lines.end()};
}

/// What is in one and not in the other, shortened, for messages.
std::string difference(const std::multiset<std::string>& a, const std::multiset<std::string>& b) {
  std::vector<std::string> only;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
  std::string out = std::to_string(only.size()) + " more:";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, only.size()); ++i) out += "\n" + only[i].substr(0, 200);
  return out;
}

void expect_each_once(Sandbox& sandbox, SandboxRun& run) {
  const auto expected = expected_of(sandbox, run.range_id), sent = run.bodies();
  EXPECT_GT(expected.size(), 0u);
  EXPECT_TRUE(expected == sent) << "expected has " << difference(expected, sent) << "\nsent has "
                                << difference(sent, expected);
}

TEST(WalmartSandbox, GivesEachOrderOnceThroughAllFaultsThatPass) {
  Sandbox sandbox({"--orders", "3000", "--from", "now-3h", "--to", "now", "--faults",
                   R"([{"rate":0.3,"kinds":"all","spread":true}])"});
  SandboxRun run(sandbox, {{"hours", "3"}, {"window.max.orders", "300"}, {"page.size", "20"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_TRUE(status.ok()) << status.error().message;
  expect_each_once(sandbox, run);
  EXPECT_GT(run.host.metric("walmart_windows_again_total"), 0);
  EXPECT_GT(run.host.metric("walmart_api_calls_failed_total"), 0);
  EXPECT_GT(run.host.metric("walmart_api_calls_throttled_total"), 0);
  EXPECT_GT(run.host.metric("walmart_api_calls_unauthorized_total"), 0);
  for (const auto& [name, unit] : run.host.units()) {
    if (unit.state == CNX_UNIT_SPLIT) continue;
    EXPECT_EQ(unit.state, static_cast<cnx_unit_state>(CNX_UNIT_DONE)) << name;
    EXPECT_EQ(unit.expected, unit.fetched) << name;
  }
}

TEST(WalmartSandbox, GivesABusyDayWithAThirdOfItsOrdersInOneMinute) {
  Sandbox sandbox({"--orders", "20000", "--from", "now-12h", "--to", "now", "--burst-fraction", "0.33", "--faults",
                   R"([{"rate":0.02,"kinds":"all"}])"});
  SandboxRun run(sandbox, {{"hours", "12"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_TRUE(status.ok()) << status.error().message;
  expect_each_once(sandbox, run);
}

TEST(WalmartSandbox, GivesEachOrderOnceThoughTheProcessDiesAgainAndAgain) {
  Sandbox sandbox(
      {"--orders", "1500", "--from", "now-2h", "--to", "now", "--faults", R"([{"rate":0.05,"kinds":"all"}])"});
  SandboxRun run(sandbox, {{"hours", "2"}, {"batch.size", "40"}});
  bool more = true;
  for (int life = 0; more && life < 500; ++life) {
    ASSERT_TRUE(run.start().ok());
    for (int polls = life % 4; more && polls >= 0; --polls) {
      auto polled = run.poll(polls == 0 && life % 2 == 0);  // every other life loses its last batch
      ASSERT_TRUE(polled.ok()) << polled.error().message;
      more = *polled || (polls == 0 && life % 2 == 0);
    }
  }
  ASSERT_FALSE(more);
  expect_each_once(sandbox, run);
}

TEST(WalmartSandbox, SurvivesShortLivesOfTokensCursorsAndConnections) {
  Sandbox sandbox(
      {"--orders", "1200", "--from", "now-1h", "--to", "now", "--set", "requests_per_connection=3", "--set",
       "cursor_position=offset", "--set", "empty_result=mixed", "--set", "bounds=inclusive", "--faults",
       R"([{"kind":"token_revoked","nth":[3,9,15,30,45]},{"kind":"token_invalid_400","nth":[6,12,24,40]}])"});
  SandboxRun run(sandbox, {{"hours", "1"}, {"page.size", "20"}});
  ASSERT_TRUE(run.start().ok());
  const auto status = run.run();
  ASSERT_TRUE(status.ok()) << status.error().message;
  expect_each_once(sandbox, run);
}

}  // namespace
}  // namespace walmart
