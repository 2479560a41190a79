// SPDX-License-Identifier: Apache-2.0
#include "base/signals.h"

#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <iterator>

#include "base/fault_points.h"

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

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST(SignalGuard, WithoutAThreadNothingStaysOpenOrBlocked) {
  const std::ptrdiff_t open_before = open_files();
  StopSource stop;
  ASSERT_TRUE(faults::arm("thread.start=error").ok());
  const auto guard = SignalGuard::install(stop);
  faults::disarm();
  ASSERT_FALSE(guard.ok());
  EXPECT_EQ(guard.error().action, Action::kRetry);
  EXPECT_THAT(guard.error().message, ::testing::HasSubstr("signals: a thread cannot be started"));
  EXPECT_EQ(open_files(), open_before);
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 0);
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
  StopToken never;
  for (int i = 0; i < 300; ++i) {  // until one comes later than kSameStopMs
    ::kill(::getpid(), SIGINT);
    (void)never.wait_for(100);
  }
  ::_exit(91);
}

void stop_twice_at_once() {
  StopSource stop;
  auto guard = SignalGuard::install(stop);
  if (!guard.ok()) ::_exit(90);
  ::kill(::getpid(), SIGTERM);
  ::kill(::getpid(), SIGINT);
  sigset_t pending;
  do {
    ::sched_yield();
    ::sigpending(&pending);
  } while (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
  guard->reset();  // both are read, and what they do is done when the watcher has ended
  ::_exit(stop.requested() ? 0 : 91);
}

TEST(SignalGuardDeathTest, TwoSignalsAtOnceAreOneStop) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(stop_twice_at_once(), ::testing::ExitedWithCode(0), "");
}

TEST(SignalGuardDeathTest, SecondSignalExitsAtOnceAndSaysSo) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(stop_twice(), ::testing::ExitedWithCode(1), "SIGINT while stopping: exit at once");
}

}  // namespace
}  // namespace cnx::host
