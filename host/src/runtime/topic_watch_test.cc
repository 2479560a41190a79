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

TEST(TopicIds, ATopicThatIsTheSameIsNoReasonToStop) {
  TopicIds ids;
  EXPECT_THAT(ids.begin({{"orders", "a"}}), IsEmpty());
  EXPECT_EQ(ids.judge("orders", "a"), std::nullopt);
  EXPECT_EQ(ids.judge("another", "b"), std::nullopt);
}

TEST(TopicIds, ATopicMadeAnewIsNamedWithBothIds) {
  TopicIds ids;
  ids.begin({{"orders", "a"}});
  EXPECT_THAT(ids.judge("orders", "b"),
              Optional(AllOf(HasSubstr("'orders'"), HasSubstr("made anew"), HasSubstr("b, before: a"))));
  EXPECT_THAT(ids.begin({{"orders", "b"}}), ElementsAre("orders"));
  EXPECT_EQ(ids.judge("orders", "b"), std::nullopt);
  EXPECT_THAT(ids.begin({{"orders", "b"}}), ElementsAre("orders")) << "a restart does not make it good";
}

TEST(TopicIds, AMissingTopicIsBelievedTheSecondTime) {
  TopicIds ids;
  ids.begin({{"orders", "a"}});
  EXPECT_EQ(ids.judge("orders", std::nullopt), std::nullopt);
  EXPECT_EQ(ids.judge("orders", "a"), std::nullopt);
  EXPECT_EQ(ids.judge("orders", std::nullopt), std::nullopt) << "seen in between";
  EXPECT_THAT(ids.judge("orders", std::nullopt), Optional(HasSubstr("deleted")));
}

TEST(TopicIds, WhatIsNotKnownProvesNothing) {
  TopicIds ids;
  ids.begin({{"orders", ""}});
  EXPECT_EQ(ids.judge("orders", "a"), std::nullopt);
  EXPECT_THAT(ids.begin({{"orders", "a"}}), IsEmpty());
  EXPECT_EQ(ids.judge("orders", ""), std::nullopt);
  EXPECT_THAT(ids.begin({{"orders", ""}}), IsEmpty());
  EXPECT_THAT(ids.judge("orders", "b"), Optional(HasSubstr("before: a"))) << "a broker that did not tell in between";
}

}  // namespace
}  // namespace cnx::host::runtime
