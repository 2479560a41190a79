// SPDX-License-Identifier: Apache-2.0
#include "kafka/transactional_producer.h"

#include <gmock/gmock.h>

#include <thread>

#include "kafka/murmur2.h"
#include "kafka/partition_reader.h"
#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TransactionalProducerTest : public KafkaTest {
 protected:
  /// All that a reader sees of one partition, up to its end.
  std::vector<std::string> visible(const std::string& topic, Isolation isolation, std::int32_t partition = 0) {
    auto reader = PartitionReader::open(config_, isolation, stop_.token());
    EXPECT_TRUE(reader.ok());
    const auto range = (*reader)->watermarks({topic, partition});
    EXPECT_TRUE(range.ok());
    EXPECT_TRUE((*reader)->start({topic, partition}, kBeginning).ok());
    std::vector<std::string> values;
    for (int tries = 0; tries < 100; ++tries) {
      auto polled = (*reader)->next(1000, 300);
      EXPECT_TRUE(polled.ok()) << polled.error().message;
      for (const cnx_record& each : polled->batch.records()) values.push_back(value_of(each));
      if (!polled->ends.empty() && polled->ends.back().position >= range->high) return values;
    }
    ADD_FAILURE() << "the end of " << topic << " was not reached";
    return values;
  }
};

TEST_F(TransactionalProducerTest, CommittedRecordsAreVisibleAndTheirHighestOffsetsReported) {
  const std::string topic = make_topic(2);
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "a", 0), record(topic, "b", 1), record(topic, "c", 0)}).ok());
  const auto committed = producer->commit();
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  EXPECT_THAT(*committed, ElementsAre(PartitionOffset{{topic, 0}, 1}, PartitionOffset{{topic, 1}, 0}));
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre("a", "c"));
}

TEST_F(TransactionalProducerTest, AbortedRecordsAreInTheLogButNotVisible) {
  const std::string topic = make_topic();
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "aborted")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  ASSERT_TRUE(producer->abort().ok());
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "good")}).ok());
  ASSERT_TRUE(producer->commit().ok());
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre("good"));
  EXPECT_THAT(visible(topic, Isolation::kReadUncommitted), ElementsAre("aborted", "good"));
}

TEST_F(TransactionalProducerTest, AnOlderProducerOfTheSameIdIsFencedAndMustBeMadeAnew) {
  const std::string topic = make_topic();
  const std::string id = unique("id");
  const auto older = open_producer(id);
  ASSERT_TRUE(older);
  ASSERT_TRUE(older->begin().ok());
  ASSERT_TRUE(older->produce(std::vector{record(topic, "old")}).ok());
  ASSERT_TRUE(older->flush().ok());
  const auto newer = open_producer(id);
  ASSERT_TRUE(newer);
  const auto committed = older->commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().action, Action::kFenced) << committed.error().message;
  EXPECT_THAT(committed.error().message, HasSubstr(id));
  EXPECT_TRUE(older->must_be_recreated());
  EXPECT_FALSE(older->abort().ok()) << "a fenced producer can do nothing any more";
  ASSERT_TRUE(newer->begin().ok());
  ASSERT_TRUE(newer->produce(std::vector{record(topic, "new")}).ok());
  ASSERT_TRUE(newer->commit().ok());
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre("new"));
}

TEST_F(TransactionalProducerTest, ATransactionThatOutlivesItsTimeIsFencedToo) {
  const std::string topic = make_topic();
  const auto producer = open_producer(unique("id"), 1000);
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "late")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  // The broker looks for old transactions from time to time; once it aborted this one, the log's end is stable again.
  auto reader = PartitionReader::open(config_, Isolation::kReadCommitted, stop_.token());
  ASSERT_TRUE(reader.ok());
  bool aborted = false;
  for (int tries = 0; tries < 300 && !aborted; ++tries) {
    const auto range = (*reader)->watermarks({topic, 0});
    ASSERT_TRUE(range.ok());
    aborted = range->high > 0;
    if (!aborted) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ASSERT_TRUE(aborted);
  const auto committed = producer->commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_TRUE(producer->must_be_recreated()) << committed.error().message;
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre());
}

