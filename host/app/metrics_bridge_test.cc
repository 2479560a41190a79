// SPDX-License-Identifier: Apache-2.0
#include "metrics_bridge.h"

#include <gmock/gmock.h>

#include <vector>

namespace cnx::host::app {
namespace {

using runtime::TaskSnapshot;
using runtime::TaskState;
using ::testing::HasSubstr;

TaskSnapshot metered_task(const std::string& connector, int number, TaskState state) {
  TaskSnapshot made;
  made.connector = connector;
  made.task = number;
  made.state = state;
  return made;
}

class MetricsBridgeTest : public ::testing::Test {
 protected:
  /// The value behind `name{labels,worker="w"} `.
  double value(const std::string& name) {
    const std::string text = metrics.text();
    const std::size_t at = text.find("\nconnect_" + name);
    EXPECT_NE(at, std::string::npos) << name;
    return at == std::string::npos ? -1 : std::stod(text.substr(text.find("} ", at) + 2));
  }
  observe::Metrics metrics{"w"};
  MetricsBridge bridge{metrics};
};

TEST_F(MetricsBridgeTest, AgesAreCountedOnceHoweverOftenTheyAreAsked) {
  std::vector tasks{metered_task("sink", 0, TaskState::kRunning)};
  tasks[0].counts.ages.add(3'000);
  tasks[0].counts.ages.add(-50);
  bridge.publish(tasks);
  bridge.publish(tasks);
  tasks[0].counts.ages.add(100'000'000);
  bridge.publish(tasks);
  const std::string series = "sink_task_metrics_record_age_seconds";
  EXPECT_EQ(value(series + "_count"), 3);
  EXPECT_EQ(value(series + "_sum"), 100'003);
  EXPECT_THAT(metrics.text(), HasSubstr("worker=\"w\",le=\"0.01\"} 1\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("worker=\"w\",le=\"5\"} 2\n"));
  EXPECT_THAT(metrics.text(), HasSubstr("worker=\"w\",le=\"86400\"} 2\n"));
}

TEST_F(MetricsBridgeTest, TheLedgersBalance) {
  std::vector tasks{metered_task("sink", 0, TaskState::kRunning), metered_task("source", 0, TaskState::kRunning)};
  tasks[0].counts.records_in = 10;
  tasks[0].counts.written = 4;
  tasks[0].counts.rows = 10;
  tasks[0].counts.pending = 5;
  tasks[1].is_source = true;
  tasks[1].forgotten = {.done = 3, .pages = 3, .fetched = 30, .repeats = 1};
  for (const auto& [state, expected, fetched] :
       {std::tuple{CNX_UNIT_DONE, 7, 6}, std::tuple{CNX_UNIT_OPEN, 9, 2}, std::tuple{CNX_UNIT_SPLIT, 99, 99}}) {
    plugin::UnitProgress unit;
    unit.state = state;
    unit.expected = expected;
    unit.fetched = fetched;
    tasks[1].units.push_back(unit);
  }
  bridge.publish(tasks);
  EXPECT_EQ(value("sink_task_metrics_ledger_balance"), 1);
  EXPECT_EQ(value("sink_task_metrics_rows_per_record_avg"), 2.5);
  EXPECT_EQ(value("source_task_metrics_window_ledger_balance"), 1);
  EXPECT_EQ(value("source_task_metrics_windows_done"), 4);
  EXPECT_EQ(value("source_task_metrics_window_records_expected"), 46);
  EXPECT_EQ(value("source_task_metrics_window_records_fetched"), 38);
}

TEST_F(MetricsBridgeTest, AWorkerCountsItsTasksByState) {
  std::vector tasks{metered_task("sink", 0, TaskState::kRunning), metered_task("sink", 1, TaskState::kPaused),
                    metered_task("down", 0, TaskState::kStopped)};
  tasks[1].paused_ms = 250;
  tasks[1].lived_ms = 1'000;
  bridge.publish(tasks);
  EXPECT_EQ(value("connect_worker_metrics_connector_count"), 1);
  EXPECT_EQ(value("connect_worker_metrics_task_count"), 2);
  EXPECT_EQ(value("connect_worker_metrics_connector_paused_task_count{connector=\"sink\""), 1);
  EXPECT_EQ(value("connect_worker_metrics_connector_total_task_count{connector=\"down\""), 0);
  EXPECT_EQ(value("connector_task_metrics_pause_ratio{connector=\"sink\",task=\"1\""), 0.25);
  EXPECT_EQ(value("connector_task_metrics_status{connector=\"sink\",task=\"1\""), 7);
}

}  // namespace
}  // namespace cnx::host::app
