// SPDX-License-Identifier: Apache-2.0
#include "kafka/sink_consumer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <thread>

#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SinkConsumerTest : public KafkaTest {
 protected:
  std::unique_ptr<SinkConsumer> open_consumer(const std::string& topic, RebalanceListener& listener,
                                              SinkConsumerOptions options = {}) {
    if (options.group_id.empty()) options.group_id = unique("group");
    options.topics = {topic};
    auto consumer = SinkConsumer::open(config_, options, listener, stop_.token());
    EXPECT_TRUE(consumer.ok()) << consumer.error().message;
    if (!consumer.ok()) return nullptr;
    (*consumer)->join();
    return std::move(consumer).value();
  }
};

TEST_F(SinkConsumerTest, BeginsAtTheOffsetThatTheListenerAnswers) {
  const std::string topic = make_topic();
  write(topic, {"a", "b", "c", "d"});
  TestListener listener(2);
  const auto consumer = open_consumer(topic, listener);
  const Read read = read_until(*consumer, [](const Read& so_far) { return !so_far.ends.empty(); });
  EXPECT_THAT(read.values, ElementsAre("c", "d"));
  EXPECT_THAT(read.offsets, ElementsAre(2, 3));
}

TEST_F(SinkConsumerTest, TheEndOfAPartitionCountsTransactionMarkers) {
  const std::string topic = make_topic();
  write(topic, {"a", "b"});
  const auto log = admin_->watermarks({topic, 0});
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(log->high, 3) << "two records and a commit marker";
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  const Read read = read_until(
      *consumer, [](const Read& so_far) { return !so_far.ends.empty() && so_far.ends.back().position == 3; });
  ASSERT_FALSE(read.ends.empty());
  EXPECT_EQ(read.ends.back().position, 3);
  EXPECT_EQ(read.ends.back().generation, listener.held().at({topic, 0}));
}

TEST_F(SinkConsumerTest, AbortedRecordsAreLeftOutButTheirOffsetsArePassed) {
  const std::string topic = make_topic();
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "aborted")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  ASSERT_TRUE(producer->abort().ok());
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  const Read read = read_until(
      *consumer, [](const Read& so_far) { return !so_far.ends.empty() && so_far.ends.back().position == 2; });
  EXPECT_TRUE(read.values.empty());
  ASSERT_FALSE(read.ends.empty());
  EXPECT_EQ(read.ends.back().position, 2);
}

TEST_F(SinkConsumerTest, AnUnclaimedPartitionIsHeldUntilItIsStarted) {
  const std::string topic = make_topic();
  write(topic, {"a", "b", "c"});
  TestListener listener(std::nullopt);
  const auto consumer = open_consumer(topic, listener);
  ASSERT_TRUE(listener.wait_for_partitions(1));
  write(topic, {"d"});
  const auto nothing = consumer->poll(100, 1000);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->empty());
  const auto generation = consumer->start_at({topic, 0}, listener.held().at({topic, 0}), 1);
  ASSERT_TRUE(generation.ok()) << generation.error().message;
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() >= 3; });
  EXPECT_THAT(read.values, ElementsAre("b", "c", "d"));
}

TEST_F(SinkConsumerTest, APartitionStartedTheMomentItIsTakenIsReadFromThere) {
  const std::string topic = make_topic();
  write(topic, {"a", "b", "c"});
  TestListener listener(std::nullopt);
  const auto consumer = open_consumer(topic, listener);
  ASSERT_TRUE(listener.wait_for_partitions(1));
  const std::uint64_t generation = listener.held().at({topic, 0});
  // The listener is asked before the client takes the partition: refused until then, and then at once.
  Result<std::uint64_t> started = cancelled_error();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!started.ok() && std::chrono::steady_clock::now() < deadline)
    started = consumer->start_at({topic, 0}, generation, 1);  // not where a held one stands
  ASSERT_TRUE(started.ok()) << started.error().message;
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() >= 2; });
  EXPECT_THAT(read.values, ElementsAre("b", "c"));
}

