// SPDX-License-Identifier: Apache-2.0
#include "plugin/batch.h"

#include <gmock/gmock.h>

#include "cnx/testing/rows.hpp"

namespace cnx::host::plugin {
namespace {

using cnx::testing::kNull;
using cnx::testing::Records;
using cnx::testing::Rows;
using ::testing::HasSubstr;

cnx_batch counted(int& released) {
  cnx_batch batch{};
  batch.struct_size = sizeof batch;
  batch.kind = CNX_RECORDS;
  batch.owner = &released;
  batch.release = [](cnx_batch* self) { ++*static_cast<int*>(self->owner); };
  return batch;
}

std::string fault(const Status& status) { return status.ok() ? "" : status.error().message; }

TEST(BytesOf, CountsOriginsValuesAndTextsThatAreThere) {
  const Rows rows({ColumnSpec::int64("id").key(), ColumnSpec::text("name", 10)}, {{1, "abc"}, {2, kNull}});
  EXPECT_EQ(bytes_of(rows.raw()), 2 * (sizeof(std::uint32_t) + sizeof(std::int64_t) + sizeof(cnx_str)) + 3);
}

TEST(BytesOf, CountsRecordsWithTheirHeadersAndWhatIsNullAsNothing) {
  const cnx_header headers[] = {{str("page"), str("17")}, {str("empty"), absent()}};
  cnx_record records[2] = {};
  records[0].key = str("k");
  records[0].value = str("value");
  records[1].key = absent();
  records[1].value = absent();
  records[1].headers = headers;
  records[1].header_count = 2;
  cnx_batch batch{};
  batch.struct_size = sizeof batch;
  batch.kind = CNX_RECORDS;
  batch.count = 2;
  batch.record_stride = sizeof(cnx_record);
  batch.records = records;
  EXPECT_EQ(bytes_of(batch),
            2 * (sizeof(std::uint32_t) + sizeof(cnx_record) + sizeof(cnx_header)) + std::size("kvaluepage17empty") - 1);
}

TEST(OwnedBatch, ReleasesExactlyOnceHoweverOftenItMoves) {
  int released = 0;
  cnx_batch raw = counted(released);
  {
    OwnedBatch first(&raw);
    OwnedBatch second(std::move(first));
    OwnedBatch third;
    third = std::move(second);
    EXPECT_TRUE(third);
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(OwnedBatch, AssignmentReleasesWhatWasHeld) {
  int a = 0;
  int b = 0;
  cnx_batch first = counted(a);
  cnx_batch second = counted(b);
  OwnedBatch owned(&first);
  owned = OwnedBatch(&second);
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, 0);
}

TEST(CheckBatch, TakesGoodOnes) {
  const Records records{"a", "b"};
  const Rows rows({ColumnSpec::int64("id"), ColumnSpec::make("at", CNX_WRITE_TIME)}, {{1, kNull}});
  EXPECT_EQ(fault(check_batch(records.raw(), CNX_RECORDS)), "");
  EXPECT_EQ(fault(check_batch(rows.raw(), CNX_ROWS)), "");
  EXPECT_EQ(fault(check_origins(rows.raw(), 0)), "");
}

TEST(CheckBatch, NamesWhatDoesNotHoldTogether) {
  const Records records{"a", "b"};
  cnx_batch batch = records.raw();
  batch.struct_size = 8;
  EXPECT_THAT(fault(check_batch(batch, CNX_RECORDS)), HasSubstr("struct_size is 8"));
  batch = records.raw();
  EXPECT_THAT(fault(check_batch(batch, CNX_ROWS)), HasSubstr("a batch of records (1) where rows are due"));
  batch.records = nullptr;
  EXPECT_THAT(fault(check_batch(batch, CNX_RECORDS)), HasSubstr("2 records without a records array"));
  batch = records.raw();
  batch.record_stride = 8;
  EXPECT_THAT(fault(check_batch(batch, CNX_RECORDS)), HasSubstr("record_stride of 8"));
  batch = records.raw();
  batch.release = nullptr;
  EXPECT_THAT(fault(check_batch(batch, CNX_RECORDS)), HasSubstr("without a release"));
}

TEST(CheckBatch, NamesTheColumnAtFault) {
  const Rows rows({ColumnSpec::int64("id")}, {{1}});
  cnx_batch batch = rows.raw();
  cnx_column column = batch.columns[0];
  batch.columns = &column;
  column.values = nullptr;
  EXPECT_THAT(fault(check_batch(batch, CNX_ROWS)), HasSubstr("column 'id' without values"));
  column = rows.raw().columns[0];
  column.type = 77;
  EXPECT_THAT(fault(check_batch(batch, CNX_ROWS)), HasSubstr("column 'id' of type 77"));
  column.name = absent();
  EXPECT_THAT(fault(check_batch(batch, CNX_ROWS)), HasSubstr("column 0 without a name"));
  batch.column_count = 0;
  EXPECT_THAT(fault(check_batch(batch, CNX_ROWS)), HasSubstr("without columns"));
}

TEST(CheckOrigins, RefusesOneThatTheInputDoesNotHave) {
  const Rows rows({ColumnSpec::int64("id")}, {{1}, {2}}, "", {0, 5});
  EXPECT_EQ(fault(check_origins(rows.raw(), 5)), "");
  EXPECT_THAT(fault(check_origins(rows.raw(), 4)), HasSubstr("element 1 with origin 5; the input's origins end at 4"));
}

TEST(RowShape, IsACopyThatOutlivesTheOriginal) {
  auto shape = [] {
    const Rows rows({ColumnSpec::text("name", 7).key()}, {}, "people");
    return RowShape(rows.raw());
  }();
  const RowShape moved = std::move(shape);
  EXPECT_EQ(moved.view().target(), "people");
  ASSERT_EQ(moved.view().column_count(), 1u);
  EXPECT_EQ(moved.view().column(0).name(), "name");
  EXPECT_EQ(moved.view().column(0).raw().max_length, 7u);
  EXPECT_EQ(fault(check_shape(moved.batch())), "");
}

}  // namespace
}  // namespace cnx::host::plugin