TEST_F(TransactionalProducerTest, ARecordThatTheTopicRefusesIsNamedAndTheNextProducerGoesOnWithoutIt) {
  const std::string topic = make_topic(1, {{"max.message.bytes", "2000"}});
  const std::string id = unique("id");
  auto producer = open_producer(id);
  ASSERT_TRUE(producer);
  std::string noise;  // does not compress
  for (std::uint32_t i = 0; noise.size() < 5000; ++i) noise += std::to_string(murmur2(std::to_string(i)));
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, noise)}).ok());
  const auto committed = producer->commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().action, Action::kRecord) << committed.error().message;
  EXPECT_THAT(committed.error().message, HasSubstr(topic));
  EXPECT_THAT(committed.error().message, HasSubstr("max.message.bytes"));
  ASSERT_TRUE(producer->must_be_recreated());
  producer = open_producer(id);
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "small")}).ok());
  const auto again = producer->commit();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre("small"));
}

TEST_F(TransactionalProducerTest, ARecordThatTheClientRefusesCostsOnlyItsTransaction) {
  const std::string topic = make_topic();
  config_.producer["message.max.bytes"] = "2000";
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  const std::string large(5000, 'x');
  const Status produced = producer->produce(std::vector{record(topic, "small"), record(topic, large)});
  ASSERT_FALSE(produced.ok());
  EXPECT_EQ(produced.error().action, Action::kRecord);
  EXPECT_THAT(produced.error().message, HasSubstr("record 1"));
  EXPECT_THAT(produced.error().message, HasSubstr("message.max.bytes"));
  ASSERT_FALSE(producer->must_be_recreated());
  ASSERT_TRUE(producer->abort().ok());
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "good")}).ok());
  const auto committed = producer->commit();
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  EXPECT_THAT(visible(topic, Isolation::kReadCommitted), ElementsAre("good"));
}

TEST_F(TransactionalProducerTest, KeysGoToThePartitionThatJavaWouldChoose) {
  const std::string topic = make_topic(5);
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  for (const std::string key : {"1575345639-0", "order", ""}) {
    ASSERT_TRUE(producer->begin().ok());
    ASSERT_TRUE(producer->produce(std::vector{record(topic, key, "v", -1)}).ok());
    const auto committed = producer->commit();
    ASSERT_TRUE(committed.ok()) << committed.error().message;
    ASSERT_EQ(committed->size(), 1U);
    EXPECT_EQ(committed->front().at.partition, static_cast<std::int32_t>((murmur2(key) & 0x7fffffff) % 5)) << key;
  }
}

TEST_F(TransactionalProducerTest, KeysValuesHeadersAndTimestampsComeBackAsWritten) {
  const std::string topic = make_topic();
  const cnx_header headers[] = {{{"a", 1}, {"1", 1}}, {{"empty", 5}, {"", 0}}, {{"null", 4}, {nullptr, 0}}};
  cnx_record written = record(topic, "key", "value", 0);
  written.headers = headers;
  written.header_count = 3;
  written.timestamp_ms = 1763900000123;
  cnx_record tombstone = record(topic, "key", "", 0);
  tombstone.value = {nullptr, 0};
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{written, tombstone, record(topic, "", 0)}).ok());
  ASSERT_TRUE(producer->commit().ok());

  auto reader = PartitionReader::open(config_, Isolation::kReadCommitted, stop_.token());
  ASSERT_TRUE(reader.ok());
  auto first = (*reader)->read_at({topic, 0}, 0);
  ASSERT_TRUE(first.ok() && first->has_value());
  const cnx_record& read = (*first)->records().front();
  EXPECT_EQ(std::string(read.key.data, read.key.size), "key");
  EXPECT_EQ(value_of(read), "value");
  EXPECT_EQ(read.timestamp_ms, 1763900000123);
  ASSERT_EQ(read.header_count, 3);
  EXPECT_EQ(std::string(read.headers[0].name.data, read.headers[0].name.size), "a");
  EXPECT_EQ(std::string(read.headers[0].value.data, read.headers[0].value.size), "1");
  EXPECT_NE(read.headers[1].value.data, nullptr);
  EXPECT_EQ(read.headers[1].value.size, 0U);
  EXPECT_EQ(read.headers[2].value.data, nullptr);
  auto second = (*reader)->read_at({topic, 0}, 1);
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->records().front().value.data, nullptr) << "a tombstone has a null value";
  auto third = (*reader)->read_at({topic, 0}, 2);
  ASSERT_TRUE(third.ok() && third->has_value());
  EXPECT_EQ((*third)->records().front().key.data, nullptr);
  EXPECT_NE((*third)->records().front().value.data, nullptr) << "an empty value is not a null one";
}

