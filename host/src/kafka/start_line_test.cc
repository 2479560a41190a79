// SPDX-License-Identifier: Apache-2.0
#include "kafka/start_line.h"

#include <gtest/gtest.h>

#include <future>

namespace cnx::host::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto kNever = 1h;  // a wait that the test would not survive

std::future<void> come(StartLine& line, const StopToken& leaving, std::chrono::milliseconds at_most) {
  return std::async(std::launch::async, [&line, leaving, at_most] { line.wait(leaving, at_most); });
}

TEST(StartLine, OpensWhenAllHaveCome) {
  StartLine line(3);
  const StopToken stays;
  const std::future<void> others[] = {come(line, stays, kNever), come(line, stays, kNever)};
  for (const auto& other : others) EXPECT_EQ(other.wait_for(10ms), std::future_status::timeout);
  line.wait(stays, kNever);
  for (const auto& other : others) other.wait();
}

TEST(StartLine, OpensForAllWhenOneHasWaitedLongEnough) {
  StartLine line(3);
  const StopToken stays;
  const std::future<void> other = come(line, stays, kNever);
  EXPECT_EQ(other.wait_for(10ms), std::future_status::timeout);
  line.wait(stays, 1ms);
  other.wait();
}

TEST(StartLine, StaysOpen) {
  StartLine line(2);
  const StopToken stays;
  line.wait(stays, 1ms);
  line.wait(stays, kNever);
  line.wait(stays, kNever);
}

TEST(StartLine, OneThatLeavesDoesNotOpenIt) {
  StartLine line(3);
  const StopToken stays;
  StopSource leaves;
  const std::future<void> other = come(line, stays, kNever);
  const std::future<void> leaving = come(line, leaves.token(), kNever);
  leaves.request();
  leaving.wait();
  EXPECT_EQ(other.wait_for(10ms), std::future_status::timeout);
  line.wait(stays, kNever);
  other.wait();
}

TEST(StartLine, WhoIsToLeaveAlreadyDoesNotWait) {
  StartLine line(2);
  StopSource leaves;
  leaves.request();
  line.wait(leaves.token(), kNever);
}

}  // namespace
}  // namespace cnx::host::kafka
