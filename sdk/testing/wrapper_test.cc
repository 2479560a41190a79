// SPDX-License-Identifier: Apache-2.0
//
// The C++ wrapper as the host sees it: through the C tables.
#include <gmock/gmock.h>

#include "cnx/testing/batches.hpp"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "test_components.hpp"

namespace cnx::testing {
namespace {

constexpr cnx_component kTransform = transform<AwkwardTransform>();
constexpr cnx_component kSource = source<ScriptedSource>();

/// An instance of AwkwardTransform through its C table.
struct Applied {
  explicit Applied(const std::string& apply_mode, const std::string& create_mode = "none")
      : literal({{"mode", apply_mode}, {"create", create_mode}}) {
    created = table().create(host.table(), &literal.raw(), &self, error.slot());
  }
  ~Applied() {
    if (self != nullptr) table().destroy(self);
  }
  static const cnx_transform& table() { return *static_cast<const cnx_transform*>(kTransform.table); }
  cnx_status apply() { return table().apply(self, &records.raw(), output.table(), error.slot()); }

  FakeHost host;
  ConfigLiteral literal;
  Records records{"a", "b"};
  CollectedOutput output;
  ErrorSlot error;
  void* self = nullptr;
  cnx_status created;
};

TEST(Trampolines, AnExceptionBecomesAFatalErrorWithItsMessage) {
  Applied t("throw");
  EXPECT_EQ(t.apply(), CNX_FATAL);
  EXPECT_EQ(t.error.message, "unexpected exception: it broke");
}

TEST(Trampolines, AnExceptionOfAnyTypeStopsAtTheBorder) {
  Applied t("throw-int");
  EXPECT_EQ(t.apply(), CNX_FATAL);
  EXPECT_EQ(t.error.message, "unexpected exception of an unknown type");
}

TEST(Trampolines, AnErrorKeepsActionCodeAndWait) {
  Applied t("error");
  EXPECT_EQ(t.apply(), CNX_RETRY);
  EXPECT_EQ(t.error.raw().action, CNX_RETRY);
  EXPECT_EQ(t.error.raw().native_code, 503);
  EXPECT_EQ(t.error.raw().retry_after_ms, 2000);
  EXPECT_EQ(t.error.message, "the server is busy");
}

TEST(Trampolines, AFailedCreateGivesNoInstance) {
  Applied t("none", "throw");
  EXPECT_EQ(t.created, CNX_FATAL);
  EXPECT_EQ(t.self, nullptr);
}

TEST(Trampolines, AHostWithoutTheBasicServicesIsRefusedByName) {
  FakeHost host;
  host.lack(CNX_SERVICE_CLOCK);
  const ConfigLiteral config({});
  ErrorSlot error;
  void* self = nullptr;
  EXPECT_EQ(Applied::table().create(host.table(), &config.raw(), &self, error.slot()), CNX_CONFIG);
  EXPECT_THAT(error.message, ::testing::HasSubstr("cnx.clock/1"));
}

TEST(Trampolines, OutputKeepsTheOriginOfEachRecord) {
  Applied t("none");
  ASSERT_EQ(t.apply(), CNX_OK);
  ASSERT_EQ(t.output.batches.size(), 1u);
  EXPECT_EQ(view(t.output.batch(0).record(1).value), "b");
  EXPECT_EQ(t.output.batch(0).origin(1), 1u);
}

/// An instance of ScriptedSource through its C table, with one poll.
struct Polled {
  explicit Polled(ScriptedSource::Step step) {
    ScriptedSource::script = {std::move(step)};
    const ConfigLiteral config({});
    EXPECT_EQ(table().create(host.table(), &config.raw(), &self, error.slot()), CNX_OK);
    batch.struct_size = sizeof batch;
    status = table().poll(self, 0, &batch, error.slot());
  }
  ~Polled() {
    if (batch.records != nullptr) batch.records->release(batch.records);
    table().destroy(self);
  }
  static const cnx_source& table() { return *static_cast<const cnx_source*>(kSource.table); }
  FakeHost host;
  ErrorSlot error;
  void* self = nullptr;
  cnx_source_batch batch{};
  cnx_status status;
};

TEST(Trampolines, TheLastRecordsComeTogetherWithTheEnd) {
  Polled p({{"x"}, false});
  EXPECT_EQ(p.status, CNX_END);
  ASSERT_NE(p.batch.records, nullptr);
  EXPECT_EQ(p.batch.records->count, 1u);
  ASSERT_EQ(p.batch.position_count, 1u);
  EXPECT_EQ(view(p.batch.positions[0].value), "x");
}

TEST(Trampolines, APollWithoutAnythingOwnsNothing) {
  Polled p({{}, true});
  EXPECT_EQ(p.status, CNX_OK);
  EXPECT_EQ(p.batch.records, nullptr);
  EXPECT_EQ(p.batch.position_count, 0u);
}

TEST(Trampolines, AnErrorOfPollDropsWhatWasGathered) {
  Polled p({{"x"}, Result<bool>(retry_error("later"))});
  EXPECT_EQ(p.status, CNX_RETRY);
  EXPECT_EQ(p.batch.records, nullptr);
}

TEST(Trampolines, EndAsAnErrorIsAFaultBecauseItWouldLoseRecords) {
  Polled p({{"x"}, Result<bool>(Error{Action::kEnd, "done"})});
  EXPECT_EQ(p.status, CNX_FATAL);
  EXPECT_THAT(p.error.message, ::testing::HasSubstr("END"));
}

TEST(Trampolines, StartGetsPositionsAndRangesAndLendsItsPlan) {
  Polled p({{}, true});
  const cnx_position position{str("k"), absent(), str("range-0")};
  const cnx_range range{str("range-0"), CNX_RANGE_FETCHED, 0, 7};
  cnx_source_start from{};
  from.struct_size = sizeof from;
  from.position_stride = sizeof position;
  from.position_count = 1;
  from.positions = &position;
  from.range_stride = sizeof range;
  from.range_count = 1;
  from.ranges = &range;
  from.again = 1;
  cnx_source_plan plan{};
  plan.struct_size = sizeof plan;
  ASSERT_EQ(Polled::table().start(p.self, &from, &plan, p.error.slot()), CNX_OK);
  EXPECT_EQ(plan.bounded, 1u);
  EXPECT_EQ(view(plan.range_id), "range-1");
  ASSERT_EQ(ScriptedSource::started.positions.size(), 1u);
  EXPECT_EQ(ScriptedSource::started.positions[0].key, "k");
  EXPECT_FALSE(ScriptedSource::started.positions[0].value.has_value());
  EXPECT_EQ(ScriptedSource::started.positions[0].range_id, "range-0");
  EXPECT_EQ(ScriptedSource::started.ranges.at(0).state, CNX_RANGE_FETCHED);
  EXPECT_TRUE(ScriptedSource::started.again);
}

}  // namespace
}  // namespace cnx::testing
