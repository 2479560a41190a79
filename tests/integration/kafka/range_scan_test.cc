// SPDX-License-Identifier: Apache-2.0
#include "kafka/range_scan.h"

#include <gmock/gmock.h>

#include "kafka_fixture.h"

namespace cnx::host::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RangeScanTest : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped()) return;
    topic_ = make_topic();
    write(topic_, {"a", "b", "c"});  // offsets 0 to 2, marker at 3
    auto reader = PartitionReader::open(config_, Isolation::kReadCommitted, stop_.token());
    ASSERT_TRUE(reader.ok());
    reader_ = std::move(reader).value();
  }

  std::vector<std::string> scan(std::int64_t from, std::int64_t to, const PositionLog::OnWait& on_wait = nullptr) {
    std::vector<std::string> values;
    const Status scanned = scan_range(
        *reader_, {topic_, 0}, from, to,
        [&](const cnx_record& record) -> Status {
          values.push_back(value_of(record));
          return {};
        },
        on_wait);
    EXPECT_TRUE(scanned.ok()) << scanned.error().message;
    return values;
  }

  std::string topic_;
  std::unique_ptr<PartitionReader> reader_;
};

TEST_F(RangeScanTest, GivesTheRecordsOfTheRangeAndNoOther) {
  EXPECT_THAT(scan(0, 4), ElementsAre("a", "b", "c"));
  EXPECT_THAT(scan(1, 2), ElementsAre("b"));
  EXPECT_THAT(scan(3, 4), IsEmpty()) << "a marker is no record";
  EXPECT_THAT(scan(2, 2), IsEmpty());
}

TEST_F(RangeScanTest, AnErrorOfTheTakerEndsIt) {
  const Status scanned =
      scan_range(*reader_, {topic_, 0}, 0, 4, [](const cnx_record&) -> Status { return fatal_error("enough"); });
  EXPECT_EQ(scanned.error().message, "enough");
}

TEST_F(RangeScanTest, AnOpenTransactionIsWaitedForAndAnAbortedOnePassed) {
  const auto other = open_producer(unique("other"));
  ASSERT_TRUE(other->begin().ok());
  ASSERT_TRUE(other->produce(std::vector{record(topic_, "never")}).ok());
  ASSERT_TRUE(other->flush().ok());
  write(topic_, {"d"});  // 5, marker 6: behind the open transaction
  std::vector<PositionWait> waits;
  const auto values = scan(0, 7, [&](const PositionWait& wait) {
    if (waits.empty()) {
      EXPECT_TRUE(other->abort().ok());
    }
    waits.push_back(wait);
  });
  EXPECT_THAT(values, ElementsAre("a", "b", "c", "d"));
  ASSERT_FALSE(waits.empty());
  EXPECT_EQ(waits[0].position, 4);
  EXPECT_EQ(waits[0].target, 7);
}

}  // namespace
}  // namespace cnx::host::kafka
