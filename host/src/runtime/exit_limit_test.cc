// SPDX-License-Identifier: Apache-2.0
#include "runtime/exit_limit.h"

#include <gmock/gmock.h>

#include <future>

#include "base/clock.h"
#include "runtime/testing/log_lines.h"

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ExitLimitTest : public ::testing::Test {
 protected:
  std::vector<TaskSnapshot> tasks() { return {reader.snapshot(), sink.snapshot()}; }

  ManualClock clock;
  TaskStatus reader{"orders", 0, true, clock};
  TaskStatus sink{"orders-mysql", 1, false, clock};
  StopSource stop;
  testing::LogLines lines;
};

TEST_F(ExitLimitTest, AfterAStopTheProcessLeavesAndNamesTheCallThatHangs) {
  reader.set_state(TaskState::kStopped);
  sink.set_state(TaskState::kRunning);
  const TaskStatus::Call call(sink, 1, "transaction of the sink");
  clock.advance_ms(21'000);
  std::promise<void> left;
  ExitLimit limit(stop.token(), [this] { return tasks(); }, 1, [&] { left.set_value(); });
  stop.request();
  left.get_future().wait();
  EXPECT_THAT(lines.errors,
              ElementsAre(AllOf(HasSubstr("connector 'orders-mysql' task 1 in 'transaction of the sink' for 21 s"),
                                Not(HasSubstr("'orders' task 0")))));
}

TEST_F(ExitLimitTest, TheEndOfARunBeginsItToo) {
  std::promise<void> left;
  ExitLimit limit(stop.token(), [this] { return tasks(); }, 1, [&] { left.set_value(); });
  limit.begin();
  left.get_future().wait();
  EXPECT_THAT(lines.errors, ElementsAre(HasSubstr("task 0 (UNASSIGNED)")));
}

TEST_F(ExitLimitTest, NothingHappensWhenTheTasksEndInTimeOrWithoutAStop) {
  bool left = false;
  {
    const ExitLimit running(stop.token(), [this] { return tasks(); }, 3'600'000, [&] { left = true; });
  }
  {
    ExitLimit ended(stop.token(), [this] { return tasks(); }, 3'600'000, [&] { left = true; });
    ended.begin();
  }
  EXPECT_FALSE(left);
  EXPECT_THAT(lines.errors, IsEmpty());
}

}  // namespace
}  // namespace cnx::host::runtime
