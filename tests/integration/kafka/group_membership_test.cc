// SPDX-License-Identifier: Apache-2.0
#include "kafka/group_membership.h"

#include <gmock/gmock.h>

#include <thread>

#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;

class GroupMembershipTest : public KafkaTest {
 protected:
  std::unique_ptr<GroupMembership> join(const std::string& instance_id, RebalanceListener& listener) {
    auto member = GroupMembership::join(config_, {group_, instance_id, 6000}, topic(), listener);
    EXPECT_TRUE(member.ok()) << member.error().message;
    return member.ok() ? std::move(member).value() : nullptr;
  }
  const std::string& topic() {
    if (topic_.empty()) topic_ = make_topic(2);
    return topic_;
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int tries = 0; tries < 300; ++tries) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  const std::string group_ = unique("group");

 private:
  std::string topic_;
};

TEST_F(GroupMembershipTest, MembersShareThePartitionsAndTheCoordinatorConfirmsThem) {
  TestListener one_listener(std::nullopt);
  const auto one = join("one", one_listener);
  ASSERT_TRUE(one_listener.wait_for_partitions(2));
  TestListener two_listener(std::nullopt);
  const auto two = join("two", two_listener);
  ASSERT_TRUE(two_listener.wait_for_partitions(1));
  ASSERT_TRUE(one_listener.wait_for_partitions(1));
  for (const auto& member : {std::pair{one.get(), &one_listener}, std::pair{two.get(), &two_listener}}) {
    const auto confirmed = member.first->confirm(member.second->held().begin()->first, 5000);
    ASSERT_TRUE(confirmed.ok()) << confirmed.error().message;
    EXPECT_TRUE(*confirmed);
    EXPECT_FALSE(member.first->failure());
  }
}

TEST_F(GroupMembershipTest, AnOlderProcessOfOneInstanceIdIsNoMemberAnyMore) {
  TestListener older_listener(std::nullopt);
  const auto older = join("one", older_listener);
  ASSERT_TRUE(older_listener.wait_for_partitions(2));
  TestListener newer_listener(std::nullopt);
  const auto newer = join("one", newer_listener);
  ASSERT_TRUE(newer_listener.wait_for_partitions(2));
  const auto confirmed = older->confirm({topic(), 0}, 5000);
  ASSERT_TRUE(confirmed.ok()) << confirmed.error().message;
  EXPECT_FALSE(*confirmed);
  ASSERT_TRUE(eventually([&] { return older->failure().has_value(); }));
  EXPECT_EQ(older->failure()->action, Action::kFenced);
  EXPECT_THAT(older->failure()->message, HasSubstr("group.instance.id 'one'"));
  const auto still = newer->confirm({topic(), 0}, 5000);
  ASSERT_TRUE(still.ok()) << still.error().message;
  EXPECT_TRUE(*still);
}

TEST_F(GroupMembershipTest, AMemberWithOtherAssignorsJoinsWhenItsOldSessionHasExpired) {
  TestListener before_listener(std::nullopt);
  auto before = join("one", before_listener);
  ASSERT_TRUE(before_listener.wait_for_partitions(2));
  before.reset();
  config_.consumer["partition.assignment.strategy"] = "cooperative-sticky";
  TestListener after_listener(std::nullopt);
  const auto after = join("one", after_listener);
  EXPECT_TRUE(after_listener.wait_for_partitions(2));
  EXPECT_FALSE(after->failure());
}

}  // namespace
}  // namespace cnx::host::kafka
