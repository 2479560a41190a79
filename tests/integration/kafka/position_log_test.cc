// SPDX-License-Identifier: Apache-2.0
#include "kafka/position_log.h"

#include <gmock/gmock.h>

#include <thread>

#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class PositionLogTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped()) return;
    topic_ = make_topic(1, {{"cleanup.policy", "compact"}});
    auto log = PositionLog::open(config_, topic_, stop_.token());
    ASSERT_TRUE(log.ok());
    log_ = std::move(log).value();
  }

  void commit(TransactionalProducer& producer, std::vector<cnx_record> records) {
    ASSERT_TRUE(producer.begin().ok());
    ASSERT_TRUE(producer.produce(records).ok());
    const auto committed = producer.commit();
    ASSERT_TRUE(committed.ok()) << committed.error().message;
    await_markers(*committed);
  }

  cnx_record position(std::string_view key, std::string_view value) { return record(topic_, key, value, 0); }

  std::string topic_;
  std::unique_ptr<PositionLog> log_;
};

TEST_F(PositionLogTest, AnEmptyLogHasNoPositions) {
  const auto positions = log_->read(0, "", nullptr);
  ASSERT_TRUE(positions.ok()) << positions.error().message;
  EXPECT_THAT(*positions, IsEmpty());
}

TEST_F(PositionLogTest, TheLastCommittedValueOfEachKeyOfThePrefixCounts) {
  const auto producer = open_producer(unique("id"));
  commit(*producer, {position("g/a/0", "1"), position("g/b/0", "x"), position("g/a/1", "1")});
  commit(*producer, {position("g/a/0", "2")});
  cnx_record tombstone = position("g/a/1", "");
  tombstone.value = {nullptr, 0};
  commit(*producer, {tombstone});
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{position("g/a/0", "aborted")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  ASSERT_TRUE(producer->abort().ok());
  const auto positions = log_->read(0, "g/a/", nullptr);
  ASSERT_TRUE(positions.ok()) << positions.error().message;
  EXPECT_THAT(*positions, ElementsAre(Pair("g/a/0", "2")));
}

TEST_F(PositionLogTest, AnOpenTransactionOfSomebodyElseIsWaitedForAndSaid) {
  const auto mine = open_producer(unique("mine"));
  const auto other = open_producer(unique("other"));
  commit(*mine, {position("g/a/0", "old")});
  ASSERT_TRUE(other->begin().ok());
  ASSERT_TRUE(other->produce(std::vector{position("g/other/0", "1")}).ok());
  ASSERT_TRUE(other->flush().ok());
  commit(*mine, {position("g/a/0", "new")});  // behind the open transaction: no reader sees it yet
  std::vector<PositionWait> waits;
  const auto positions = log_->read(0, "g/a/", [&](const PositionWait& wait) {
    waits.push_back(wait);
    const bool closed = waits.size() > 1 || other->commit().ok();
    EXPECT_TRUE(closed);
  });
  ASSERT_TRUE(positions.ok()) << positions.error().message;
  EXPECT_THAT(*positions, ElementsAre(Pair("g/a/0", "new")));
  ASSERT_FALSE(waits.empty());
  EXPECT_EQ(waits[0].at, (TopicPartition{topic_, 0}));
  EXPECT_EQ(waits[0].position, 2) << "the record and its marker come before the open transaction";
  EXPECT_EQ(waits[0].target, 5);
  EXPECT_GE(waits[0].waited_ms, 1000);
}

TEST_F(PositionLogTest, AStopEndsTheWaitForAnOpenTransaction) {
  const auto other = open_producer(unique("other"));
  ASSERT_TRUE(other->begin().ok());
  ASSERT_TRUE(other->produce(std::vector{position("g/other/0", "1")}).ok());
  ASSERT_TRUE(other->flush().ok());
  const auto positions = log_->read(0, "g/a/", [&](const PositionWait&) { stop_.request(); });
  ASSERT_FALSE(positions.ok());
  EXPECT_EQ(positions.error().action, Action::kCancelled);
}

}  // namespace
}  // namespace cnx::host::kafka
