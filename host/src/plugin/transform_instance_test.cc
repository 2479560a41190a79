// SPDX-License-Identifier: Apache-2.0
#include "plugin/transform_instance.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"
#include "plugin/testing/rogue.h"

namespace cnx::host::plugin {
namespace {

using ::testing::HasSubstr;
using testing::rogue;

std::shared_ptr<RowBatchPool> pool() { return RowBatchPool::make({ColumnSpec::int64("id")}, "t"); }

cnx_batch* one_row(std::uint32_t origin) {
  const auto from = pool();
  auto batch = from->take();
  batch->set_integer(0, batch->add_row(origin), 7);
  return from->hand_over(std::move(batch));
}

class TransformInstanceTest : public ::testing::Test {
 protected:
  TransformInstanceTest() : component_(testing::fresh(Kind::kTransform)) {
    transform_ = std::move(TransformInstance::create(component_, host_, {})).value();
  }
  /// What apply() fails with, "" on success.
  std::string apply() {
    const Status status = transform_->apply(records_.raw(), out_);
    return status.ok() ? "" : status.error().message;
  }
  ManualClock clock_;
  HostContext host_{HostServices{"c", 0, 1, &clock_, {}}};
  const Component& component_;
  std::unique_ptr<TransformInstance> transform_;
  cnx::testing::Records records_{"a", "b"};
  TransformOutput out_;
};

TEST_F(TransformInstanceTest, CollectsRowsDeadAndFiltered) {
  rogue.apply = [](const cnx_batch* in, const cnx_output* out, cnx_error*) -> cnx_status {
    EXPECT_EQ(in->count, 2u);
    out->emit(out->ctx, one_row(0));
    out->emit(out->ctx, one_row(1));
    out->reject(out->ctx, 1, str("$.id"), absent(), str("missing"), 3);
    out->filter(out->ctx, 0, str("no-lines"), str("$"));
    return CNX_OK;
  };
  ASSERT_EQ(apply(), "");
  ASSERT_EQ(out_.batches.size(), 2u);
  EXPECT_EQ(out_.batches[1].view().origin(0), 1u);
  ASSERT_EQ(out_.dead.size(), 1u);
  EXPECT_EQ(out_.dead[0].origin, 1u);
  EXPECT_EQ(out_.dead[0].path, "$.id");
  EXPECT_EQ(out_.dead[0].column, "");
  EXPECT_EQ(out_.dead[0].message, "missing");
  EXPECT_EQ(out_.dead[0].native_code, 3);
  ASSERT_EQ(out_.filtered.size(), 1u);
  EXPECT_EQ(out_.filtered[0].rule, "no-lines");
}

TEST_F(TransformInstanceTest, AnErrorTakesBackWhatWasGivenAndLeavesWhatStoodThere) {
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->emit(out->ctx, one_row(0));
    return CNX_OK;
  };
  ASSERT_EQ(apply(), "");
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error* error) {
    out->emit(out->ctx, one_row(0));
    out->reject(out->ctx, 1, absent(), absent(), str("x"), 0);
    return testing::say(error, CNX_FATAL, "it broke");
  };
  EXPECT_EQ(apply(), "it broke");
  EXPECT_EQ(out_.batches.size(), 1u);
  EXPECT_TRUE(out_.dead.empty());
}

TEST_F(TransformInstanceTest, AnOriginThatTheInputDoesNotHaveBreaksTheContract) {
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->emit(out->ctx, one_row(2));
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("apply of 'rogue' gave element 0 with origin 2; the input's origins end at 1"));
  EXPECT_TRUE(out_.batches.empty());
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->reject(out->ctx, 9, absent(), absent(), str("x"), 0);
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("a reject of origin 9"));
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->filter(out->ctx, 9, str("r"), str("$"));
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("a filter of origin 9"));
}

TEST_F(TransformInstanceTest, AFilterHasToNameItsRule) {
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->filter(out->ctx, 0, absent(), str("$"));
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("without the name of a rule"));
}

TEST_F(TransformInstanceTest, ABatchOfTheWrongKindBreaksTheContract) {
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->emit(out->ctx, RecordBatch::hand_over(RecordBatch()));
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("a batch of records (1) where rows are due"));
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->emit(out->ctx, nullptr);
    return CNX_OK;
  };
  EXPECT_THAT(apply(), HasSubstr("emitted a null batch"));
}

TEST_F(TransformInstanceTest, OriginsOfALaterLinkAreThoseOfTheFirstInput) {
  const cnx::testing::Rows rows({ColumnSpec::int64("id")}, {{1}, {2}}, "", {4, 7});
  rogue.apply = [](const cnx_batch*, const cnx_output* out, cnx_error*) -> cnx_status {
    out->emit(out->ctx, one_row(7));
    return CNX_OK;
  };
  EXPECT_TRUE(transform_->apply(rows.raw(), out_).ok());
}

TEST_F(TransformInstanceTest, AnEmptyBatchGivesNothing) {
  rogue.apply = [](const cnx_batch*, const cnx_output*, cnx_error* error) {
    return testing::say(error, CNX_FATAL, "called");
  };
  const cnx::testing::Records none(std::vector<cnx::testing::TestRecord>{});
  EXPECT_TRUE(transform_->apply(none.raw(), out_).ok());
}

TEST_F(TransformInstanceTest, WithoutASchemaThereAreNoShapes) {
  const auto shapes = transform_->shapes();
  ASSERT_TRUE(shapes.ok());
  EXPECT_TRUE(shapes->empty());
}

}  // namespace
}  // namespace cnx::host::plugin
