// SPDX-License-Identifier: Apache-2.0
#include "run_view.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace cnx::host::app {
namespace {

using runtime::TaskSnapshot;
using runtime::TaskState;
using State = observe::Health::State;

TaskSnapshot sink_task(int number, TaskState state, std::string message = "") {
  TaskSnapshot made;
  made.connector = "sink";
  made.task = number;
  made.state = state;
  made.message = std::move(message);
  return made;
}

TEST(HealthOf, SaysWhatIsWaitedForAndStaysHealthyInAnOutage) {
  const std::vector tasks{sink_task(0, TaskState::kRunning), sink_task(1, TaskState::kRestarting, "no database")};
  const observe::Health health = health_of(tasks);
  EXPECT_EQ(health.state, State::kHealthy);
  EXPECT_EQ(health.message, "sink-1 waits: no database");
}

TEST(HealthOf, NamesTheCallThatDoesNotComeBack) {
  std::vector tasks{sink_task(0, TaskState::kRunning)};
  tasks[0].stalled_in = "transaction of the sink";
  tasks[0].stalled_ms = 42'500;
  EXPECT_EQ(health_of(tasks).message, "sink-0 waits: transaction of the sink has not come back for 42 s");
}

TEST(HealthOf, IsStartingAtTheFirstStartOnly) {
  std::vector tasks{sink_task(0, TaskState::kStarting)};
  EXPECT_EQ(health_of(tasks).state, State::kStarting);
  tasks[0].has_run = true;  // and was restarted by hand
  EXPECT_EQ(health_of(tasks).state, State::kHealthy);
  tasks[0].has_run = false;
  tasks[0].counts.restarts = 1;
  EXPECT_EQ(health_of(tasks).state, State::kHealthy);
  EXPECT_EQ(health_of(tasks).message, "sink-0 waits: starts again");
}

TEST(HealthOf, ATaskThatFailedForGoodOutweighsTheOthers) {
  const std::vector tasks{sink_task(0, TaskState::kRestarting, "no database"),
                          sink_task(1, TaskState::kFailed, "no right")};
  const observe::Health health = health_of(tasks);
  EXPECT_EQ(health.state, State::kUnhealthy);
  EXPECT_EQ(health.message, "failed for good: sink-1: no right");
}

TEST(ToldOfResumed, SaysWhichRangeWasFinishedAndThatThePresentHoursAreNotInIt) {
  runtime::RunSummary run;
  run.title = "2026-11-23 01:00 … 03:00";
  EXPECT_EQ(told_of_resumed(run), "");
  run.resumed = true;
  EXPECT_THAT(
      told_of_resumed(run),
      ::testing::AllOf(::testing::HasSubstr("finished the range of 2026-11-23 01:00 … 03:00 that an earlier run began"),
                       ::testing::HasSubstr("run again for the present hours")));
  run.exit_code = 3;
  EXPECT_NE(told_of_resumed(run), "");
  run.exit_code = 1;
  EXPECT_EQ(told_of_resumed(run), "") << "not finished";
}

TEST(StatusJson, ListsOpenWindowsAndTheLastHundredThatAreDoneWithTheSumsOfTheRest) {
  runtime::Job job;
  job.connectors.resize(1);
  job.connectors[0].settings.name = "source";
  TaskSnapshot source = sink_task(0, TaskState::kRunning);
  source.connector = "source";
  source.forgotten = {.done = 7, .pages = 8, .fetched = 9, .repeats = 1};
  for (int i = 0; i < 150; ++i) {
    plugin::UnitProgress unit;
    unit.name = std::to_string(i);
    unit.state = i < 3 ? CNX_UNIT_OPEN : CNX_UNIT_DONE;
    unit.fetched = 10;
    unit.pages = 2;
    source.units.push_back(unit);
  }
  const auto json = nlohmann::json::parse(status_json(job, std::vector{source}));
  const auto& shown = json["connectors"]["source"]["tasks"][0];
  ASSERT_EQ(shown["windows"].size(), 103u);
  EXPECT_EQ(shown["windows"][0]["name"], "0");
  EXPECT_EQ(shown["windows"][3]["name"], "50");
  EXPECT_EQ(shown["windows"][102]["name"], "149");
  EXPECT_EQ(shown["windows_left_out"],
            nlohmann::json({{"done", 54}, {"fetched", 479}, {"pages", 102}, {"repeats", 1}}));
}

}  // namespace
}  // namespace cnx::host::app
