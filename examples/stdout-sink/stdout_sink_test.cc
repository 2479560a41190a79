// SPDX-License-Identifier: Apache-2.0
//
// The built plugin through the host's loader.
#include <gmock/gmock.h>

#include "cnx/testing/conformance.hpp"
#include "cnx/testing/library.hpp"
#include "cnx/testing/rows.hpp"
#include "plugin/loader.h"
#include "plugin/sink_instance.h"

namespace cnx::host::plugin {
namespace {

using cnx::testing::kNull;
using cnx::testing::Records;
using cnx::testing::Rows;
using cnx::testing::TestRecord;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kStdoutSink = CNX_PLUGIN_DIR "/stdout-sink.so";

const Component& component(std::size_t i) {
  static const Result<Plugin> plugin = load_plugin(kStdoutSink);
  if (!plugin.ok()) throw std::runtime_error(plugin.error().message);
  return plugin.value().components.at(i);
}

class StdoutSink : public ::testing::Test {
 protected:
  /// What a write prints, or the error's message.
  std::string print(const cnx_batch& batch, std::vector<std::uint32_t> rows = {}) {
    auto sink = SinkInstance::create(component(batch.kind == CNX_RECORDS ? 0 : 1), host_, {});
    if (!sink.ok()) return sink.error().message;
    ::testing::internal::CaptureStdout();
    Status status = (*sink)->start();
    if (status.ok()) status = rows.empty() ? (*sink)->write(batch, rejects_) : (*sink)->write(batch, rows, rejects_);
    const Status flushed = (*sink)->flush();
    const std::string printed = ::testing::internal::GetCapturedStdout();
    EXPECT_TRUE(flushed.ok());
    return status.ok() ? printed : printed + status.error().message;
  }
  ManualClock clock_{1'700'000'000'000'000};
  HostContext host_{HostServices{"show", 0, 1, &clock_, {}}};
  std::vector<RejectedRow> rejects_;
};

TEST_F(StdoutSink, PrintsRecordsWithTheirPlace) {
  const Records records(
      {TestRecord{.value = "{\"a\":\"\n\"}", .key = "k", .topic = "orders", .partition = 2, .offset = 9},
       TestRecord{}});
  EXPECT_EQ(
      print(records.raw()),
      "{\"topic\":\"orders\",\"partition\":2,\"offset\":9,\"key\":\"k\",\"value\":\"{\\\"a\\\":\\\"\\u000a\\\"}\"}\n"
      "{\"topic\":\"topic\",\"partition\":0,\"offset\":1,\"key\":null,\"value\":null}\n");
}

TEST_F(StdoutSink, PrintsEveryTypeOfColumn) {
  const Rows rows({ColumnSpec::int64("id"), ColumnSpec::decimal("price", 10, 2), ColumnSpec::make("ratio", CNX_FLOAT64),
                   ColumnSpec::make("paid", CNX_BOOL), ColumnSpec::make("at", CNX_TIMESTAMP),
                   ColumnSpec::make("local", CNX_DATETIME), ColumnSpec::make("day", CNX_DATE),
                   ColumnSpec::text("name", 9), ColumnSpec::make("raw", CNX_BYTES), ColumnSpec::make("doc", CNX_JSON),
                   ColumnSpec::make("written", CNX_WRITE_TIME)},
                  {{-1, -5, 0.5, true, 1, 0, -1, "ä\"", "\x01\xff", "{\"x\":\n1}", kNull}});
  EXPECT_EQ(print(rows.raw()),
            "{\"id\":-1,\"price\":-0.05,\"ratio\":0.5,\"paid\":true,\"at\":\"1970-01-01T00:00:00.000001Z\","
            "\"local\":\"1970-01-01T00:00:00.000000\",\"day\":\"1969-12-31\",\"name\":\"ä\\\"\",\"raw\":\"01ff\","
            "\"doc\":{\"x\": 1},"
            "\"written\":\"2023-11-14T22:13:20.000000Z\"}\n");
}

TEST_F(StdoutSink, PrintsNullsAndOnlyTheChosenRows) {
  const Rows rows({ColumnSpec::int64("id"), ColumnSpec::text("name", 9)}, {{1, "a"}, {2, kNull}, {3, "c"}});
  EXPECT_EQ(print(rows.raw(), {1, 2}), "{\"id\":2,\"name\":null}\n{\"id\":3,\"name\":\"c\"}\n");
}

TEST_F(StdoutSink, RefusesWhatJsonCannotHoldAndPrintsNothingOfThatWrite) {
  const Rows rows({ColumnSpec::text("name", 9)}, {{"good"}, {"\xff"}});
  EXPECT_THAT(print(rows.raw()), ::testing::StartsWith("standard output: 1 cannot be written as JSON"));
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].row, 1u);
  EXPECT_EQ(rejects_[0].column, "name");
  EXPECT_EQ(rejects_[0].message, "is not UTF-8");
}

TEST_F(StdoutSink, HasNoOffsets) {
  auto sink = SinkInstance::create(component(0), host_, {});
  ASSERT_TRUE(sink.ok());
  EXPECT_EQ((*sink)->offsets(), nullptr);
}

TEST_F(StdoutSink, ConformsToTheContract) {
  const cnx_plugin& plugin = cnx::testing::load_plugin(kStdoutSink);
  EXPECT_THAT(cnx::testing::check_tables(plugin), IsEmpty());
  EXPECT_THAT(cnx::testing::check_symbols(kStdoutSink), IsEmpty());
  for (const char* name : {"stdout-sink", "stdout-rows-sink"}) {
    EXPECT_THAT(cnx::testing::check_lifecycle(*cnx::testing::find_component(plugin, name), {}), IsEmpty());
  }
}

}  // namespace
}  // namespace cnx::host::plugin
