// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_restarts.h"

#include <gmock/gmock.h>

#include "base/clock.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TaskRestartsTest : public ::testing::Test {
 protected:
  testing::LogLines lines;
  ManualClock clock;
  StopSource stop;
  TaskStatus status{"orders-mysql", 2, false, clock};
  TaskRestarts restarts{"orders-mysql", 2, status, stop.token()};
};

TEST_F(TaskRestartsTest, WhatDoesNotPassByItselfIsTheEndOfTheTask) {
  EXPECT_FALSE(restarts.again_after(auth_error("access denied", 1045), 0, stop.token()));
  EXPECT_EQ(status.snapshot().state, TaskState::kFailed);
  EXPECT_EQ(status.snapshot().message, "access denied");
  EXPECT_EQ(status.snapshot().counts.restarts, 0u);
  EXPECT_THAT(lines.errors, ElementsAre(AllOf(HasSubstr("'orders-mysql' task 2"), HasSubstr("access denied"))));
}

TEST_F(TaskRestartsTest, APassingFaultIsARestartWhoseWaitAStopEnds) {
  stop.request();
  EXPECT_FALSE(restarts.again_after(retry_error("database away", 2002), 0, stop.token()));
  EXPECT_EQ(status.snapshot().state, TaskState::kStopped);
  EXPECT_EQ(status.snapshot().counts.restarts, 1u);
  EXPECT_THAT(lines.warnings, ElementsAre(AllOf(HasSubstr("database away"), HasSubstr("starts again in"))));
}

TEST_F(TaskRestartsTest, WhoEndsTheRunByHandEndsTheWaitToo) {
  StopSource run(stop.token());
  run.request();
  EXPECT_TRUE(restarts.again_after(retry_error("database away", 2002), 0, run.token()));
  EXPECT_EQ(status.snapshot().state, TaskState::kRestarting);
}

}  // namespace
}  // namespace cnx::host::runtime
