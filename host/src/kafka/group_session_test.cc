// SPDX-License-Identifier: Apache-2.0
#include "kafka/group_session.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "kafka/group_membership.h"
#include "kafka/mock_broker.h"

namespace cnx::host::kafka {
namespace {

// Waits for what the group tells.
class Told final : public RebalanceListener {
 public:
  std::vector<std::optional<std::int64_t>> on_assigned(std::span<const TopicPartition> partitions,
                                                       std::uint64_t) override {
    note(assigned_);
    return std::vector<std::optional<std::int64_t>>(partitions.size());
  }
  void on_revoked(std::span<const TopicPartition>) override {}
  void on_lost(std::span<const TopicPartition>) override { note(lost_); }

  [[nodiscard]] bool wait_until_assigned() { return wait(assigned_); }
  [[nodiscard]] bool wait_until_lost() { return wait(lost_); }

 private:
  void note(bool& what) {
    const std::lock_guard lock(mutex_);
    what = true;
    changed_.notify_all();
  }
  bool wait(const bool& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return what; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool assigned_ = false;
  bool lost_ = false;
};

// It would throw a newer process out of the group that has the id since, a moment before it ends itself.
TEST(GroupSession, AStaticMemberThatLeavesAfterItsSessionWasLostDoesNotJoinAgain) {
  MockBroker broker;
  broker.make_topic("t");
  if (!broker.count_requests())
    GTEST_SKIP() << "the broker of librdkafka " << rd_kafka_version_str() << " cannot count";
  ClientConfig config;
  config.bootstrap_servers = broker.servers();
  Told told;
  auto member =
      GroupMembership::join(config, {.group_id = "g", .instance_id = "one", .session_timeout_ms = 1000}, "t", told);
  ASSERT_TRUE(member.ok()) << member.error().message;
  ASSERT_TRUE(told.wait_until_assigned());
  const int joined = broker.count_of(kJoinGroupRequest);
  // Nobody says who has the id, so that it leaves while it asks.
  broker.fail_next(kFindCoordinatorRequest, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 1000);
  broker.fail_next(kHeartbeatRequest, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
  ASSERT_TRUE(told.wait_until_lost());
  member->reset();
  EXPECT_EQ(broker.count_of(kJoinGroupRequest), joined);
}

}  // namespace
}  // namespace cnx::host::kafka
