// SPDX-License-Identifier: Apache-2.0
#include "base/fault_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"

namespace cnx::host::faults {
namespace {

using ::testing::HasSubstr;

class FaultPoints : public ::testing::Test {
 protected:
  void TearDown() override { disarm(); }
};

TEST_F(FaultPoints, AreOffUntilTheyAreArmed) {
  EXPECT_FALSE(armed());
  EXPECT_TRUE(pass("sink.write.before").ok());
  ASSERT_TRUE(arm("").ok());
  EXPECT_FALSE(armed());
}

TEST_F(FaultPoints, FailAtTheChosenPassingsOnly) {
  ASSERT_TRUE(arm("sink.write.before=error@2;sink.begin.after=error@2-3;sink.claim.before=error@3+").ok());
  std::string write, begin, claim;
  for (int i = 0; i < 5; ++i) {
    write += pass("sink.write.before").ok() ? '.' : 'x';
    begin += pass("sink.begin.after").ok() ? '.' : 'x';
    claim += pass("sink.claim.before").ok() ? '.' : 'x';
  }
  EXPECT_EQ(write, ".x...");
  EXPECT_EQ(begin, ".xx..");
  EXPECT_EQ(claim, "..xxx");
  EXPECT_TRUE(pass("sink.write.after").ok());
}

TEST_F(FaultPoints, FailAsPassingFaultsThatNameThePoint) {
  ASSERT_TRUE(arm("mysql-sink.guard.after=error").ok());
  const Status status = pass("mysql-sink.guard.after");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kRetry);
  EXPECT_THAT(status.error().message, HasSubstr("mysql-sink.guard.after"));
}

TEST_F(FaultPoints, BehindAStepTheStepWasDone) {
  ASSERT_TRUE(arm("sink.advance.after=error;sink.hint.before=error").ok());
  int done = 0;
  const auto step = [&]() -> Status {
    ++done;
    return {};
  };
  EXPECT_FALSE(around("sink.advance", step).ok());
  EXPECT_EQ(done, 1);
  EXPECT_FALSE(around("sink.hint", step).ok());
  EXPECT_EQ(done, 1);
}

TEST_F(FaultPoints, MakeTheWallClockJumpAndNotTheOther) {
  ASSERT_TRUE(arm("source.begin.before=jump:3600000").ok());
  const SystemClock clock;
  const std::int64_t wall = clock.now_us(), monotonic = clock.monotonic_ns();
  ASSERT_TRUE(pass("source.begin.before").ok());
  EXPECT_GE(clock.now_us() - wall, 3'600'000'000);
  EXPECT_LT(clock.monotonic_ns() - monotonic, 3'600'000'000'000);
}

TEST_F(FaultPoints, RefuseWhatTheyDoNotKnow) {
  for (const char* text : {"sink.write.before", "sink.write=error", "sink.wriet.before=error", "x=explode", "x=delay",
                           "x=delay:-1", "x=error@0", "x=error@3-2", "x=error@", "=error", "x=crash:5"}) {
    const Status status = arm(text);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.error().action, Action::kConfig);
    EXPECT_THAT(status.error().message, HasSubstr(text));
    EXPECT_FALSE(armed());
  }
}

TEST(FaultPointsDeathTest, CrashKillsTheProcessAtOnce) {
  EXPECT_EXIT(
      {
        static_cast<void>(arm("sink.commit.before=crash@2"));
        static_cast<void>(pass("sink.commit.before"));
        static_cast<void>(pass("sink.commit.before"));
        std::_Exit(0);
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace cnx::host::faults
