// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_reader.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>
#include <vector>

#include "kafka/dead_letter_producer.h"
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

class SinkReaderTest : public ::testing::Test {
 protected:
  SinkReaderTest() {
    broker_.make_topic("orders");
    config_.bootstrap_servers = broker_.servers();
  }
  void produce(int records) {
    auto producer = kafka::DeadLetterProducer::open(config_, 10'000, stop_.token());
    ASSERT_TRUE(producer.ok()) << producer.error().message;
    cnx_record record{};
    record.topic = {"orders", 6};
    record.timestamp_ms = -1;
    record.value = {"{}", 2};
    const Status sent = (*producer)->send(std::vector<cnx_record>(static_cast<std::size_t>(records), record));
    ASSERT_TRUE(sent.ok()) << sent.error().message;
  }
  /// Reads on a thread of its own from now on.
  std::future<Status> read(SinkReaderOptions options) {
    auto opened = kafka::SinkConsumer::open(config_, {"connect-g-c", {}, {"orders"}}, listener_, stop_.token());
    auto chain = TransformChain::make({}, CNX_RECORDS, "sink");
    EXPECT_TRUE(opened.ok() && chain.ok());
    consumer_ = std::move(opened).value();
    chain_.emplace(std::move(chain).value());
    consumer_->join();
    reader_.emplace(options, *consumer_, *chain_, mailbox_, ledger_, status_, clock_, control_, stop_.token());
    return std::async(std::launch::async, [this] { return reader_->run(); });
  }
  void wait_until_sealed(std::uint64_t records) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (ledger_.sums().in < records && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::size_t next_batch() {
    auto item = mailbox_.take(std::chrono::milliseconds(0));
    auto* batch = std::get_if<std::unique_ptr<SealedBatch>>(&item);
    return batch == nullptr ? 0 : (*batch)->records.size();
  }

  kafka::MockBroker broker_;
  kafka::ClientConfig config_;
  StopSource stop_;
  NoListener listener_;
  Mailbox mailbox_{1 << 20};
  errors::Ledger ledger_;
  ManualClock clock_;
  TaskStatus status_{"orders-mysql", 0, false, clock_};
  TaskControl control_{stop_.token()};
  std::unique_ptr<kafka::SinkConsumer> consumer_;
  std::optional<TransformChain> chain_;
  std::optional<SinkReader> reader_;
};

TEST_F(SinkReaderTest, APausedTaskHearsThatItsGroupHasThrownItOut) {
  broker_.fail_next(kafka::kJoinGroupRequest, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  control_.ask(Wish::kPause);
  auto done = read({});
  if (done.wait_for(std::chrono::seconds(30)) != std::future_status::ready) stop_.request();
  const Status ended = done.get();
  ASSERT_FALSE(ended.ok()) << "it would be shown as paused for ever";
  EXPECT_EQ(ended.error().action, Action::kAuth) << ended.error().message;
}

// Its rows are seen while a full one would still be parsed and sent.
TEST_F(SinkReaderTest, TheFirstBatchOfARunIsSmallAndTheOthersAreFull) {
  produce(50);
  auto done = read({.batch_records = 20, .batch_interval_ms = 60'000});
  wait_until_sealed(48);  // nobody takes a batch meanwhile: an idle writer gets what there is
  stop_.request();
  EXPECT_TRUE(done.get().ok());
  EXPECT_EQ(next_batch(), 8u);
  EXPECT_EQ(next_batch(), 20u);
  EXPECT_EQ(next_batch(), 20u);
  EXPECT_EQ(next_batch(), 0u);
}

TEST_F(SinkReaderTest, TheFirstBatchIsNoLargerThanTheOthersMayBe) {
  produce(10);
  auto done = read({.batch_records = 5, .batch_interval_ms = 60'000});
  wait_until_sealed(10);
  stop_.request();
  EXPECT_TRUE(done.get().ok());
  EXPECT_EQ(next_batch(), 5u);
  EXPECT_EQ(next_batch(), 5u);
}

}  // namespace
}  // namespace cnx::host::runtime
