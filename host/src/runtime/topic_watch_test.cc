// SPDX-License-Identifier: Apache-2.0
#include "runtime/topic_watch.h"

#include <gmock/gmock.h>

namespace cnx::host::runtime {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class TopicIdsTest : public ::testing::Test {
 protected:
  Result<std::set<std::string>> begin(const TopicIds::Id& id) { return ids.begin({{"orders", id}}, now_ms); }
  std::optional<std::string> judge(const TopicIds::Id& id) { return ids.judge("orders", id, now_ms); }

  TopicIds ids;
  std::int64_t now_ms = 1'000;
};

TEST_F(TopicIdsTest, ATopicThatIsTheSameIsNoReasonToStop) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(judge("a"), std::nullopt);
  EXPECT_EQ(ids.judge("another", "b", now_ms), std::nullopt);
}

TEST_F(TopicIdsTest, ATopicMadeAnewIsNamedWithBothIds) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_THAT(judge("b"), Optional(AllOf(HasSubstr("'orders'"), HasSubstr("made anew"), HasSubstr("b, before: a"))));
  EXPECT_THAT(*begin("b"), ElementsAre("orders"));
  EXPECT_EQ(judge("b"), std::nullopt);
  EXPECT_THAT(*begin("b"), ElementsAre("orders")) << "a restart does not make it good";
}

TEST_F(TopicIdsTest, AMissingTopicIsBelievedAtTheSecondLookOfTheWatch) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(judge(std::nullopt), std::nullopt);
  now_ms += 5'000;
  EXPECT_EQ(judge("a"), std::nullopt);
  EXPECT_EQ(judge(std::nullopt), std::nullopt) << "seen in between";
  now_ms += 5'000;
  EXPECT_THAT(judge(std::nullopt), Optional(HasSubstr("deleted")));
}

TEST_F(TopicIdsTest, AnOutageBetweenTwoLooksIsNoTimeInWhichATopicWasMissing) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(judge(std::nullopt), std::nullopt);
  now_ms += 10'000;  // the look between got no answer
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kRetry);
  now_ms += 5'000;
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kConfig);
}

TEST_F(TopicIdsTest, ATopicThatWasNeverThereIsAFaultOfTheConfiguration) {
  const auto missing = begin(std::nullopt);
  EXPECT_EQ(missing.error().action, Action::kConfig);
  EXPECT_THAT(missing.error().message, HasSubstr("topic 'orders' does not exist"));
}

TEST_F(TopicIdsTest, ATopicThatWentAwayWhileTheTaskStartsAgainIsWaitedForAndThenBelieved) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kRetry);
  now_ms += 1'000;
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kRetry);
  now_ms += 4'000;
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kConfig);
  EXPECT_THAT(*begin("a"), IsEmpty()) << "and it came back";
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kRetry);
}

TEST_F(TopicIdsTest, ARunThatIsBrokenOffSinceItsTopicIsGoneDoesNotWaitForItAgain) {
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(judge(std::nullopt), std::nullopt);
  now_ms += 5'000;
  EXPECT_THAT(judge(std::nullopt), Optional(HasSubstr("deleted")));
  EXPECT_EQ(begin(std::nullopt).error().action, Action::kConfig);
}

TEST_F(TopicIdsTest, WhatIsNotKnownProvesNothing) {
  EXPECT_THAT(*begin(""), IsEmpty());
  EXPECT_EQ(judge("a"), std::nullopt);
  EXPECT_THAT(*begin("a"), IsEmpty());
  EXPECT_EQ(judge(""), std::nullopt);
  EXPECT_THAT(*begin(""), IsEmpty());
  EXPECT_THAT(judge("b"), Optional(HasSubstr("before: a"))) << "a broker that did not tell in between";
}

}  // namespace
}  // namespace cnx::host::runtime