TEST_F(SinkConsumerTest, APartitionStartedAtItsEndStillReportsThatEnd) {
  const std::string topic = make_topic();
  write(topic, {"a"});
  TestListener listener(std::nullopt);
  const auto consumer = open_consumer(topic, listener);
  ASSERT_TRUE(listener.wait_for_partitions(1));
  const auto nothing = consumer->poll(100, 500);
  ASSERT_TRUE(nothing.ok() && nothing->empty());
  const auto generation = consumer->start_at({topic, 0}, listener.held().at({topic, 0}), 2);
  ASSERT_TRUE(generation.ok()) << generation.error().message;
  const Read read = read_until(*consumer, [](const Read& so_far) { return !so_far.ends.empty(); });
  ASSERT_THAT(read.ends, SizeIs(1));
  EXPECT_EQ(read.ends[0].position, 2);
  EXPECT_EQ(read.ends[0].generation, *generation);
}

TEST_F(SinkConsumerTest, StartingAgainGoesBackAndDropsWhatWasFetched) {
  const std::string topic = make_topic();
  write(topic, {"a", "b", "c", "d", "e"});
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  Result<Polled> two = Polled{};
  while (two.ok() && two->batch.empty()) two = consumer->poll(2, 1000);
  ASSERT_TRUE(two.ok());
  const std::uint64_t before = two->batch.runs().front().generation;
  const auto after = consumer->start_at({topic, 0}, before, 1);
  ASSERT_TRUE(after.ok()) << after.error().message;
  EXPECT_GT(*after, before);
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() >= 4; });
  EXPECT_THAT(read.values, ElementsAre("b", "c", "d", "e"));
  const auto stale = consumer->start_at({topic, 0}, before, 0);
  ASSERT_FALSE(stale.ok()) << "a generation that is over must not move the partition";
  EXPECT_EQ(stale.error().action, Action::kFenced);
}

TEST_F(SinkConsumerTest, AHeldPartitionGivesNothingMore) {
  const std::string topic = make_topic();
  write(topic, {"a", "b", "c"});
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  Result<Polled> one = Polled{};
  while (one.ok() && one->batch.empty()) one = consumer->poll(1, 1000);
  ASSERT_TRUE(one.ok());
  consumer->hold({topic, 0}, one->batch.runs().front().generation);
  const auto nothing = consumer->poll(100, 500);
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->empty());
  const auto generation = consumer->start_at({topic, 0}, one->batch.runs().front().generation, 1);
  ASSERT_TRUE(generation.ok()) << generation.error().message;
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() >= 2; });
  EXPECT_THAT(read.values, ElementsAre("b", "c"));
}

TEST_F(SinkConsumerTest, AnOffsetBehindTheEndIsAFaultThatNamesTheRange) {
  const std::string topic = make_topic();
  write(topic, {"a", "b"});
  TestListener listener(100);
  const auto consumer = open_consumer(topic, listener);
  const Read read = read_until(*consumer, [](const Read& so_far) { return !so_far.faults.empty(); });
  ASSERT_THAT(read.faults, SizeIs(1));
  EXPECT_EQ(read.faults[0].error.action, Action::kFatal);
  EXPECT_EQ(read.faults[0].at, (TopicPartition{topic, 0}));
  EXPECT_THAT(read.faults[0].error.message, HasSubstr("at offset 100"));
  EXPECT_THAT(read.faults[0].error.message, HasSubstr("can be read from 0 to 3"));
  EXPECT_TRUE(read.values.empty());
}

TEST_F(SinkConsumerTest, ABatchOutlivesItsConsumerAndIsReleasedOnAnotherThread) {
  const std::string topic = make_topic();
  write(topic, {"first", "second"});
  TestListener listener(0);
  auto consumer = open_consumer(topic, listener);
  Result<Polled> polled = Polled{};
  while (polled.ok() && polled->batch.size() < 2) polled = consumer->poll(10, 1000);
  ASSERT_TRUE(polled.ok());
  MessageBatch batch = std::move(polled->batch);
  consumer.reset();
  std::vector<std::string> values;
  std::thread([moved = std::move(batch), &values] { values = values_of(moved); }).join();
  EXPECT_THAT(values, ElementsAre("first", "second"));
}

