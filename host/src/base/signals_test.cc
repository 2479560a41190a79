// SPDX-License-Identifier: Apache-2.0
#include "base/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace cnx::host {
namespace {

void send_to_self(int number) { ASSERT_EQ(::kill(::getpid(), number), 0); }

TEST(SignalGuard, TurnsSigtermIntoAStop) {
  StopSource stop;
  auto guard = SignalGuard::install(stop);
  ASSERT_TRUE(guard.ok()) << guard.error().message;
  EXPECT_FALSE(stop.requested());
  send_to_self(SIGTERM);
  EXPECT_TRUE(stop.token().wait_for(30'000));
}

TEST(SignalGuard, TurnsSigintIntoAStop) {
  StopSource stop;
  auto guard = SignalGuard::install(stop);
  ASSERT_TRUE(guard.ok()) << guard.error().message;
  send_to_self(SIGINT);
  EXPECT_TRUE(stop.token().wait_for(30'000));
}

TEST(SignalGuard, EndsWithoutASignal) {
  StopSource stop;
  {
    ASSERT_TRUE(SignalGuard::install(stop).ok());
  }
  EXPECT_FALSE(stop.requested());
}

TEST(SignalGuard, AClosedPipeIsAnErrorOfTheWriteNotTheEnd) {
  StopSource stop;
  const auto guard = SignalGuard::install(stop);
  ASSERT_TRUE(guard.ok());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
  EXPECT_EQ(::raise(SIGXFSZ), 0);
}

void stop_twice() {
  StopSource stop;
  auto guard = SignalGuard::install(stop);
  if (!guard.ok()) ::_exit(90);
  ::kill(::getpid(), SIGTERM);
  stop.token().wait();
  ::kill(::getpid(), SIGINT);
  StopToken never;
  (void)never.wait_for(30'000);
  ::_exit(91);
}

TEST(SignalGuardDeathTest, SecondSignalExitsAtOnceAndSaysSo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(stop_twice(), ::testing::ExitedWithCode(1), "SIGINT while stopping: exit at once");
}

}  // namespace
}  // namespace cnx::host
