// SPDX-License-Identifier: Apache-2.0
#include "times.h"

#include <gtest/gtest.h>

namespace walmart {
namespace {

constexpr EpochSeconds kAt = 1795420800;  // 2026-11-23T08:00:00Z

TEST(Times, WritesTheFormsOfTheApiAndOfRequestTime) {
  EXPECT_EQ(utc_text(kAt), "2026-11-23T08:00:00Z");
  EXPECT_EQ(sql_text(kAt + 61), "2026-11-23 08:01:01");
  EXPECT_EQ(utc_text(-1), "1969-12-31T23:59:59Z");
}

TEST(Times, ReadsInstantsWithAnyZoneAndFraction) {
  EXPECT_EQ(parse_instant_ms("2026-11-23T08:00:00Z"), kAt * 1000);
  EXPECT_EQ(parse_instant_ms("2026-11-23T08:00:00.123Z"), kAt * 1000 + 123);
  EXPECT_EQ(parse_instant_ms("2026-11-23T08:00:00.5Z"), kAt * 1000 + 500);
  EXPECT_EQ(parse_instant_ms("2026-11-23T08:00:00.123456789Z"), kAt * 1000 + 123);
  EXPECT_EQ(parse_instant_ms("2026-11-23T00:00:00-08:00"), kAt * 1000);
  EXPECT_EQ(parse_instant_ms("2026-11-23T09:30:00+0130"), kAt * 1000);
}

TEST(Times, RefusesWhatIsNoInstant) {
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T08:00:00", "2026-11-23 08:00:00Z", "2026-13-23T08:00:00Z", "2026-02-29T08:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T08:60:00Z", "2026-11-23T08:00:00+1", "2026-11-23T08:00:00Zx",
        "20261123T080000Z", "xxxxxxxxxxTxxxxxxxxx"})
    EXPECT_FALSE(parse_instant_ms(text).has_value()) << text;
}

TEST(Times, ReadsDaysInBothForms) {
  EXPECT_EQ(day_text(*parse_day("20261123")), "2026-11-23");
  EXPECT_EQ(day_text(*parse_day("2026-11-23")), "2026-11-23");
  for (const char* text : {"2026-1-23", "20261323", "20260229", "2026/11/23", "today", "202611231", "2026112x"})
    EXPECT_FALSE(parse_day(text).has_value()) << text;
}

TEST(Times, ReadsTheDatesOfHttpHeaders) {
  EXPECT_EQ(parse_http_date("Mon, 23 Nov 2026 08:00:00 GMT"), kAt);
  for (const char* text : {"", "Mon, 23 Nov 2026 08:00:00 PST", "Mon, 23 Xyz 2026 08:00:00 GMT",
                           "Mon, 32 Nov 2026 08:00:00 GMT", "Mon, 23 ovD 2026 08:00:00 GMT"})
    EXPECT_FALSE(parse_http_date(text).has_value()) << text;
}

TEST(Times, ReadsNumbersOnlyWhenNothingElseIsThere) {
  EXPECT_EQ(parse_integer("-12"), -12);
  for (const char* text : {"", "1 ", " 1", "1.0", "x", "99999999999999999999"})
    EXPECT_FALSE(parse_integer(text).has_value()) << text;
}

}  // namespace
}  // namespace walmart
