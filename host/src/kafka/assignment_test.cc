// SPDX-License-Identifier: Apache-2.0
#include "kafka/assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;

const TopicPartition kOrders0{"orders", 0};
const TopicPartition kOrders1{"orders", 1};

TEST(Assignment, ReadsOnlyWhatIsAssignedAndNotHeld) {
  Assignment assignment;
  EXPECT_EQ(assignment.reading("orders", 0), std::nullopt);
  const std::uint64_t generation = assignment.next_generation();
  assignment.add(kOrders0, generation, true);
  assignment.add(kOrders1, generation, false);
  EXPECT_EQ(assignment.reading("orders", 0), generation);
  EXPECT_EQ(assignment.reading("orders", 1), std::nullopt);
  EXPECT_EQ(assignment.reading("order", 0), std::nullopt);
  EXPECT_TRUE(assignment.has(kOrders1, generation)) << "held is assigned all the same";
}

TEST(Assignment, GivesANewGenerationToEveryStart) {
  Assignment assignment;
  const std::uint64_t first = assignment.next_generation();
  assignment.add(kOrders0, first, false);
  const std::uint64_t second = assignment.read(kOrders0);
  EXPECT_GT(second, first);
  EXPECT_FALSE(assignment.has(kOrders0, first));
  EXPECT_EQ(assignment.reading("orders", 0), second);
  assignment.hold(kOrders0);
  EXPECT_EQ(assignment.reading("orders", 0), std::nullopt);
  EXPECT_GT(assignment.read(kOrders0), second);
}

TEST(Assignment, NeverMistakesAPartitionThatCameBack) {
  Assignment assignment;
  const std::uint64_t before = assignment.next_generation();
  assignment.add(kOrders0, before, true);
  assignment.remove(kOrders0);
  EXPECT_FALSE(assignment.has(kOrders0, before));
  assignment.add(kOrders0, assignment.next_generation(), true);
  EXPECT_FALSE(assignment.has(kOrders0, before));
}

TEST(Assignment, ClearTellsWhatThereWas) {
  Assignment assignment;
  assignment.add(kOrders1, assignment.next_generation(), true);
  assignment.add(kOrders0, assignment.next_generation(), false);
  EXPECT_THAT(assignment.clear(), ElementsAre(kOrders0, kOrders1));
  EXPECT_TRUE(assignment.clear().empty());
}

TEST(Assignment, NamesNeighboursAsOneRange) {
  EXPECT_EQ(names_of({}), "");
  EXPECT_EQ(names_of(std::vector<TopicPartition>{kOrders1}), "orders[1]");
  const std::vector<TopicPartition> many{{"b", 7}, {"a", 2}, {"a", 0}, {"b", 5}, {"a", 1}, {"a", 4}, {"b", 8}};
  EXPECT_EQ(names_of(many), "a[0-2,4], b[5,7-8]");
}

TEST(Assignment, HoldingWhatIsNotAssignedDoesNothing) {
  Assignment assignment;
  assignment.hold(kOrders0);
  EXPECT_EQ(assignment.reading("orders", 0), std::nullopt);
}

}  // namespace
}  // namespace cnx::host::kafka
