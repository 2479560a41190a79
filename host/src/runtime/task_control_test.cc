// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_control.h"

#include <gtest/gtest.h>

#include <future>

#include "base/clock.h"

namespace cnx::host::runtime {
namespace {

class TaskControlTest : public ::testing::Test {
 protected:
  /// A wait of the task's thread that the test's thread ends.
  static std::future<bool> begin(std::function<bool()> wait) { return std::async(std::launch::async, std::move(wait)); }
  void until(TaskState state) {
    while (status.state() != state) std::this_thread::yield();
  }

  ManualClock clock;
  StopSource stop;
  TaskStatus status{"orders", 0, false, clock};
  TaskControl control{stop.token()};
};

TEST_F(TaskControlTest, AStoppedTaskWaitsUntilItIsWanted) {
  control.ask(Wish::kStop);
  auto wanted = begin([&] { return control.wait_until_wanted(status); });
  until(TaskState::kStopped);
  EXPECT_EQ(status.snapshot().message, "stopped by request; PUT /connectors/orders/resume lets it go on");
  control.ask(Wish::kRun);
  EXPECT_TRUE(wanted.get());
}

TEST_F(TaskControlTest, WhatAStoppedTaskHadIsGivenBackBeforeItSaysSo) {
  control.ask(Wish::kStop);
  TaskState seen = TaskState::kFailed;
  int given_back = 0;
  auto wanted = begin([&] {
    return control.wait_until_wanted(status, [&] {
      seen = status.state();
      ++given_back;
    });
  });
  until(TaskState::kStopped);
  control.ask(Wish::kStop);
  control.ask(Wish::kRun);
  EXPECT_TRUE(wanted.get());
  EXPECT_EQ(seen, TaskState::kStarting);
  EXPECT_EQ(given_back, 1);
  EXPECT_TRUE(control.wait_until_wanted(status, [&] { ++given_back; }));
  EXPECT_EQ(given_back, 1);
}

TEST_F(TaskControlTest, AStopOfTheTaskEndsEveryWait) {
  control.ask(Wish::kStop);
  auto wanted = begin([&] { return control.wait_until_wanted(status); });
  until(TaskState::kStopped);
  stop.request();
  EXPECT_FALSE(wanted.get());
  control.ask(Wish::kRun);
  EXPECT_FALSE(control.wait_for_restart());
}

TEST_F(TaskControlTest, PeopleEndTheRunThatIsAndNotTheNext) {
  StopToken run = control.begin_run();
  EXPECT_FALSE(control.interrupted());
  control.restart();
  EXPECT_TRUE(run.requested());
  EXPECT_TRUE(control.interrupted());
  run = control.begin_run();
  EXPECT_FALSE(run.requested());
  EXPECT_FALSE(control.interrupted());
  stop.request();
  EXPECT_TRUE(run.requested());
  EXPECT_FALSE(control.interrupted()) << "that was no wish of people";
}

TEST_F(TaskControlTest, AStopJustBeforeARunEndsItAtOnce) {
  control.ask(Wish::kStop);
  EXPECT_TRUE(control.begin_run().requested());
  EXPECT_TRUE(control.interrupted());
}

TEST_F(TaskControlTest, AFailedTaskRunsAgainByRestartOrGoesDownByStop) {
  static_cast<void>(control.begin_run());
  auto again = begin([&] { return control.wait_for_restart(); });
  control.restart();
  EXPECT_TRUE(again.get());
  static_cast<void>(control.begin_run());
  control.ask(Wish::kStop);
  EXPECT_TRUE(control.wait_for_restart());
}

TEST_F(TaskControlTest, AtTheEndOfTheWholeRunNobodyIsWaitedFor) {
  control.ask(Wish::kPause);
  control.close();
  EXPECT_EQ(control.wish(), Wish::kRun);
  EXPECT_FALSE(control.wait_for_restart());
}

TEST_F(TaskControlTest, APauseLastsUntilTheResumeOrUntilTheLookEndsIt) {
  control.ask(Wish::kPause);
  int looks = 0;
  control.wait_while_paused([&] { return ++looks < 3; });
  EXPECT_EQ(looks, 3);
  auto resumed = begin([&] {
    control.wait_while_paused([] { return true; });
    return true;
  });
  control.ask(Wish::kRun);
  EXPECT_TRUE(resumed.get());
}

TEST_F(TaskControlTest, WhoWaitsForSomethingElseIsWokenForAPause) {
  int woken = 0;
  {
    const TaskControl::Waker waker(control, [&] { ++woken; });
    control.ask(Wish::kPause);
    control.ask(Wish::kRun);
  }
  control.ask(Wish::kPause);
  EXPECT_EQ(woken, 1);
}

}  // namespace
}  // namespace cnx::host::runtime
