// SPDX-License-Identifier: Apache-2.0
#include "plugin/sink_instance.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"
#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::rogue;

class SinkInstanceTest : public ::testing::Test {
 protected:
  SinkInstanceTest() : component_(testing::fresh(Kind::kSink)) {
    sink_ = std::move(SinkInstance::create(component_, host_, {})).value();
  }
  ManualClock clock_;
  HostContext host_{HostServices{"c", 0, 1, &clock_, {}}};
  const Component& component_;
  std::unique_ptr<SinkInstance> sink_;
  cnx::testing::Rows rows_{{ColumnSpec::int64("id")}, {{1}, {2}, {3}}};
  std::vector<RejectedRow> rejects_;
};

TEST_F(SinkInstanceTest, WritesAllRowsOrAChoice) {
  std::vector<std::uint32_t> written;
  rogue.write = [&](const cnx_batch* batch, cnx_selection rows, const cnx_rejects*, cnx_error*) -> cnx_status {
    const Selection chosen(*batch, rows);
    for (std::uint64_t i = 0; i < chosen.size(); ++i) written.push_back(chosen[i]);
    return CNX_OK;
  };
  EXPECT_TRUE(sink_->write(rows_.raw(), rejects_).ok());
  EXPECT_THAT(written, ElementsAre(0, 1, 2));
  written.clear();
  EXPECT_TRUE(sink_->write(rows_.raw(), std::vector<std::uint32_t>{0, 2}, rejects_).ok());
  EXPECT_THAT(written, ElementsAre(0, 2));
}

TEST_F(SinkInstanceTest, NamesTheRowsThatWereRefused) {
  rogue.write = [](const cnx_batch*, cnx_selection, const cnx_rejects* rejects, cnx_error* error) {
    rejects->reject(rejects->ctx, 1, str("id"), str("too large"), 1264);
    return testing::say(error, CNX_RECORD, "one row is bad");
  };
  rejects_.push_back({9, "", "of an earlier write", 0});
  const Status status = sink_->write(rows_.raw(), rejects_);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kRecord);
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].row, 1u);
  EXPECT_EQ(rejects_[0].column, "id");
  EXPECT_EQ(rejects_[0].message, "too large");
  EXPECT_EQ(rejects_[0].native_code, 1264);
}

TEST_F(SinkInstanceTest, ARowThatWasNotGivenCannotBeRefused) {
  rogue.write = [](const cnx_batch*, cnx_selection, const cnx_rejects* rejects, cnx_error* error) {
    rejects->reject(rejects->ctx, 1, absent(), str("x"), 0);
    return testing::say(error, CNX_RECORD, "bad");
  };
  const Status status = sink_->write(rows_.raw(), std::vector<std::uint32_t>{0, 2}, rejects_);
  EXPECT_EQ(status.error().action, Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("write of 'rogue' rejected row 1, which it was not given"));
}

TEST_F(SinkInstanceTest, ARefusalTogetherWithOkBreaksTheContract) {
  rogue.write = [](const cnx_batch*, cnx_selection, const cnx_rejects* rejects, cnx_error*) -> cnx_status {
    rejects->reject(rejects->ctx, 0, absent(), str("x"), 0);
    return CNX_OK;
  };
  EXPECT_THAT(sink_->write(rows_.raw(), rejects_).error().message, HasSubstr("rejected 1 rows and returned OK"));
}

TEST_F(SinkInstanceTest, OffersItsOffsets) { EXPECT_NE(sink_->offsets(), nullptr); }

TEST_F(SinkInstanceTest, MayBeStartedAgainAfterAStop) {
  ASSERT_TRUE(sink_->start().ok());
  sink_->idle();
  sink_->stop();
  sink_->stop();
  ASSERT_TRUE(sink_->start().ok());
  sink_->cancel();
  sink_.reset();
  EXPECT_THAT(rogue.calls, ElementsAre("idle", "stop", "cancel", "stop", "destroy"));
}

}  // namespace
}  // namespace cnx::host::plugin
