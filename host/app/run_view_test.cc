// SPDX-License-Identifier: Apache-2.0
#include "run_view.h"

#include <gmock/gmock.h>

#include <vector>

namespace cnx::host::app {
namespace {

using runtime::TaskSnapshot;
using runtime::TaskState;
using State = observe::Health::State;

TaskSnapshot task(int number, TaskState state, std::string message = "") {
  TaskSnapshot made;
  made.connector = "sink";
  made.task = number;
  made.state = state;
  made.message = std::move(message);
  return made;
}

TEST(HealthOf, SaysWhatIsWaitedForAndStaysHealthyInAnOutage) {
  const std::vector tasks{task(0, TaskState::kRunning), task(1, TaskState::kRestarting, "no database")};
  const observe::Health health = health_of(tasks);
  EXPECT_EQ(health.state, State::kHealthy);
  EXPECT_EQ(health.message, "sink-1 waits: no database");
}

TEST(HealthOf, NamesTheCallThatDoesNotComeBack) {
  std::vector tasks{task(0, TaskState::kRunning)};
  tasks[0].stalled_in = "transaction of the sink";
  tasks[0].stalled_ms = 42'500;
  EXPECT_EQ(health_of(tasks).message, "sink-0 waits: transaction of the sink has not come back for 42 s");
}

TEST(HealthOf, IsStartingAtTheFirstStartOnly) {
  std::vector tasks{task(0, TaskState::kStarting)};
  EXPECT_EQ(health_of(tasks).state, State::kStarting);
  tasks[0].counts.restarts = 1;
  EXPECT_EQ(health_of(tasks).state, State::kHealthy);
  EXPECT_EQ(health_of(tasks).message, "sink-0 waits: starts again");
}

TEST(HealthOf, ATaskThatFailedForGoodOutweighsTheOthers) {
  const std::vector tasks{task(0, TaskState::kRestarting, "no database"), task(1, TaskState::kFailed, "no right")};
  const observe::Health health = health_of(tasks);
  EXPECT_EQ(health.state, State::kUnhealthy);
  EXPECT_EQ(health.message, "failed for good: sink-1: no right");
}

}  // namespace
}  // namespace cnx::host::app
