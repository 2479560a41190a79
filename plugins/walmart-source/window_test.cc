// SPDX-License-Identifier: Apache-2.0
#include "window.h"

#include <gtest/gtest.h>

namespace walmart {
namespace {

constexpr EpochSeconds kHourSharp = 1795420800;  // 2026-11-23T08:00:00Z

/// The pieces lie end to end and cover the window.
void expect_covers(const Window& window, const std::vector<Window>& pieces) {
  ASSERT_GT(pieces.size(), 1u);
  EXPECT_EQ(pieces.front().start, window.start);
  EXPECT_EQ(pieces.back().end, window.end);
  for (std::size_t i = 1; i < pieces.size(); ++i) EXPECT_EQ(pieces[i].start, pieces[i - 1].end);
  for (const Window& piece : pieces) EXPECT_GT(piece.length(), 0);
}

TEST(Window, IsHalfOpenToTheMillisecond) {
  const Window window{100, 200};
  EXPECT_FALSE(window.holds(99'999));
  EXPECT_TRUE(window.holds(100'000));
  EXPECT_TRUE(window.holds(199'999));
  EXPECT_FALSE(window.holds(200'000));
}

TEST(Window, EndsAtTheFullHourOrAtTheEnd) {
  EXPECT_EQ(first_window(kHourSharp + 5, kHourSharp + kDay), (Window{kHourSharp + 5, kHourSharp + kHour}));
  EXPECT_EQ(first_window(kHourSharp, kHourSharp + 10), (Window{kHourSharp, kHourSharp + 10}));
  EXPECT_EQ(first_window(-5, kHour), (Window{-5, 0}));
}

TEST(Window, IsCutIntoTenMinutesMinutesTenSecondsAndSeconds) {
  Window window{kHourSharp, kHourSharp + kHour};
  for (const std::size_t count : {6u, 10u, 6u, 10u}) {
    const auto pieces = cut(window);
    expect_covers(window, pieces);
    EXPECT_EQ(pieces.size(), count);
    window = pieces[2];
  }
  EXPECT_EQ(window.length(), 1);
  EXPECT_TRUE(cut(window).empty());
}

TEST(Window, OfAnOddLengthIsCutAtRoundTimes) {
  const Window window{kHourSharp + 7, kHourSharp + 11 * kMinute + 1};
  const auto pieces = cut(window);
  expect_covers(window, pieces);
  EXPECT_EQ(pieces[0].end, kHourSharp + 10 * kMinute);
  const Window across{kHourSharp + 59, kHourSharp + 61};
  expect_covers(across, cut(across));
}

}  // namespace
}  // namespace walmart
