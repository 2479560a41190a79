// SPDX-License-Identifier: Apache-2.0
#include "iso_time.h"

#include <gtest/gtest.h>

namespace cnx::order_transform {
namespace {

constexpr std::int64_t kMoment = 1762751400000;  // 2025-11-10 05:10:00 UTC

TEST(IsoTime, ReadsOneMomentInAllItsForms) {
  for (const char* text :
       {"2025-11-10T05:10:00Z", "2025-11-10T05:10:00.000Z", "2025-11-10 05:10:00", "2025-11-10T05:10:00",
        "2025-11-10T05:10:00+00:00", "2025-11-09T21:10:00-08:00", "2025-11-09T21:10:00-0800",
        "2025-11-10T10:40:00+05:30", "2025-11-10T06:10:00+01", "2025-11-10T19:10:00+14:00", "2025-11-10 05:10:00Z"})
    EXPECT_EQ(parse_iso_time(text), kMoment) << text;
}

TEST(IsoTime, CutsFractionsOffAtTheMillisecond) {
  EXPECT_EQ(parse_iso_time("2025-11-10T05:10:00.5Z"), kMoment + 500);
  EXPECT_EQ(parse_iso_time("2025-11-10T05:10:00.25Z"), kMoment + 250);
  EXPECT_EQ(parse_iso_time("2025-11-10T05:10:00.123Z"), kMoment + 123);
  EXPECT_EQ(parse_iso_time("2025-11-10T05:10:00.123999999Z"), kMoment + 123);
  EXPECT_EQ(parse_iso_time("1969-12-31T23:59:59.999999Z"), -1);
}

TEST(IsoTime, TakesADateAsItsMidnightInUtc) {
  EXPECT_EQ(parse_iso_time("2025-11-10"), 1762732800000);
  EXPECT_EQ(parse_iso_time("1970-01-01"), 0);
  EXPECT_EQ(parse_iso_time("2024-02-29"), 1709164800000);
}

TEST(IsoTime, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2025",
                           "2025-11",
                           "2025-1-1",
                           "20251110T051000Z",
                           "2025-02-29",
                           "2025-13-01",
                           "2025-00-10",
                           "2025-11-31",
                           "2025-11-00",
                           "2025-11-10T",
                           "2025-11-10T05",
                           "2025-11-10T05:10",
                           "2025-11-10T24:00:00Z",
                           "2025-11-10T05:60:00Z",
                           "2025-11-10T05:10:60Z",
                           "2025-11-10T05:10:00.Z",
                           "2025-11-10T05:10:00,5Z",
                           "2025-11-10T05:10:00z",
                           "2025-11-10t05:10:00Z",
                           "2025-11-10T05:10:00 Z",
                           "2025-11-10T05:10:00+15:00",
                           "2025-11-10T05:10:00+14:01",
                           "2025-11-10T05:10:00+1",
                           "2025-11-10T05:10:00+01:",
                           "2025-11-10T05:10:00+01:60",
                           "2025-11-10T05:10:00ZZ",
                           " 2025-11-10",
                           "2025-11-10 ",
                           "-2025-11-10",
                           "10/11/2025",
                           "Mon, 10 Nov 2025 05:10:00 GMT",
                           "2025-11-10  05:10:00"})
    EXPECT_EQ(parse_iso_time(text), std::nullopt) << '"' << text << '"';
}

}  // namespace
}  // namespace cnx::order_transform
