// SPDX-License-Identifier: Apache-2.0
//
// SinkConsumer as a member of its group.
#include <gmock/gmock.h>

#include "kafka/sink_consumer.h"
#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SinkConsumerGroupTest : public KafkaTest {
 protected:
  std::unique_ptr<SinkConsumer> join(const std::string& topic, RebalanceListener& listener,
                                     const std::string& instance_id = {}, StartLine* line = nullptr) {
    SinkConsumerOptions options;
    options.group_id = group_;
    options.group_instance_id = instance_id;
    options.topics = {topic};
    options.session_timeout_ms = 6000;  // the broker's least
    auto consumer = SinkConsumer::open(config_, options, listener, stop_.token());
    EXPECT_TRUE(consumer.ok()) << consumer.error().message;
    if (!consumer.ok()) return nullptr;
    (*consumer)->join(line);
    return std::move(consumer).value();
  }

  /// Polls until the consumer fails; 30 s at most.
  static std::optional<Error> await_failure(SinkConsumer& consumer) {
    return read_until(consumer, [](const Read&) { return false; }).error;
  }

  const std::string group_ = unique("group");
};

TEST_F(SinkConsumerGroupTest, ASinkThatDoesNotPollLosesNothingAndCausesNoRebalance) {
  const std::string topic = make_topic(2);
  config_.consumer["max.poll.interval.ms"] = "6000";
  write(topic, {"a", "b"}, 0);
  write(topic, {"c"}, 1);
  TestListener listener(0);
  const auto consumer = join(topic, listener);
  ASSERT_TRUE(listener.wait_for_partitions(2));
  // Longer than session and poll interval: a consumer whose own thread polled too late would be thrown out by now.
  EXPECT_FALSE(listener.wait_for_revocation(std::chrono::seconds(9)));
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() == 3; });
  EXPECT_THAT(read.values, SizeIs(3));
  EXPECT_FALSE(read.error);
  EXPECT_EQ(listener.assignments(), 1U);
}

TEST_F(SinkConsumerGroupTest, MembersOfOneStartLineShareTheTopic) {
  const std::string topic = make_topic(3);
  StartLine line(3);
  TestListener listeners[] = {TestListener(0), TestListener(0), TestListener(0)};
  const auto one = join(topic, listeners[0], "worker-1", &line);
  const auto two = join(topic, listeners[1], "worker-2", &line);
  const auto three = join(topic, listeners[2], "worker-3", &line);
  for (TestListener& listener : listeners) EXPECT_TRUE(listener.wait_for_partitions(1));
}

TEST_F(SinkConsumerGroupTest, TheOlderOfTwoProcessesWithOneInstanceIdIsFencedAndSaysWhichId) {
  const std::string topic = make_topic();
  TestListener older_listener(0);
  const auto older = join(topic, older_listener, "worker-1");
  ASSERT_TRUE(older_listener.wait_for_partitions(1));
  TestListener newer_listener(0);
  const auto newer = join(topic, newer_listener, "worker-1");
  const std::optional<Error> error = await_failure(*older);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->action, Action::kFenced) << error->message;
  EXPECT_THAT(error->message, HasSubstr("group.instance.id 'worker-1'"));
  EXPECT_THAT(error->message, HasSubstr("worker.id"));
  EXPECT_TRUE(newer_listener.wait_for_partitions(1));
  EXPECT_TRUE(older_listener.wait_for_partitions(0)) << "the fenced one was not told that its partitions are lost";
}