TEST_F(TransactionalProducerTest, AFullClientQueueIsWaitedForAndLosesNothing) {
  const std::string topic = make_topic();
  config_.producer["queue.buffering.max.messages"] = "10";
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  const std::vector<cnx_record> records(500, record(topic, "x"));
  ASSERT_TRUE(producer->begin().ok());
  const Status produced = producer->produce(records);
  ASSERT_TRUE(produced.ok()) << produced.error().message;
  const auto committed = producer->commit();
  ASSERT_TRUE(committed.ok()) << committed.error().message;
  EXPECT_THAT(*committed, ElementsAre(PartitionOffset{{topic, 0}, 499}));
}

TEST_F(TransactionalProducerTest, AMissingTopicIsNamedWhenTheTransactionFails) {
  const std::string missing = unique("missing");
  config_.producer["topic.metadata.propagation.max.ms"] = "100";
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer);
  ASSERT_TRUE(producer->begin().ok());
  const std::vector<cnx_record> records = {record(missing, "x")};
  const Status produced = producer->produce(records);
  const auto committed = produced.ok() ? producer->commit() : Result<std::vector<PartitionOffset>>(produced.error());
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().action, Action::kRetry) << "somebody may be making it";
  EXPECT_THAT(committed.error().message, HasSubstr(missing));
  EXPECT_TRUE(producer->abort().ok());
}

TEST_F(TransactionalProducerTest, AStopEndsTheWaitForABrokerThatIsNotThere) {
  ClientConfig nowhere = config_;
  nowhere.bootstrap_servers = "127.0.0.1:1";
  StopSource stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request();
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto producer = TransactionalProducer::open(nowhere, {unique("id"), 60000, 60000}, stop.token());
  const auto took = std::chrono::steady_clock::now() - begun;
  stopper.join();
  ASSERT_FALSE(producer.ok());
  EXPECT_EQ(producer.error().action, Action::kCancelled) << producer.error().message;
  EXPECT_LT(took, std::chrono::seconds(2));
}

TEST_F(TransactionalProducerTest, ABrokerThatIsNotThereIsNamedWithTheCause) {
  ClientConfig nowhere = config_;
  nowhere.bootstrap_servers = "127.0.0.1:1";
  const auto producer = TransactionalProducer::open(nowhere, {unique("id"), 60000, 1500}, stop_.token());
  ASSERT_FALSE(producer.ok());
  EXPECT_EQ(producer.error().action, Action::kRetry);
  EXPECT_THAT(producer.error().message, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(producer.error().message, HasSubstr("refused"));
}

TEST_F(TransactionalProducerTest, APresentTimeThatIsRefusedIsNoFailureForGood) {
  const std::string topic = make_topic(1, {{"message.timestamp.before.max.ms", "0"}});
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic, "a")}).ok());
  const auto refused = producer->commit();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().action, Action::kRetry) << refused.error().message;
  EXPECT_THAT(refused.error().message, HasSubstr("set this machine's clock"));
  EXPECT_TRUE(producer->must_be_recreated());
}

}  // namespace
}  // namespace cnx::host::kafka
