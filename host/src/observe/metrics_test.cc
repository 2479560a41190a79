// SPDX-License-Identifier: Apache-2.0
#include "observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "observe/task_metrics.h"

namespace cnx::host::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, AppearInThePrometheusTextWithTheirLabels) {
  Metrics metrics("etl-1");
  metrics.counter("rows_total", "Rows written", {"orders", 2}).add(3);
  metrics.gauge("connector_count", "Connectors", {}).set(7);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("# HELP connect_rows_total Rows written\n# TYPE connect_rows_total counter\n"
                              "connect_rows_total{connector=\"orders\",task=\"2\",worker=\"etl-1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("connect_connector_count{worker=\"etl-1\"} 7\n"));
}

TEST(Metrics, SameNameAndOwnerAreOneMetric) {
  Metrics metrics("w");
  Counter one = metrics.counter("x_total", "X", {"c", 0});
  Counter two = metrics.counter("x_total", "X", {"c", 0});
  Counter other = metrics.counter("x_total", "X", {"c", 1});
  one.add();
  two.add();
  EXPECT_EQ(one.value(), 2);
  EXPECT_EQ(other.value(), 0);
}

TEST(Metrics, CountersNeverGoDown) {
  Metrics metrics("w");
  Counter counter = metrics.counter("x_total", "X", {});
  counter.add(5);
  counter.add(-3);
  EXPECT_EQ(counter.value(), 5);
}

TEST(Metrics, TakeNamesOfPluginsAsTheyCome) {
  Metrics metrics("w");
  metrics.counter("api calls/€ \"x\"\n", "Help\nof two lines", {"a\"b\\c\n", 0}).add();
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("connect_api_calls______x__{connector=\"a\\\"b\\\\c\\n\",task=\"0\",worker=\"w\"} 1\n"));
}

TEST(Metrics, SurviveANameOfTwoTypes) {
  Metrics metrics("w");
  Counter counter = metrics.counter("x", "X", {});
  testing::internal::CaptureStderr();
  Gauge gauge = metrics.gauge("x", "X", {});
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("connect_x: not recorded: "));
  gauge.set(5);
  counter.add();
  EXPECT_EQ(gauge.value(), 0);
  EXPECT_THAT(metrics.text(), HasSubstr("connect_x{worker=\"w\"} 1\n"));
}

TEST(Metrics, CountFromManyThreads) {
  Metrics metrics("w");
  Counter counter = metrics.counter("x_total", "X", {});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 1000; ++i) counter.add();
    });
  }
  (void)metrics.text();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 4000);
}

TEST(TaskMetrics, CarryKafkaConnectsNames) {
  Metrics metrics("w");
  SinkTaskMetrics sink(metrics, {"mysql", 0});
  SourceTaskMetrics source(metrics, {"walmart", 0});
  sink.records_read.add(5);
  std::array<std::uint64_t, kAgeBoundsS.size() + 1> ages{};
  ages[6] = 1;
  sink.record_age_s.observe(ages, 3);
  sink.errors.retries.add();
  source.records_polled.add(2);
  const std::string text = metrics.text();
  EXPECT_THAT(
      text,
      HasSubstr("connect_sink_task_metrics_sink_record_read_total{connector=\"mysql\",task=\"0\",worker=\"w\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("connect_sink_task_metrics_record_age_seconds_bucket{connector=\"mysql\",task=\"0\","
                              "worker=\"w\",le=\"5\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "connect_source_task_metrics_source_record_poll_total{connector=\"walmart\",task=\"0\",worker=\"w\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("connect_task_error_metrics_total_retries{connector=\"mysql\",task=\"0\",worker=\"w\"} 1\n"));
}

TEST(Handles, WithoutMetricsDoNothing) {
  Counter().add();
  Gauge().set(1);
  Histogram().observe(std::array<std::uint64_t, kAgeBoundsS.size() + 1>{}, 1);
  EXPECT_EQ(Counter().value(), 0);
}

}  // namespace
}  // namespace cnx::host::observe
