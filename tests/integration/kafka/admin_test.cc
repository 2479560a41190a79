// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin.h"

#include <gmock/gmock.h>

#include "kafka/dead_letter_producer.h"
#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using AdminTest = KafkaTest;

TEST_F(AdminTest, AMissingTopicIsMadeOnceAndDescribed) {
  const std::string name = unique("made");
  const auto missing = admin_->describe_topic(name);
  ASSERT_TRUE(missing.ok()) << missing.error().message;
  EXPECT_FALSE(missing->has_value());
  const auto made = admin_->ensure_topic({name, 3, 1, {{"retention.ms", "604800000"}}});
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(*made);
  const auto again = admin_->ensure_topic({name, 5, 1, {}});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_FALSE(*again);
  const auto topic = admin_->describe_topic(name);
  ASSERT_TRUE(topic.ok()) << topic.error().message;
  ASSERT_TRUE(topic->has_value());
  EXPECT_EQ((*topic)->partitions, 3) << "an existing topic is left as it is";
  if (library_version() >= "2.3") {
    EXPECT_THAT((*topic)->id, Not(::testing::IsEmpty()));
  }
}

TEST_F(AdminTest, PartitionsAndReplicationAreTheBrokersUnlessSaid) {
  const std::string name = unique("made");
  const auto made = admin_->ensure_topic({name, -1, -1, {}});
  ASSERT_TRUE(made.ok()) << made.error().message;
  const auto topic = admin_->describe_topic(name);
  ASSERT_TRUE(topic.ok() && topic->has_value());
  EXPECT_GE((*topic)->partitions, 1);
}

TEST_F(AdminTest, WhatTheBrokerRefusesIsAConfigErrorThatNamesTheTopic) {
  const std::string name = unique("made");
  const auto replication = admin_->ensure_topic({name, 1, 50, {}});
  ASSERT_FALSE(replication.ok());
  EXPECT_EQ(replication.error().action, Action::kConfig) << replication.error().message;
  EXPECT_THAT(replication.error().message, HasSubstr(name));
  const auto setting = admin_->ensure_topic({name, 1, 1, {{"retention.ms", "soon"}}});
  ASSERT_FALSE(setting.ok());
  EXPECT_EQ(setting.error().action, Action::kConfig) << setting.error().message;
  EXPECT_THAT(setting.error().message, HasSubstr("retention.ms"));
}

TEST_F(AdminTest, TheClusterHasAnId) {
  const auto id = admin_->cluster_id();
  ASSERT_TRUE(id.ok()) << id.error().message;
  EXPECT_FALSE(id->empty());
}

TEST_F(AdminTest, OffsetsAreFoundByTime) {
  const std::string topic = make_topic();
  const auto producer = DeadLetterProducer::open(config_, 20000, stop_.token());
  ASSERT_TRUE(producer.ok());
  std::vector<cnx_record> records = {record(topic, "a"), record(topic, "b")};
  records[0].timestamp_ms = 1763000000000;
  records[1].timestamp_ms = 1763000001000;
  ASSERT_TRUE((*producer)->send(records).ok());
  const auto second = admin_->offset_for_time({topic, 0}, 1763000000001);
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(*second, 1);
  const auto behind = admin_->offset_for_time({topic, 0}, 1763000002000);
  ASSERT_TRUE(behind.ok()) << behind.error().message;
  EXPECT_EQ(*behind, 2) << "the end of the log";
}

TEST_F(AdminTest, ABrokerThatIsNotThereIsNamedWithinTheTimeGiven) {
  ClientConfig nowhere;
  nowhere.bootstrap_servers = "127.0.0.1:1";
  const auto admin = Admin::open(nowhere, 1500, stop_.token());
  ASSERT_TRUE(admin.ok());
  const auto begun = std::chrono::steady_clock::now();
  const auto id = (*admin)->cluster_id();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(4));
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().action, Action::kRetry);
  EXPECT_THAT(id.error().message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(id.error().message, HasSubstr("bootstrap.servers"));
}

}  // namespace
}  // namespace cnx::host::kafka
