// SPDX-License-Identifier: Apache-2.0
#include "runtime/summary.h"

#include <gmock/gmock.h>

namespace cnx::host::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TaskSnapshot source_task() {
  TaskSnapshot task;
  task.connector = "walmart-orders";
  task.is_source = true;
  task.state = TaskState::kDone;
  task.counts.sent = 30;
  task.counts.retries = 1;
  task.units = {{"09:00", CNX_UNIT_SPLIT, 40, 0, 1, 1, 0},
                {"09:00/10", CNX_UNIT_DONE, 21, 21, 2, 1, 1},
                {"09:10/10", CNX_UNIT_DONE, 10, 10, 1, 2, 0},
                {"10:00", CNX_UNIT_PLANNED, -1, 0, 0, 0, 0}};
  return task;
}

TaskSnapshot sink_task(int number) {
  TaskSnapshot task;
  task.connector = "orders-mysql";
  task.task = number;
  task.state = TaskState::kRunning;
  task.counts.records_in = 15;
  task.counts.written = 10;
  task.counts.filtered = 2;
  task.counts.dead = 1;
  task.counts.released = 2;
  task.counts.rows = 25;
  task.counts.restarts = 1;
  task.counts.filtered_parts["no-lines"] = 3;
  return task;
}

TEST(Summary, SumsUpSourcesAndSinks) {
  const RunSummary s = summarize(std::vector{source_task(), sink_task(0), sink_task(1)});
  EXPECT_EQ(s.windows, 2u);
  EXPECT_EQ(s.pages, 4u);
  EXPECT_EQ(s.fetched, 31u);
  EXPECT_EQ(s.repeats, 1u);
  EXPECT_EQ(s.orders, 30u);
  EXPECT_EQ(s.written, 20u);
  EXPECT_EQ(s.filtered, 4u);
  EXPECT_EQ(s.dead, 2u);
  EXPECT_EQ(s.released, 4u);
  EXPECT_EQ(s.records, 26u);
  EXPECT_EQ(s.rows, 50u);
  EXPECT_EQ(s.retries, 1u);
  EXPECT_EQ(s.restarts, 2u);
  EXPECT_THAT(s.filtered_parts, ElementsAre(Pair("no-lines", 6u)));
  ASSERT_EQ(s.connectors.size(), 2u);
  EXPECT_TRUE(s.connectors[0].is_source);
  EXPECT_EQ(s.connectors[1].counts.records_in, 30u);
}

TEST(Summary, AFailedTaskFailsItsConnectorAndTheFirstReasonCounts) {
  TaskSnapshot first = sink_task(0), second = sink_task(1);
  first.state = second.state = TaskState::kFailed;
  first.message = "no such table";
  second.message = "later";
  const RunSummary s = summarize(std::vector{source_task(), first, second});
  EXPECT_FALSE(s.connectors[0].failed);
  EXPECT_TRUE(s.connectors[1].failed);
  EXPECT_EQ(s.connectors[1].reason, "no such table");
}

TEST(Summary, NothingIsAllZero) {
  const RunSummary s = summarize({});
  EXPECT_EQ(s.records, 0u);
  EXPECT_THAT(s.connectors, IsEmpty());
}

TEST(Summary, ComesBackFromTheRangeRecord) {
  RunSummary s = summarize(std::vector{source_task(), sink_task(0)});
  s.seconds = 12.5;
  s.exit_code = 3;
  const RunSummary read = from_json(to_json(s));
  EXPECT_EQ(to_json(read), to_json(s));
  EXPECT_EQ(read.orders, 30u);
  EXPECT_EQ(read.rows, 25u);
  EXPECT_EQ(read.exit_code, 3);
  EXPECT_DOUBLE_EQ(read.seconds, 12.5);
  EXPECT_THAT(read.filtered_parts, ElementsAre(Pair("no-lines", 3u)));
}

TEST(Summary, WhatCannotBeReadIsLeftOut) {
  for (const char* text :
       {"", "{", "[]", "7", R"({"orders":"many","rows":-1,"filtered_parts":[1],"seconds":"x","exit_code":1.5})"}) {
    const RunSummary read = from_json(text);
    EXPECT_EQ(read.orders, 0u) << text;
    EXPECT_EQ(read.rows, 0u) << text;
    EXPECT_THAT(read.filtered_parts, IsEmpty()) << text;
  }
  EXPECT_EQ(from_json(R"({"orders":"many","rows":5})").rows, 5u);
}

TEST(Summary, ARuleThatIsNoUtf8DoesNotEndTheProcess) {
  RunSummary s;
  s.filtered_parts["caf\xe9"] = 1;
  EXPECT_EQ(from_json(to_json(s)).filtered_parts.size(), 1u);
}

}  // namespace
}  // namespace cnx::host::runtime
