// SPDX-License-Identifier: Apache-2.0
#include "observe/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/log.h"

namespace cnx::host::observe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(RateMeter, LooksAtTheLastTenSeconds) {
  RateMeter meter;
  EXPECT_EQ(meter.per_second(), 0);
  meter.add(0, 0);
  EXPECT_EQ(meter.per_second(), 0);
  meter.add(5 * kSecondNs, 500);
  EXPECT_EQ(meter.per_second(), 100);
  for (int second = 6; second <= 30; ++second) meter.add(second * kSecondNs, 500);
  EXPECT_EQ(meter.per_second(), 0);
}

ProgressSnapshot half_way() {
  ProgressSnapshot now;
  now.windows_done = 12;
  now.windows_total = 48;
  now.orders_fetched = 500;
  now.orders_expected = 1000;
  now.rows_written = 700;
  return now;
}

TEST(ProgressText, HasWindowsOrdersRatesAndEta) {
  ProgressSnapshot now = half_way();
  EXPECT_EQ(progress_text(now, 10, 14, eta_seconds(now, 10)),
            "12/48 windows, 500/1000 orders (10/s), 700 rows (14/s), 0 dead, ETA 0:50");
  now.windows_total = now.orders_expected = -1;
  now.lag = 7;
  now.waiting = "rate limit,\n12 s";
  EXPECT_EQ(progress_text(now, 10, 14, eta_seconds(now, 10)),
            "12 windows, 500 orders (10/s), 700 rows (14/s), 0 dead, lag 7; waiting: rate limit,\\n12 s");
}

TEST(EtaSeconds, IsUnknownWithoutARateOrATotal) {
  ProgressSnapshot now = half_way();
  EXPECT_EQ(eta_seconds(now, 10), 50);
  EXPECT_EQ(eta_seconds(now, 0), -1);
  now.orders_fetched = 2000;  // repeats can make it more than expected
  EXPECT_EQ(eta_seconds(now, 10), 0);
  now.orders_expected = -1;
  EXPECT_EQ(eta_seconds(now, 10), -1);
}

TEST(ProgressBar, FitsTheTerminal) {
  const ProgressSnapshot now = half_way();
  EXPECT_EQ(progress_bar(now, "text", 80), "[##########..........]  50% text");
  EXPECT_EQ(progress_bar(now, std::string(500, 'x'), 80).size(), 79u);
  EXPECT_EQ(progress_bar(now, "a long text", 5), "a lo");
  EXPECT_EQ(progress_bar(now, "äöüäöü", 4), "äöü");
}

TEST(ProgressBar, NeedsATotal) {
  ProgressSnapshot now;
  EXPECT_EQ(progress_bar(now, "text", 80), "text");
  now.windows_total = 4;
  now.windows_done = 1;
  EXPECT_EQ(progress_bar(now, "text", 80), "[#####...............]  25% text");
}

class Recorder final : public log::Backend {
 public:
  bool enabled(log::Level) const override { return true; }
  void write(log::Level, std::string_view, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

class Display : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::pipe(pipe_.data()), 0);
    log::set_backend(&recorder_);
  }
  void TearDown() override {
    log::set_backend(nullptr);
    for (const int fd : pipe_) ::close(fd);
  }
  Recorder recorder_;
  ManualClock clock_;
  std::array<int, 2> pipe_{};
};

TEST_F(Display, LogsALineEveryTenSecondsWhenSomethingChanged) {
  Console console(pipe_[1], false);
  ProgressDisplay display(console, clock_);
  ProgressSnapshot now;
  display.update(now);
  for (int second = 1; second <= 30; ++second) {
    clock_.advance_ms(1000);
    if (second <= 10) now.orders_fetched += 5;
    display.update(now);
  }
  EXPECT_THAT(recorder_.lines, ElementsAre("0 windows, 0 orders (0/s), 0 rows (0/s), 0 dead",
                                           "0 windows, 50 orders (5/s), 0 rows (0/s), 0 dead"));
}

TEST_F(Display, DrawsOnATerminalAtMostFiveTimesASecond) {
  Console console(pipe_[1], true);
  ProgressSnapshot now;
  {
    ProgressDisplay display(console, clock_);
    for (int i = 0; i < 20; ++i) {
      ++now.orders_fetched;
      display.update(now);
      clock_.advance_ms(20);
    }
  }
  std::array<char, 4096> buffer{};
  const ssize_t got = ::read(pipe_[0], buffer.data(), buffer.size());
  const std::string text(buffer.data(), static_cast<std::size_t>(got));
  EXPECT_THAT(text, HasSubstr("0 windows, 1 orders"));
  EXPECT_THAT(text, HasSubstr("0 windows, 11 orders"));
  EXPECT_EQ(text.find("0 windows, 2 orders"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
  EXPECT_TRUE(recorder_.lines.empty());
}

}  // namespace
}  // namespace cnx::host::observe
