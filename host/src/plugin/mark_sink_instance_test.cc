// SPDX-License-Identifier: Apache-2.0
#include "plugin/mark_sink_instance.h"

#include <gmock/gmock.h>

#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::HasSubstr;

/// What the scripted calls do.
struct Script {
  cnx_mark_state state = CNX_MARK_NONE;
  cnx_outcome outcome = CNX_COMMITTED;
  cnx_status status = CNX_OK;
  std::vector<std::string> seen;
};

void note(void* self, std::string_view call, const cnx_mark* marks, std::uint64_t count) {
  std::string text(call);
  for (std::uint64_t i = 0; i < count; ++i)
    text += " " + std::string(view(marks[i].topic)) + ":" + std::to_string(marks[i].partition) + ":" +
            std::to_string(marks[i].offset) + "@" + std::to_string(marks[i].timestamp_ms);
  static_cast<Script*>(self)->seen.push_back(text);
}

constexpr cnx_sink_marks kTable = {
    sizeof(cnx_sink_marks),
    0,
    [](void* self, const cnx_mark* marks, std::uint64_t count, cnx_error*) {
      note(self, "bury", marks, count);
      return static_cast<Script*>(self)->status;
    },
    [](void* self, cnx_mark_position* positions, std::uint64_t count, cnx_error*) {
      for (std::uint64_t i = 0; i < count; ++i) {
        positions[i].present = i == 0 ? 1 : 0;
        positions[i].next_offset = 42;
      }
      return static_cast<Script*>(self)->status;
    },
    [](void* self, cnx_str replay, const cnx_mark* marks, std::uint64_t count, cnx_error*) {
      note(self, "redeem by " + std::string(view(replay)), marks, count);
      return static_cast<Script*>(self)->status;
    },
    [](void* self, cnx_str, const cnx_mark*, std::uint64_t, cnx_outcome* outcome, cnx_error*) -> cnx_status {
      *outcome = static_cast<Script*>(self)->outcome;
      return CNX_OK;
    },
    [](void* self, cnx_mark* marks, std::uint64_t count, cnx_error*) -> cnx_status {
      for (std::uint64_t i = 0; i < count; ++i) marks[i].state = static_cast<Script*>(self)->state;
      return CNX_OK;
    },
    [](void*) -> std::int32_t { return 1; }};

class MarkSinkInstanceTest : public ::testing::Test {
 protected:
  MarkSinkInstanceTest() : marks_(testing::fresh(Kind::kSink), kTable, &script_) {}
  Script script_;
  MarkSinkInstance marks_;
  std::vector<Mark> two_{{"orders", 2, 10, 1000, MarkState::kNone}, {"orders", 2, 11, -1, MarkState::kNone}};
};

TEST_F(MarkSinkInstanceTest, PassesMarksOn) {
  EXPECT_TRUE(marks_.bury(two_).ok());
  EXPECT_TRUE(marks_.redeem("w/1", two_).ok());
  EXPECT_THAT(script_.seen, ::testing::ElementsAre("bury orders:2:10@1000 orders:2:11@-1",
                                                   "redeem by w/1 orders:2:10@1000 orders:2:11@-1"));
  EXPECT_TRUE(marks_.overwrites());
  script_.status = CNX_FENCED;
  EXPECT_EQ(marks_.redeem("w/1", two_).error().action, Action::kFenced);
}

TEST_F(MarkSinkInstanceTest, PositionsAreFilledIn) {
  std::vector<MarkPosition> positions{{"orders", 0, false, 0}, {"orders", 1, true, 7}};
  ASSERT_TRUE(marks_.begin_replay(positions).ok());
  EXPECT_TRUE(positions[0].present);
  EXPECT_EQ(positions[0].next_offset, 42);
  EXPECT_FALSE(positions[1].present);
}

TEST_F(MarkSinkInstanceTest, StatesAreRead) {
  script_.state = CNX_MARK_REPLAYED;
  ASSERT_TRUE(marks_.read(two_).ok());
  EXPECT_EQ(two_[1].state, MarkState::kReplayed);
  script_.state = CNX_MARK_DISCARDED;
  ASSERT_TRUE(marks_.read(two_).ok());
  EXPECT_EQ(two_[0].state, MarkState::kDiscarded);
}

TEST_F(MarkSinkInstanceTest, AnswersThatAreNoneBreakTheContract) {
  script_.state = 9;
  EXPECT_THAT(marks_.read(two_).error().message, HasSubstr("answered 9, which is no state"));
  script_.outcome = 0;
  EXPECT_THAT(marks_.outcome("w/1", two_).error().message, HasSubstr("answered 0, which is no outcome"));
}

}  // namespace
}  // namespace cnx::host::plugin
