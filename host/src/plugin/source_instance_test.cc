// SPDX-License-Identifier: Apache-2.0
#include "plugin/source_instance.h"

#include <gmock/gmock.h>

#include "cnx/record_batch.hpp"
#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::rogue;

class SourceInstanceTest : public ::testing::Test {
 protected:
  SourceInstanceTest() : component_(testing::fresh(Kind::kSource)) {
    auto made = SourceInstance::create(component_, host_, {});
    EXPECT_TRUE(made.ok());
    source_ = std::move(made).value();
  }
  ManualClock clock_;
  HostContext host_{HostServices{"c", 0, 1, &clock_, {}}};
  const Component& component_;
  std::unique_ptr<SourceInstance> source_;
};

TEST_F(SourceInstanceTest, AFailedCreateGivesTheErrorAndDestroysNothing) {
  rogue = {};
  rogue.create = [](void** self, cnx_error* error) {
    *self = nullptr;
    return testing::say(error, CNX_CONFIG, "no such region");
  };
  const auto failed = SourceInstance::create(component_, host_, {});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "no such region");
  EXPECT_THAT(rogue.calls, ElementsAre());
}

TEST_F(SourceInstanceTest, ACreateWithoutInstanceBreaksTheContract) {
  rogue.create = [](void** self, cnx_error*) -> cnx_status {
    *self = nullptr;
    return CNX_OK;
  };
  const auto failed = SourceInstance::create(component_, host_, {});
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().message, HasSubstr("create of 'rogue' succeeded without an instance"));
}

TEST_F(SourceInstanceTest, PassesPositionsAndRangesAndCopiesThePlan) {
  rogue.start_source = [](const cnx_source_start* from, cnx_source_plan* plan, cnx_error*) -> cnx_status {
    EXPECT_EQ(from->position_count, 2u);
    EXPECT_EQ(view(from->positions[0].value), "v");
    EXPECT_TRUE(is_absent(from->positions[0].range_id));
    EXPECT_TRUE(is_absent(from->positions[1].value));
    EXPECT_EQ(view(from->positions[1].range_id), "r");
    EXPECT_EQ(from->ranges[0].state, cnx_range_state{CNX_RANGE_DONE});
    EXPECT_EQ(from->again, 1u);
    plan->bounded = 1;
    plan->range_id = str("range");
    plan->title = str("title");
    return CNX_OK;
  };
  SourceStart from;
  from.positions = {{"k", "v"}, {"k2", std::nullopt, "r"}};
  from.ranges = {{"r", CNX_RANGE_DONE, 1}};
  from.again = true;
  const auto plan = source_->start(from);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->bounded);
  EXPECT_EQ(plan->range_id, "range");
  EXPECT_EQ(plan->title, "title");
}

TEST_F(SourceInstanceTest, ABoundedPlanWithoutRangeBreaksTheContract) {
  rogue.start_source = [](const cnx_source_start*, cnx_source_plan* plan, cnx_error*) -> cnx_status {
    plan->bounded = 1;
    return CNX_OK;
  };
  EXPECT_THAT(source_->start({}).error().message, HasSubstr("start of 'rogue' named no range"));
}

TEST_F(SourceInstanceTest, APolledBatchOwnsRecordsAndPositionsUntilItDies) {
  static int released;
  released = 0;
  rogue.poll = [](cnx_source_batch* out, cnx_error*) -> cnx_status {
    static const cnx_record record = [] {
      cnx_record r{};
      r.value = str("hello");
      return r;
    }();
    static const cnx_position positions[] = {{str("k"), str("1"), absent()}, {str("gone"), absent(), absent()}};
    static cnx_batch batch;
    batch = {};
    batch.struct_size = sizeof batch;
    batch.kind = CNX_RECORDS;
    batch.count = 1;
    batch.record_stride = sizeof record;
    batch.records = &record;
    batch.release = [](cnx_batch*) { ++released; };
    out->records = &batch;
    out->position_stride = sizeof(cnx_position);
    out->position_count = 2;
    out->positions = positions;
    return CNX_END;
  };
  {
    auto polled = source_->poll(0);
    ASSERT_TRUE(polled.ok());
    const PolledBatch batch = std::move(polled).value();
    EXPECT_TRUE(batch.end());
    EXPECT_FALSE(batch.empty());
    EXPECT_EQ(view(batch.record(0).value), "hello");
    EXPECT_EQ(batch.position(0).value, "1");
    EXPECT_FALSE(batch.position(1).value.has_value());
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST_F(SourceInstanceTest, NothingYetIsAnEmptyBatch) {
  const auto polled = source_->poll(0);
  ASSERT_TRUE(polled.ok());
  EXPECT_TRUE(polled->empty());
  EXPECT_FALSE(polled->end());
}

TEST_F(SourceInstanceTest, AnErrorOfPollIsPassedOn) {
  rogue.poll = [](cnx_source_batch*, cnx_error* error) { return testing::say(error, CNX_RETRY, "HTTP 503"); };
  const auto polled = source_->poll(0);
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().action, Action::kRetry);
  EXPECT_EQ(polled.error().message, "HTTP 503");
}

TEST_F(SourceInstanceTest, PositionsWithoutAnOwnerBreakTheContract) {
  rogue.poll = [](cnx_source_batch* out, cnx_error*) -> cnx_status {
    static const cnx_position position{str("k"), str("1"), absent()};
    out->position_stride = sizeof position;
    out->position_count = 1;
    out->positions = &position;
    return CNX_OK;
  };
  EXPECT_THAT(source_->poll(0).error().message,
              HasSubstr("poll of 'rogue' gave positions without a batch that owns them"));
}

TEST_F(SourceInstanceTest, ABrokenBatchIsReleasedAndRefused) {
  static int released;
  released = 0;
  rogue.poll = [](cnx_source_batch* out, cnx_error*) -> cnx_status {
    static cnx_batch batch;
    batch = {};
    batch.struct_size = sizeof batch;
    batch.kind = CNX_ROWS;
    batch.release = [](cnx_batch*) { ++released; };
    out->records = &batch;
    return CNX_OK;
  };
  EXPECT_THAT(source_->poll(0).error().message, HasSubstr("a batch of rows (2) where records are due"));
  EXPECT_EQ(released, 1);
}

TEST_F(SourceInstanceTest, DestructionStopsAStartedInstanceOnce) {
  ASSERT_TRUE(source_->start({}).ok());
  source_->acked();
  source_->cancel();
  source_->stop();
  source_.reset();
  EXPECT_THAT(rogue.calls, ElementsAre("acked", "cancel", "stop", "destroy"));
}

TEST_F(SourceInstanceTest, AnInstanceThatWasNeverStartedIsOnlyDestroyed) {
  source_.reset();
  EXPECT_THAT(rogue.calls, ElementsAre("destroy"));
}

}  // namespace
}  // namespace cnx::host::plugin
