// SPDX-License-Identifier: Apache-2.0
#include "kafka/partition_reader.h"

#include <gmock/gmock.h>

#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PartitionReaderTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped()) return;
    topic_ = make_topic();
    write(topic_, {"a", "b"});
    auto reader = PartitionReader::open(config_, Isolation::kReadCommitted, stop_.token());
    ASSERT_TRUE(reader.ok());
    reader_ = std::move(reader).value();
  }

  TopicPartition at() const { return {topic_, 0}; }

  std::string topic_;
  std::unique_ptr<PartitionReader> reader_;
};

TEST_F(PartitionReaderTest, ReadsFromAnOffsetToTheEndAndCanBeginAgainElsewhere) {
  for (const std::int64_t start : {std::int64_t{1}, kBeginning}) {
    ASSERT_TRUE(reader_->start(at(), start).ok());
    std::vector<std::string> values;
    std::int64_t end = -1;
    while (end < 3) {
      const auto polled = reader_->next(10, 5000);
      ASSERT_TRUE(polled.ok()) << polled.error().message;
      ASSERT_FALSE(polled->empty());
      for (const std::string& value : values_of(polled->batch)) values.push_back(value);
      if (!polled->ends.empty()) end = polled->ends.back().position;
    }
    EXPECT_EQ(values, start == 1 ? std::vector<std::string>{"b"} : (std::vector<std::string>{"a", "b"}));
  }
}

TEST_F(PartitionReaderTest, OneRecordCanBeReadByItsOffset) {
  auto found = reader_->read_at(at(), 1);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_THAT(values_of(**found), ElementsAre("b"));
}

TEST_F(PartitionReaderTest, WhoReadsLittleAheadFindsLargeRecordsAndThoseFarBehindAborted) {
  const auto producer = open_producer(unique("id"));
  const std::string large(300'000, 'x');  // more than such a reader asks for at once
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic_, large), record(topic_, large)}).ok());
  ASSERT_TRUE(producer->flush().ok());
  ASSERT_TRUE(producer->abort().ok());
  write(topic_, {large, "last"});  // behind a, b, marker, two aborted, marker
  const auto reader = PartitionReader::open(config_, Isolation::kReadCommitted, stop_.token(), ReadAhead::kLittle);
  ASSERT_TRUE(reader.ok());
  for (const auto& [offset, value] :
       {std::pair{6, large}, std::pair{7, std::string("last")}, std::pair{0, std::string("a")}}) {
    auto found = (*reader)->read_at(at(), offset);
    ASSERT_TRUE(found.ok()) << found.error().message;
    ASSERT_TRUE(found->has_value()) << offset;
    EXPECT_EQ(values_of(**found).front(), value);
  }
  auto first = (*reader)->first_record(at(), 2, 8);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->value_or(-1), 6);
}

TEST_F(PartitionReaderTest, AMarkerIsNoRecordAndNeitherIsWhatComesAfterTheEnd) {
  for (const std::int64_t offset : {2, 3, 100}) {
    auto found = reader_->read_at(at(), offset);
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_FALSE(found->has_value()) << offset;
  }
}

TEST_F(PartitionReaderTest, AGapOfMarkersAndAbortedRecordsHoldsNoRecordAndARecordInItIsFound) {
  const auto producer = open_producer(unique("id"));  // a, b, marker; then two aborted, marker, c, marker
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic_, "x"), record(topic_, "y")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  ASSERT_TRUE(producer->abort().ok());
  write(topic_, {"c"});
  const auto first = [&](std::int64_t from, std::int64_t to) {
    auto found = reader_->first_record(at(), from, to);
    EXPECT_TRUE(found.ok()) << found.error().message;
    return found.ok() ? found->value_or(-1) : -2;
  };
  EXPECT_EQ(first(2, 6), -1);
  EXPECT_EQ(first(2, 7), 6);
  EXPECT_EQ(first(1, 6), 1);
  EXPECT_EQ(first(0, 6), 0);
  EXPECT_EQ(first(7, 8), -1) << "the end, without a record";
  EXPECT_EQ(first(6, 6), -1);
  auto outside = reader_->first_record(at(), 50, 60);
  ASSERT_FALSE(outside.ok());
  EXPECT_EQ(outside.error().action, Action::kFatal);
}

TEST_F(PartitionReaderTest, AnOffsetOutOfRangeIsAnErrorAndNotAJump) {
  ASSERT_TRUE(reader_->start(at(), 50).ok());
  Result<Polled> polled = Polled{};
  while (polled.ok() && polled->empty()) polled = reader_->next(10, 5000);
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().action, Action::kFatal);
  EXPECT_THAT(polled.error().message, HasSubstr(topic_ + "[0] at offset 50"));
}

TEST_F(PartitionReaderTest, TheEndDependsOnTheIsolation) {
  const auto producer = open_producer(unique("id"));
  ASSERT_TRUE(producer->begin().ok());
  ASSERT_TRUE(producer->produce(std::vector{record(topic_, "open")}).ok());
  ASSERT_TRUE(producer->flush().ok());
  const auto stable = reader_->watermarks(at());
  ASSERT_TRUE(stable.ok()) << stable.error().message;
  EXPECT_EQ(stable->high, 3);
  const auto all = admin_->watermarks(at());
  ASSERT_TRUE(all.ok()) << all.error().message;
  EXPECT_EQ(all->high, 4);
  EXPECT_EQ(all->low, 0);
}

TEST_F(PartitionReaderTest, ATopicThatIsNotThereIsNamed) {
  const auto marks = reader_->watermarks({unique("missing"), 0});
  ASSERT_FALSE(marks.ok());
  EXPECT_THAT(marks.error().message, HasSubstr("missing"));
}

}  // namespace
}  // namespace cnx::host::kafka
