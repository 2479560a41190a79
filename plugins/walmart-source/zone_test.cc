// SPDX-License-Identifier: Apache-2.0
#include "zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace walmart {
namespace {

EpochSeconds length_of_day(const char* zone, const char* day) {
  const auto found = Zone::find(zone);
  EXPECT_TRUE(found.ok());
  const auto first = *parse_day(day);
  return found->start_of_day(std::chrono::sys_days(first) + std::chrono::days(1)) - found->start_of_day(first);
}

TEST(Zone, GivesDaysOf23And25HoursWhenTheClocksChange) {
  EXPECT_EQ(length_of_day("America/Los_Angeles", "20261123"), 24 * kHour);
  EXPECT_EQ(length_of_day("America/Los_Angeles", "20260308"), 23 * kHour);
  EXPECT_EQ(length_of_day("America/Los_Angeles", "20261101"), 25 * kHour);
}

TEST(Zone, TakesTheEarlierOfTwoMidnights) {
  // Havana sets its clocks back from 01:00 to 00:00.
  const auto zone = Zone::find("America/Havana");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(utc_text(zone->start_of_day(*parse_day("20261101"))), "2026-11-01T04:00:00Z");
  EXPECT_EQ(length_of_day("America/Havana", "20261101"), 25 * kHour);
}

TEST(Zone, BeginsADayThatHasNoMidnightAfterTheGap) {
  // Havana sets its clocks forward from 00:00 to 01:00.
  const auto zone = Zone::find("America/Havana");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->text(zone->start_of_day(*parse_day("20260308"))), "2026-03-08 01:00:00 CDT");
  EXPECT_EQ(length_of_day("America/Havana", "20260308"), 23 * kHour);
}

TEST(Zone, TellsTheTwoHoursThatShareTheirCivilTimeApart) {
  const auto zone = Zone::find("America/Los_Angeles");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->text(1762073999), "2025-11-02 01:59:59 PDT");
  EXPECT_EQ(zone->text(1762074000), "2025-11-02 01:00:00 PST");
}

TEST(Zone, NamesAZoneThatIsNotKnown) {
  const auto zone = Zone::find("America/Los_Angels");
  ASSERT_FALSE(zone.ok());
  EXPECT_EQ(zone.error().action, cnx::Action::kConfig);
  EXPECT_THAT(zone.error().message, ::testing::HasSubstr("'America/Los_Angels'"));
}

}  // namespace
}  // namespace walmart
