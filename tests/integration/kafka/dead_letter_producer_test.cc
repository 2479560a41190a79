// SPDX-License-Identifier: Apache-2.0
#include "kafka/dead_letter_producer.h"

#include <gmock/gmock.h>

#include "kafka/murmur2.h"
#include "kafka/partition_reader.h"
#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DeadLetterProducerTest : public KafkaTest {
 protected:
  std::unique_ptr<DeadLetterProducer> open(std::int32_t timeout_ms = 20000) {
    auto producer = DeadLetterProducer::open(config_, timeout_ms, stop_.token());
    EXPECT_TRUE(producer.ok()) << producer.error().message;
    return producer.ok() ? std::move(producer).value() : nullptr;
  }
};

TEST_F(DeadLetterProducerTest, WhatWasSentIsInTheLogWhenSendReturns) {
  const std::string topic = make_topic();
  const auto producer = open();
  ASSERT_TRUE(producer->send(std::vector{record(topic, "a"), record(topic, "b")}).ok());
  const auto range = admin_->watermarks({topic, 0});
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->high, 2);
}

TEST_F(DeadLetterProducerTest, ARefusedRecordIsNamedAndTheOthersCanBeSentAgain) {
  const std::string topic = make_topic(1, {{"max.message.bytes", "2000"}});
  std::string noise;  // does not compress
  for (std::uint32_t i = 0; noise.size() < 5000; ++i) noise += std::to_string(murmur2(std::to_string(i)));
  const auto producer = open();
  const Status refused = producer->send(std::vector{record(topic, noise)});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRecord) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr(topic));
  for (const std::string value : {"a", "b"}) {
    const Status sent = producer->send(std::vector{record(topic, value)});
    ASSERT_TRUE(sent.ok()) << sent.error().message;
  }
  const auto range = admin_->watermarks({topic, 0});
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->high, 2);
}

// The broker's limits stand in for its clock: nothing older than a millisecond, as if this machine's clock were behind.
TEST_F(DeadLetterProducerTest, APresentTimeThatIsRefusedAccusesTheClockAndPasses) {
  const std::string topic = make_topic(1, {{"message.timestamp.before.max.ms", "0"}});
  const auto producer = open();
  for (int i = 0; i < 2; ++i) {
    Status refused;
    for (int tries = 0; tries < 200 && refused.ok(); ++tries)  // one that arrives within its millisecond is taken
      refused = producer->send(std::vector{record(topic, "a")});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().action, Action::kRetry) << refused.error().message;
    EXPECT_THAT(refused.error().message, HasSubstr("set this machine's clock"));
  }
  const std::string other = make_topic();
  const Status sent = producer->send(std::vector{record(other, "a")});
  EXPECT_TRUE(sent.ok()) << sent.error().message;
}

TEST_F(DeadLetterProducerTest, ATimeOfTheRecordsOwnThatIsRefusedIsTheRecordsFault) {
  const std::string topic = make_topic(1, {{"message.timestamp.before.max.ms", "3600000"}});
  cnx_record late = record(topic, "a");
  late.timestamp_ms = 1'000;
  const Status refused = open()->send(std::vector{late});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRecord) << refused.error().message;
}

TEST_F(DeadLetterProducerTest, WithoutABrokerSendFailsInItsTimeAndSaysWhy) {
  config_.bootstrap_servers = "127.0.0.1:1";
  const auto producer = open(1500);
  const auto begun = std::chrono::steady_clock::now();
  const Status sent = producer->send(std::vector{record("dead", "a")});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(8));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().action, Action::kRetry) << sent.error().message;
  EXPECT_THAT(sent.error().message, HasSubstr("127.0.0.1:1"));
}

TEST_F(DeadLetterProducerTest, AStopEndsTheWaitForAcknowledgements) {
  config_.bootstrap_servers = "127.0.0.1:1";
  const auto producer = open();
  stop_.request();
  const Status sent = producer->send(std::vector{record("dead", "a")});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().action, Action::kCancelled);
}

}  // namespace
}  // namespace cnx::host::kafka