TEST_F(SinkConsumerTest, RunsTellThePartitionsOfABatch) {
  const std::string topic = make_topic(2);
  write(topic, {"a", "b"}, 0);
  write(topic, {"c"}, 1);
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  std::size_t records = 0;
  while (records < 3) {
    const auto polled = consumer->poll(10, 5000);
    ASSERT_TRUE(polled.ok() && !polled->empty());
    std::uint32_t next = 0;
    for (const PartitionRun& run : polled->batch.runs()) {
      EXPECT_EQ(run.first, next);
      EXPECT_EQ(run.topic, topic);
      for (std::uint32_t i = run.first; i < run.first + run.count; ++i) {
        EXPECT_EQ(polled->batch.records()[i].partition, run.partition);
      }
      next += run.count;
    }
    EXPECT_EQ(next, polled->batch.size());
    records += polled->batch.size();
  }
}

// Text that compression does not make smaller.
std::string noise(std::size_t size) {
  std::minstd_rand random(7);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST_F(SinkConsumerTest, RecordsAndBatchesLargerThanAFetchOrTheQueuePassInEachPartition) {
  const std::string topic = make_topic(3, {{"max.message.bytes", "10485760"}});
  const std::string large = noise(3 << 20);
  const std::string shrinks(3 << 20, 'x');
  const std::vector<std::string> batch(64, noise(16 << 10));
  write(topic, {"a", large, "b"}, 0);
  write(topic, {"c", large, shrinks, "d"}, 1);
  for (int i = 0; i < 3; ++i) write(topic, batch, 2);
  TestListener listener(0);
  SinkConsumerOptions options;
  options.fetch_queue_bytes = 256 << 10;  // in fetches of 64 KiB
  const auto consumer = open_consumer(topic, listener, options);
  const std::size_t all = 3 + 4 + 3 * batch.size();
  const Read read = read_until(*consumer, [&](const Read& so_far) { return so_far.values.size() >= all; });
  EXPECT_THAT(read.values, SizeIs(all));
  EXPECT_EQ(std::ranges::count(read.values, large), 2);
  EXPECT_EQ(std::ranges::count(read.values, shrinks), 1);
  EXPECT_EQ(std::ranges::count(read.values, batch.front()), 3 * std::ssize(batch));
  for (const char* small : {"a", "b", "c", "d"}) EXPECT_EQ(std::ranges::count(read.values, small), 1) << small;
}

TEST_F(SinkConsumerTest, WakingEndsAPollAtOnce) {
  const std::string topic = make_topic();
  TestListener listener(std::nullopt);
  const auto consumer = open_consumer(topic, listener);
  std::thread waker([&] { consumer->wake(); });
  const auto begun = std::chrono::steady_clock::now();
  const auto polled = consumer->poll(10, 20000);
  waker.join();
  ASSERT_TRUE(polled.ok());
  EXPECT_TRUE(polled->empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

TEST_F(SinkConsumerTest, TheHintBecomesTheGroupsCommittedOffset) {
  const std::string topic = make_topic();
  write(topic, {"a", "b"});
  TestListener listener(0);
  const auto consumer = open_consumer(topic, listener);
  const Read read = read_until(*consumer, [](const Read& so_far) { return so_far.values.size() >= 2; });
  ASSERT_THAT(read.values, SizeIs(2));
  const std::vector<TopicPartition> partitions = {{topic, 0}};
  auto committed = consumer->committed(partitions, 5000);
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  EXPECT_THAT(*committed, ElementsAre(PartitionOffset{{topic, 0}, -1}));
  consumer->commit_hint(std::vector<PartitionOffset>{{{topic, 0}, 2}});
  for (int tries = 0; tries < 100 && committed.ok() && committed->front().offset != 2; ++tries) {
    committed = consumer->committed(partitions, 5000);
  }
  ASSERT_TRUE(committed.ok());
  EXPECT_EQ(committed->front().offset, 2);
}

}  // namespace
}  // namespace cnx::host::kafka