TEST_F(SinkConsumerGroupTest, AStaticMemberComesBackWithoutWaitingForItsOldSession) {
  const std::string topic = make_topic();
  TestListener first_listener(0);
  auto first = join(topic, first_listener, "worker-1");
  ASSERT_TRUE(first_listener.wait_for_partitions(1));
  first.reset();
  const auto begun = std::chrono::steady_clock::now();
  TestListener second_listener(0);
  const auto second = join(topic, second_listener, "worker-1");
  ASSERT_TRUE(second_listener.wait_for_partitions(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(5500));
}

TEST_F(SinkConsumerGroupTest, PartitionsMoveToANewMemberAndComeBackWhenItLeaves) {
  const std::string topic = make_topic(2);
  TestListener stays_listener(0);
  const auto stays = join(topic, stays_listener);
  ASSERT_TRUE(stays_listener.wait_for_partitions(2));
  TestListener guest_listener(0);
  auto guest = join(topic, guest_listener);
  ASSERT_TRUE(guest_listener.wait_for_partitions(1));
  ASSERT_TRUE(stays_listener.wait_for_partitions(1));
  const TopicPartition moved = guest_listener.held().begin()->first;
  write(topic, {"for the guest"}, moved.partition);
  const Read read = read_until(*guest, [](const Read& so_far) { return so_far.values.size() == 1; });
  EXPECT_THAT(read.values, SizeIs(1));
  guest->close();
  EXPECT_TRUE(guest_listener.wait_for_partitions(0)) << "leaving revokes what was assigned";
  ASSERT_TRUE(stays_listener.wait_for_partitions(2));
  const Read again = read_until(*stays, [](const Read& so_far) { return so_far.values.size() == 1; });
  EXPECT_THAT(again.values, SizeIs(1)) << "the partition is read from where the listener said";
}

TEST_F(SinkConsumerGroupTest, ARebalanceSkipsNoRecordOfAPartitionThatStaysAtItsEnd) {
  const std::string topic = make_topic(2);
  write(topic, {"a"}, 0);
  write(topic, {"b"}, 1);
  TestListener stays_listener(0);
  const auto stays = join(topic, stays_listener);
  const Read before =
      read_until(*stays, [](const Read& read) { return read.values.size() == 2 && read.ends.size() >= 2; });
  ASSERT_THAT(before.values, SizeIs(2));
  TestListener guest_listener(0);
  const auto guest = join(topic, guest_listener);
  ASSERT_TRUE(guest_listener.wait_for_partitions(1));
  ASSERT_TRUE(stays_listener.wait_for_partitions(1));
  const TopicPartition kept = stays_listener.held().begin()->first;
  write(topic, {"c", "d"}, kept.partition);
  const Read after =
      read_until(*stays, [](const Read& read) { return read.values.size() == 2 || !read.faults.empty(); });
  EXPECT_THAT(after.values, ElementsAre("c", "d"));
  EXPECT_TRUE(after.faults.empty());
}

// Static members rebalance eagerly, and their messages are taken many at once, ends among them.
TEST_F(SinkConsumerGroupTest, AfterAnEagerRebalanceAPartitionAtItsEndIsReadFromWhereTheListenerSays) {
  const std::string topic = make_topic(2);
  write(topic, {"a", "b"}, 0);
  write(topic, {"a", "b"}, 1);
  TestListener stays_listener(0);
  const auto stays = join(topic, stays_listener, "stays");
  const Read before =
      read_until(*stays, [](const Read& read) { return read.values.size() == 4 && read.ends.size() >= 2; });
  ASSERT_THAT(before.values, SizeIs(4));
  TestListener guest_listener(0);
  const auto guest = join(topic, guest_listener, "guest");
  ASSERT_TRUE(guest_listener.wait_for_partitions(1));
  ASSERT_TRUE(stays_listener.wait_for_partitions(1));
  write(topic, {"c"}, stays_listener.held().begin()->first.partition);
  const Read after =
      read_until(*stays, [](const Read& read) { return read.values.size() == 3 || !read.faults.empty(); });
  EXPECT_THAT(after.values, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(after.faults.empty());
}

TEST_F(SinkConsumerGroupTest, CommittedOffsetsCanBeListedAndAreSetOnlyWithoutMembers) {
  const std::string topic = make_topic();
  const std::vector<PartitionOffset> offsets = {{{topic, 0}, 7}};
  ASSERT_TRUE(admin_->set_committed_offsets(group_, offsets).ok());
  auto listed = admin_->committed_offsets(group_);
  ASSERT_TRUE(listed.ok()) << listed.error().message;
  EXPECT_EQ(*listed, offsets);
  TestListener listener(0);
  const auto consumer = join(topic, listener);
  ASSERT_TRUE(listener.wait_for_partitions(1));
  const Status refused = admin_->set_committed_offsets(group_, offsets);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr(group_));
}

}  // namespace
}  // namespace cnx::host::kafka
