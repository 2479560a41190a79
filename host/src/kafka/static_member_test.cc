// SPDX-License-Identifier: Apache-2.0
#include "kafka/static_member.h"

#include <gmock/gmock.h>

namespace cnx::host::kafka {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ExplainFence : public ::testing::Test {
 protected:
  Error explain() {
    return explain_fence(
        lost_,
        [this] {
          ++questions_;
          return holder_;
        },
        [] { return std::string("me"); }, [this] { return ++waits_ < most_waits_; });
  }

  Error lost_ = fenced_error("fenced");
  Result<std::optional<std::string>> holder_ = std::optional<std::string>("me");
  int questions_ = 0;
  int waits_ = 0;
  int most_waits_ = 1'000;
};

TEST_F(ExplainFence, AnotherMemberWithOurIdIsAFence) {
  holder_ = std::optional<std::string>("somebody else");
  EXPECT_EQ(explain().action, Action::kFenced);
}

TEST_F(ExplainFence, ThisMemberItselfComesBack) {
  EXPECT_EQ(explain().action, Action::kRetry);
  holder_ = std::optional<std::string>();
  EXPECT_EQ(explain().action, Action::kRetry) << "nobody has the id";
  EXPECT_EQ(waits_, 0);
}

TEST_F(ExplainFence, WhoMayNotAskLacksARightAndIsNotFenced) {
  holder_ = auth_error("no permission to describe groups", 30);
  const Error error = explain();
  EXPECT_EQ(error.action, Action::kAuth);
  EXPECT_EQ(error.native_code, 30);
  EXPECT_THAT(error.message, AllOf(HasSubstr("fenced"), HasSubstr("no permission to describe groups")));
  EXPECT_EQ(questions_, 1);
}

TEST_F(ExplainFence, ABrokerThatDoesNotKnowTheQuestionLeavesAFence) {
  holder_ = config_error("unsupported version");
  EXPECT_EQ(explain().action, Action::kFenced);
}

TEST_F(ExplainFence, ALostSessionThatNobodyRefusedIsAFenceOnlyByName) {
  lost_ = retry_error("lost");
  holder_ = config_error("unsupported version");
  EXPECT_NE(explain().action, Action::kFenced);
  holder_ = std::optional<std::string>("somebody else");
  EXPECT_EQ(explain().action, Action::kFenced);
}

TEST_F(ExplainFence, AStopIsNoFence) {
  holder_ = cancelled_error();
  EXPECT_EQ(explain().action, Action::kRetry);
  EXPECT_EQ(questions_, 1);
}

TEST_F(ExplainFence, NobodyIsAskedForEver) {
  holder_ = retry_error("no coordinator");
  const Error error = explain();
  EXPECT_EQ(error.action, Action::kRetry);
  EXPECT_THAT(error.message, HasSubstr("no coordinator"));
  EXPECT_EQ(questions_, 20);
}

TEST_F(ExplainFence, LeavingEndsTheQuestions) {
  holder_ = retry_error("no coordinator");
  most_waits_ = 3;
  EXPECT_EQ(explain().action, Action::kRetry);
  EXPECT_EQ(questions_, 3);
}

}  // namespace
}  // namespace cnx::host::kafka
