// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_task.h"

#include <gmock/gmock.h>

#include "base/clock.h"

namespace cnx::host::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;

/// A task whose broker is not there.
class SinkTaskTest : public ::testing::Test {
 protected:
  /// Takes rows, which no transform makes here: no sink is made of it.
  static const plugin::Component& component() {
    static const cnx_sink table = [] {
      cnx_sink made{};
      made.input = CNX_ROWS;
      return made;
    }();
    static const cnx_component raw = [] {
      cnx_component made{};
      made.table = &table;
      return made;
    }();
    static const plugin::Component component{plugin::Kind::kSink, "rows-sink", {}, {}, {}, &raw};
    return component;
  }
  static ConnectorPlan make_plan() {
    ConnectorPlan plan;
    plan.component = &component();
    plan.settings.name = "orders-mysql";
    plan.settings.kind = config::ConnectorKind::kSink;
    plan.settings.topics = {"orders"};
    plan.client.bootstrap_servers = "127.0.0.1:1";
    return plan;
  }
  SinkTaskTest() { team.begin.count_down(); }
  ~SinkTaskTest() override { task.request_stop(); }

  /// False: not within 30 s.
  bool until(const std::function<bool()>& reached) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!reached() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
    return reached();
  }

  const Job job;
  const ConnectorPlan plan = make_plan();
  SystemClock clock;
  StopSource stop;
  SinkTeam team{1};
  SinkTask task{job, plan, 0, nullptr, clock, stop.token(), team};
};

TEST_F(SinkTaskTest, AWishOfBeforeARunDoesNotHideThatTheRunFailed) {
  task.restart();
  ASSERT_TRUE(task.start().ok());
  EXPECT_TRUE(until([&] { return task.snapshot().state == TaskState::kRestarting; }));
  EXPECT_EQ(task.snapshot().counts.restarts, 1u);
  EXPECT_THAT(task.snapshot().message, Not(IsEmpty()));
}

TEST_F(SinkTaskTest, AStopThatPeopleAskForEndsTheQuestionsToKafka) {
  ASSERT_TRUE(task.start().ok());
  ASSERT_TRUE(until([&] { return !task.snapshot().call.empty(); }));
  const auto asked = std::chrono::steady_clock::now();
  task.ask(Wish::kStop);
  EXPECT_TRUE(until([&] { return task.snapshot().state == TaskState::kStopped; }));
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 5s) << "unanswered they last 10 s";
}

}  // namespace
}  // namespace cnx::host::runtime
