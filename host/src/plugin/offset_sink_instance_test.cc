// SPDX-License-Identifier: Apache-2.0
#include "plugin/offset_sink_instance.h"

#include <gmock/gmock.h>

#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::HasSubstr;
using testing::rogue;

class OffsetSinkInstanceTest : public ::testing::Test {
 protected:
  OffsetSinkInstanceTest()
      : component_(testing::fresh(Kind::kSink)), offsets_(component_, testing::kOffsetsTable, &rogue) {}
  const Component& component_;
  OffsetSinkInstance offsets_;
  const Claimant claimant_{"worker-1", "group", "topic-id", std::nullopt, "0.1.0"};
};

TEST_F(OffsetSinkInstanceTest, AClaimTellsWhatWasThereAndTheNewEpoch) {
  rogue.claim = [](const cnx_claimant* who, cnx_offset_row* rows, std::uint64_t count) -> cnx_status {
    EXPECT_EQ(view(who->owner), "worker-1");
    EXPECT_EQ(view(who->topic_id), "topic-id");
    EXPECT_TRUE(is_absent(who->cluster_id));
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(rows[1].next_offset, 5);
    static std::string text = "worker-0";
    rows[0].present = 1;
    rows[0].next_offset = 100;
    rows[0].epoch = 4;
    rows[0].owner = str(text);
    rows[0].topic_id = absent();
    rows[1].epoch = 1;
    return CNX_OK;
  };
  std::vector<OffsetRow> rows(2);
  rows[0].topic = rows[1].topic = "orders";
  rows[1].partition = 1;
  rows[1].next_offset = 5;
  ASSERT_TRUE(offsets_.claim(claimant_, rows).ok());
  EXPECT_TRUE(rows[0].present);
  EXPECT_EQ(rows[0].next_offset, 100);
  EXPECT_EQ(rows[0].epoch, 4);
  EXPECT_EQ(rows[0].owner, "worker-0");
  EXPECT_FALSE(rows[0].topic_id.has_value());
  EXPECT_FALSE(rows[1].present);
  EXPECT_EQ(rows[1].next_offset, 5);
}

TEST_F(OffsetSinkInstanceTest, AFailedClaimLeavesTheRowsAlone) {
  rogue.claim = [](const cnx_claimant*, cnx_offset_row* rows, std::uint64_t) -> cnx_status {
    rows[0].epoch = 99;
    return CNX_RETRY;
  };
  std::vector<OffsetRow> rows(1);
  EXPECT_FALSE(offsets_.claim(claimant_, rows).ok());
  EXPECT_EQ(rows[0].epoch, 0);
}

TEST_F(OffsetSinkInstanceTest, AnAnswerAboutAnotherPartitionBreaksTheContract) {
  rogue.claim = [](const cnx_claimant*, cnx_offset_row* rows, std::uint64_t) -> cnx_status {
    rows[0].partition = 7;
    return CNX_OK;
  };
  std::vector<OffsetRow> rows(1);
  rows[0].topic = "orders";
  EXPECT_THAT(offsets_.claim(claimant_, rows).error().message,
              HasSubstr("answered about orders-7 when it was asked about orders-0"));
}

TEST_F(OffsetSinkInstanceTest, PassesStepsOn) {
  rogue.begin = [](const cnx_offset_step* steps, std::uint64_t count) -> cnx_status {
    EXPECT_EQ(count, 1u);
    EXPECT_EQ(view(steps[0].topic), "orders");
    EXPECT_EQ(steps[0].partition, 3);
    EXPECT_EQ(steps[0].epoch, 2);
    EXPECT_EQ(steps[0].old_offset, 10);
    EXPECT_EQ(steps[0].new_offset, 20);
    EXPECT_EQ(steps[0].last_offset, 19);
    EXPECT_EQ(steps[0].last_timestamp_ms, 1234);
    return CNX_FENCED;
  };
  const std::vector<OffsetStep> steps{{"orders", 3, 2, 10, 20, 19, 1234}};
  EXPECT_EQ(offsets_.begin(claimant_, steps).error().action, Action::kFenced);
  EXPECT_EQ(offsets_.advance(claimant_, steps).error().action, Action::kFenced);
}

TEST_F(OffsetSinkInstanceTest, ALostAnswerIsToldBesideTheError) {
  bool unknown = false;
  rogue.commit = [](std::int32_t* lost, cnx_error* error) {
    *lost = 1;
    return testing::say(error, CNX_RETRY, "connection lost");
  };
  EXPECT_EQ(offsets_.commit(unknown).error().action, Action::kRetry);
  EXPECT_TRUE(unknown);
  rogue.commit = nullptr;
  EXPECT_TRUE(offsets_.commit(unknown).ok());
  EXPECT_FALSE(unknown);
}

TEST_F(OffsetSinkInstanceTest, OkWithAnUnknownOutcomeBreaksTheContract) {
  bool unknown = false;
  rogue.commit = [](std::int32_t* lost, cnx_error*) -> cnx_status {
    *lost = 1;
    return CNX_OK;
  };
  EXPECT_EQ(offsets_.commit(unknown).error().action, Action::kFatal);
}

TEST_F(OffsetSinkInstanceTest, AnOutcomeIsOneOfThree) {
  rogue.outcome = [](cnx_outcome* outcome) -> cnx_status {
    *outcome = CNX_NOT_COMMITTED;
    return CNX_OK;
  };
  EXPECT_EQ(offsets_.outcome(claimant_, {}).value(), Outcome::kNotCommitted);
  rogue.outcome = [](cnx_outcome* outcome) -> cnx_status {
    *outcome = 0;
    return CNX_OK;
  };
  EXPECT_THAT(offsets_.outcome(claimant_, {}).error().message, HasSubstr("answered 0, which is no outcome"));
}

TEST_F(OffsetSinkInstanceTest, ReadsGivenRowsOrAll) {
  rogue.read = [](cnx_offset_row* rows, std::uint64_t count, void* ctx,
                  void (*each)(void*, const cnx_offset_row*)) -> cnx_status {
    if (count > 0) {
      rows[0].next_offset = 42;
      rows[0].present = 1;
      return CNX_OK;
    }
    cnx_offset_row row{};
    row.topic = str("orders");
    for (int i = 0; i < 3; ++i) {
      row.partition = i;
      each(ctx, &row);
    }
    return CNX_OK;
  };
  std::vector<OffsetRow> rows(1);
  ASSERT_TRUE(offsets_.read(rows).ok());
  EXPECT_EQ(rows[0].next_offset, 42);
  const auto all = offsets_.read_all();
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ(all.value()[2].partition, 2);
}

TEST_F(OffsetSinkInstanceTest, ReadingNoRowsDoesNotReadAllOfThem) {
  rogue.read = [](cnx_offset_row*, std::uint64_t, void*, auto) -> cnx_status { return CNX_FATAL; };
  std::vector<OffsetRow> none;
  EXPECT_TRUE(offsets_.read(none).ok());
}

}  // namespace
}  // namespace cnx::host::plugin
