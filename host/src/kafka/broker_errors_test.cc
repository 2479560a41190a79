// SPDX-License-Identifier: Apache-2.0
//
// What a broker refuses, as producers and consumers report it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "kafka/admin_call.h"
#include "kafka/dead_letter_producer.h"
#include "kafka/mock_broker.h"
#include "kafka/sink_consumer.h"
#include "kafka/static_member.h"

namespace cnx::host::kafka {
namespace {

using ::testing::HasSubstr;

cnx_record record(std::string_view value) {
  cnx_record made{};
  made.topic = {"orders", 6};
  made.timestamp_ms = -1;
  made.value = {value.data(), value.size()};
  return made;
}

class NoListener : public RebalanceListener {
 public:
  std::vector<std::optional<std::int64_t>> on_assigned(std::span<const TopicPartition> partitions,
                                                       std::uint64_t) override {
    return std::vector<std::optional<std::int64_t>>(partitions.size(), 0);
  }
  void on_revoked(std::span<const TopicPartition>) override {}
  void on_lost(std::span<const TopicPartition>) override {}
};

class BrokerErrors : public ::testing::Test {
 protected:
  BrokerErrors() {
    config_.bootstrap_servers = broker_.servers();
    broker_.make_topic("orders");
  }

  std::unique_ptr<DeadLetterProducer> producer() {
    auto opened = DeadLetterProducer::open(config_, 20000, {});
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }

  MockBroker broker_;
  ClientConfig config_;
};

TEST_F(BrokerErrors, AMissingPermissionIsAnAuthErrorThatNamesTheTopic) {
  broker_.fail_next(kProduceRequest, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const Status sent = producer()->send(std::vector{record("a")});
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().action, Action::kAuth) << sent.error().message;
  EXPECT_THAT(sent.error().message, HasSubstr("orders[0]"));
  EXPECT_THAT(sent.error().message, HasSubstr("ACL"));
}

TEST_F(BrokerErrors, APassingFaultIsRetriedByTheClientItself) {
  broker_.fail_next(kProduceRequest, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  const Status sent = producer()->send(std::vector{record("a")});
  EXPECT_TRUE(sent.ok()) << sent.error().message;
}

TEST_F(BrokerErrors, ARefusedRecordDoesNotSpoilTheNextOne) {
  broker_.fail_next(kProduceRequest, RD_KAFKA_RESP_ERR_INVALID_RECORD);
  const auto sender = producer();
  const Status refused = sender->send(std::vector{record("a")});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRecord) << refused.error().message;
  const Status sent = sender->send(std::vector{record("b")});
  EXPECT_TRUE(sent.ok()) << sent.error().message;
}

TEST_F(BrokerErrors, AGroupThatMayNotBeJoinedEndsTheConsumerWithAnAuthError) {
  broker_.fail_next(kJoinGroupRequest, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  NoListener listener;
  auto consumer = SinkConsumer::open(config_, {"connect-g-c", {}, {"orders"}}, listener, {});
  ASSERT_TRUE(consumer.ok()) << consumer.error().message;
  (*consumer)->join();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  Result<Polled> polled = Polled{};
  while (polled.ok() && std::chrono::steady_clock::now() < deadline) polled = (*consumer)->poll(10, 200);
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().action, Action::kAuth) << polled.error().message;
  EXPECT_THAT(polled.error().message, HasSubstr("connect-g-c"));
}

TEST_F(BrokerErrors, AGroupThatMayNotBeDescribedNamesTheRightThatIsMissing) {
  // The client looks for its group's coordinator by itself, too.
  broker_.fail_next(kFindCoordinatorRequest, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 100);
  auto conf = make_conf(ClientRole::kConsumer, config_, {{"group.id", "connect-g-c"}});
  ASSERT_TRUE(conf.ok()) << conf.error().message;
  const auto client = ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf).value(), "member", broker_.servers());
  ASSERT_TRUE(client.ok()) << client.error().message;
  const auto holder = static_member(**client, "connect-g-c", "etl-1", {});
  ASSERT_FALSE(holder.ok());
  EXPECT_EQ(holder.error().action, Action::kAuth) << holder.error().message;
  EXPECT_THAT(holder.error().message, HasSubstr("Describe on group 'connect-g-c'"));
}

TEST_F(BrokerErrors, NothingIsAskedAfterAStop) {
  auto conf = make_conf(ClientRole::kConsumer, config_, {{"group.id", "connect-g-c"}});
  ASSERT_TRUE(conf.ok()) << conf.error().message;
  const auto client = ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf).value(), "member", broker_.servers());
  ASSERT_TRUE(client.ok()) << client.error().message;
  StopSource stop;
  stop.request();
  bool sent = false;
  const auto answer = AdminCall(**client, 1'000, stop.token(), "asking")
                          .run(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, [&](auto*, auto*, auto*) { sent = true; });
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, Action::kCancelled);
  EXPECT_FALSE(sent);
}

TEST_F(BrokerErrors, AStopEndsTheWaitForAnAnswer) {
  auto conf = make_conf(ClientRole::kConsumer, config_, {});
  ASSERT_TRUE(conf.ok()) << conf.error().message;
  const auto client = ClientHandle::create(RD_KAFKA_CONSUMER, std::move(conf).value(), "member", broker_.servers());
  ASSERT_TRUE(client.ok()) << client.error().message;
  StopSource stop;
  std::thread stopper;
  const auto began = std::chrono::steady_clock::now();
  const auto answer = AdminCall(**client, 60'000, stop.token(), "asking")  // nothing is sent, so no answer comes
                          .run(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
                               [&](auto*, auto*, auto*) { stopper = std::thread([&stop] { stop.request(); }); });
  stopper.join();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().action, Action::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

}  // namespace
}  // namespace cnx::host::kafka
