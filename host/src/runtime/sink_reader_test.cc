// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_reader.h"

#include <gmock/gmock.h>

#include <future>

#include "kafka/mock_broker.h"

namespace cnx::host::runtime {
namespace {

class NoListener final : public kafka::RebalanceListener {
 public:
  std::vector<std::optional<std::int64_t>> on_assigned(std::span<const kafka::TopicPartition> partitions,
                                                       std::uint64_t) override {
    return std::vector<std::optional<std::int64_t>>(partitions.size(), 0);
  }
  void on_revoked(std::span<const kafka::TopicPartition>) override {}
  void on_lost(std::span<const kafka::TopicPartition>) override {}
};

TEST(SinkReader, APausedTaskHearsThatItsGroupHasThrownItOut) {
  kafka::MockBroker broker;
  broker.make_topic("orders");
  broker.fail_next(kafka::kJoinGroupRequest, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  kafka::ClientConfig config;
  config.bootstrap_servers = broker.servers();
  StopSource stop;
  NoListener listener;
  auto consumer = kafka::SinkConsumer::open(config, {"connect-g-c", {}, {"orders"}}, listener, stop.token());
  ASSERT_TRUE(consumer.ok()) << consumer.error().message;
  (*consumer)->join();
  auto chain = TransformChain::make({}, CNX_RECORDS, "sink");
  ASSERT_TRUE(chain.ok()) << chain.error().message;
  Mailbox mailbox(1 << 20);
  errors::Ledger ledger;
  ManualClock clock;
  TaskStatus status("orders-mysql", 0, false, clock);
  TaskControl control(stop.token());
  SinkReader reader({}, **consumer, *chain, mailbox, ledger, status, clock, control, stop.token());

  control.ask(Wish::kPause);
  auto read = std::async(std::launch::async, [&] { return reader.run(); });
  if (read.wait_for(std::chrono::seconds(30)) != std::future_status::ready) stop.request();
  const Status ended = read.get();
  ASSERT_FALSE(ended.ok()) << "it would be shown as paused for ever";
  EXPECT_EQ(ended.error().action, Action::kAuth) << ended.error().message;
}

}  // namespace
}  // namespace cnx::host::runtime
