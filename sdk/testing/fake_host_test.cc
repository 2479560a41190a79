// SPDX-License-Identifier: Apache-2.0
#include "cnx/testing/fake_host.hpp"

#include <gmock/gmock.h>

namespace cnx::testing {
namespace {

using ::testing::ElementsAre;

TEST(FakeHost, RemembersWhatIsLogged) {
  FakeHost fake;
  fake.host().warning("disk is full");
  EXPECT_TRUE(fake.logged("full", CNX_LOG_WARNING));
  EXPECT_FALSE(fake.logged("full", CNX_LOG_ERROR));
}

TEST(FakeHost, WaitsMoveBothClocksAndTakeNoTime) {
  FakeHost fake;
  const auto wall = fake.host().now_us();
  const auto steady = fake.host().monotonic_ns();
  EXPECT_TRUE(fake.host().wait_ms(60'000));
  EXPECT_EQ(fake.host().now_us() - wall, 60'000'000);
  EXPECT_EQ(fake.host().monotonic_ns() - steady, 60'000'000'000);
  EXPECT_THAT(fake.waits_ms(), ElementsAre(60'000));
}

TEST(FakeHost, AStopEndsTheChosenWaitAndAllLaterOnes) {
  FakeHost fake;
  fake.stop_at_wait(2);
  EXPECT_TRUE(fake.host().wait_ms(1));
  EXPECT_FALSE(fake.host().wait_ms(1));
  EXPECT_FALSE(fake.host().wait_ms(1));
  EXPECT_TRUE(fake.host().stopping());
}

TEST(FakeHost, AddsUpMetricsByName) {
  FakeHost fake;
  Metric counter = fake.host().counter("requests", "sent");
  counter.add();
  fake.host().counter("requests", "sent").add(2);
  EXPECT_EQ(fake.metric("requests"), 3);
  EXPECT_EQ(fake.metric("unknown"), 0);
}

TEST(FakeHost, KeepsTheLastStateOfAUnit) {
  FakeHost fake;
  cnx_unit unit{};
  unit.struct_size = sizeof unit;
  unit.name = str("window 1");
  unit.expected = 7;
  fake.host().unit(unit);
  unit.state = CNX_UNIT_DONE;
  fake.host().unit(unit);
  ASSERT_EQ(fake.units().count("window 1"), 1u);
  EXPECT_EQ(fake.units().at("window 1").state, CNX_UNIT_DONE);
  EXPECT_EQ(fake.units().at("window 1").expected, 7);
}

TEST(FakeHost, LacksAServiceWhenToldTo) {
  FakeHost fake;
  fake.lack(CNX_SERVICE_METRICS);
  EXPECT_TRUE(fake.host().complete());
  fake.host().counter("nothing", "").add();
  fake.lack(CNX_SERVICE_LOG);
  EXPECT_FALSE(fake.host().complete());
}

}  // namespace
}  // namespace cnx::testing
