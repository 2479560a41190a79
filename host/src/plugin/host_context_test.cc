// SPDX-License-Identifier: Apache-2.0
#include "plugin/host_context.h"

#include <gmock/gmock.h>

#include <map>
#include <stdexcept>
#include <vector>

#include "base/log.h"
#include "cnx/host.hpp"

namespace cnx::host::plugin {
namespace {

using ::testing::ElementsAre;

class Cell final : public MetricCell {
 public:
  void add(double amount) noexcept override { value += amount; }
  void set(double v) noexcept override { value = v; }
  double value = 0;
};

struct FakeMetrics final : MetricsPort {
  MetricCell& counter(const Speaker& speaker, std::string_view name, std::string_view) override {
    if (broken) throw std::runtime_error("no memory");
    return cells[speaker.connector + "/" + std::to_string(speaker.task) + "/" + std::string(name)];
  }
  MetricCell& gauge(const Speaker& speaker, std::string_view name, std::string_view help) override {
    return counter(speaker, name, help);
  }
  bool broken = false;
  std::map<std::string, Cell> cells;
};

struct FakeProgress final : ProgressPort {
  void unit(const Speaker&, UnitProgress unit) override { units.push_back(std::move(unit)); }
  void health(const Speaker&, std::string_view state) override { states.emplace_back(state); }
  std::vector<UnitProgress> units;
  std::vector<std::string> states;
};

struct CapturedLog final : log::Backend {
  CapturedLog() { log::set_backend(this); }
  ~CapturedLog() override { log::set_backend(nullptr); }
  bool enabled(log::Level level) const override { return level >= log::Level::kInfo; }
  void write(log::Level level, std::string_view logger, std::string_view message) override {
    lines.push_back(std::string(log::name_of(level)) + " " + std::string(logger) + " " + std::string(message));
  }
  std::vector<std::string> lines;
};

struct Context {
  ManualClock clock{1'000'000};
  StopSource stop;
  FakeMetrics metrics;
  FakeProgress progress;
  HostContext context{HostServices{"orders", 2, 3, &clock, stop.token(), &metrics, &progress}};
  Host host{context.table()};
};

TEST(HostContext, TellsWhoTheInstanceIs) {
  Context c;
  EXPECT_EQ(c.host.connector(), "orders");
  EXPECT_EQ(c.host.task(), 2);
  EXPECT_EQ(c.host.task_count(), 3);
  EXPECT_EQ(c.context.table()->abi, CNX_ABI_CURRENT);
}

TEST(HostContext, LogsUnderTheNameOfTheTask) {
  CapturedLog log;
  Context c;
  c.host.info("hello");
  c.host.debug("not shown");
  EXPECT_FALSE(c.host.debug_enabled());
  EXPECT_THAT(log.lines, ElementsAre("INFO orders|task-2 hello"));
}

TEST(HostContext, ALevelItDoesNotKnowIsTheNearest) {
  CapturedLog log;
  Context c;
  const auto* table = static_cast<const cnx_log*>(c.context.table()->service(c.context.table(), CNX_SERVICE_LOG));
  table->write(table->ctx, 99, str("loud"));
  EXPECT_THAT(log.lines, ElementsAre("ERROR orders|task-2 loud"));
}

TEST(HostContext, TimeComesFromTheClockOfTheHost) {
  Context c;
  c.clock.advance_ms(5);
  EXPECT_EQ(c.host.now_us(), 1'005'000);
  EXPECT_EQ(c.host.monotonic_ns(), 5'000'000);
}

TEST(HostContext, AStopEndsWaits) {
  Context c;
  EXPECT_FALSE(c.host.stopping());
  c.stop.request();
  EXPECT_TRUE(c.host.stopping());
  EXPECT_FALSE(c.host.wait_ms(3'600'000));
}

TEST(HostContext, MetricsCarryConnectorAndTask) {
  Context c;
  c.host.counter("requests", "sent").add(2);
  c.host.gauge("open", "connections").set(7);
  EXPECT_EQ(c.metrics.cells["orders/2/requests"].value, 2);
  EXPECT_EQ(c.metrics.cells["orders/2/open"].value, 7);
}

TEST(HostContext, AMetricThatCannotBeMadeIsAHandleThatDoesNothing) {
  CapturedLog log;
  Context c;
  c.metrics.broken = true;
  c.host.counter("requests", "sent").add(1);
  EXPECT_THAT(log.lines, ElementsAre("ERROR orders|task-2 a service of the host failed: no memory"));
}

TEST(HostContext, PassesProgressOn) {
  Context c;
  const cnx_unit unit{sizeof(cnx_unit), CNX_UNIT_DONE, str("08:00"), 10, 11, 2, 1, 1};
  c.host.unit(unit);
  c.host.health("rate limit");
  c.host.health("");
  ASSERT_EQ(c.progress.units.size(), 1u);
  EXPECT_EQ(c.progress.units[0].name, "08:00");
  EXPECT_EQ(c.progress.units[0].fetched, 11);
  EXPECT_EQ(c.progress.units[0].repeats, 1);
  EXPECT_THAT(c.progress.states, ElementsAre("rate limit", ""));
}

TEST(HostContext, HasNoServiceThatItWasNotGiven) {
  ManualClock clock;
  const HostContext context(HostServices{"c", 0, 1, &clock, {}});
  const cnx_host* table = context.table();
  EXPECT_EQ(table->service(table, CNX_SERVICE_METRICS), nullptr);
  EXPECT_EQ(table->service(table, CNX_SERVICE_PROGRESS), nullptr);
  EXPECT_EQ(table->service(table, "cnx.teleport/1"), nullptr);
  EXPECT_NE(table->service(table, CNX_SERVICE_WAIT), nullptr);
}

}  // namespace
}  // namespace cnx::host::plugin
