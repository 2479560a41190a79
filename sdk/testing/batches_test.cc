// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "cnx/testing/config.hpp"
#include "cnx/testing/rows.hpp"

namespace cnx::testing {
namespace {

TEST(Records, LiteralLooksLikeAConsumedBatch) {
  const Records records({TestRecord{.value = "a", .key = "k", .headers = {{"h", "v"}}}, TestRecord{}});
  ASSERT_EQ(records.view().size(), 2u);
  const cnx_record& first = records.view().record(0);
  EXPECT_EQ(view(first.value), "a");
  EXPECT_EQ(view(first.key), "k");
  EXPECT_EQ(first.offset, 0);
  ASSERT_EQ(first.header_count, 1);
  EXPECT_EQ(view(first.headers[0].name), "h");
  EXPECT_TRUE(is_absent(records.view().record(1).value));
  EXPECT_EQ(records.view().origin(1), 1u);
}

TEST(Rows, CellsReadAsTheyWereWritten) {
  ColumnSpec price = ColumnSpec::decimal("price", 10, 2);
  const Rows rows({ColumnSpec::int64("id"), price, ColumnSpec::text("name", 5), ColumnSpec::make("paid", CNX_BOOL),
                   ColumnSpec::make("at", CNX_WRITE_TIME)},
                  {{1, -5, "x", true, kNull}, {2, 123456, kNull, false, kNull}}, "orders");
  EXPECT_EQ(rows.view().target(), "orders");
  EXPECT_EQ(row_text(rows.view(), 0), "1|-0.05|x|true|WRITE_TIME");
  EXPECT_EQ(row_text(rows.view(), 1), "2|1234.56|NULL|false|WRITE_TIME");
  EXPECT_EQ(cell_text(rows.view(), "name", 0), "x");
  EXPECT_THROW((void)cell_text(rows.view(), "nobody", 0), std::invalid_argument);
}

TEST(Rows, ManyRowsSurviveTheGrowthOfTheirColumns) {
  std::vector<std::vector<Cell>> cells;
  for (std::int64_t i = 0; i < 5000; ++i) cells.push_back({i, i % 3 == 0 ? Cell(kNull) : Cell("t")});
  const Rows rows({ColumnSpec::int64("id"), ColumnSpec::text("t", 1)}, cells);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    ASSERT_EQ(row_text(rows.view(), i), std::to_string(i) + (i % 3 == 0 ? "|NULL" : "|t"));
  }
}

TEST(RowBatchPool, AReusedBatchStartsWithNulls) {
  const auto pool = RowBatchPool::make({ColumnSpec::int64("id")}, "");
  auto batch = pool->take();
  RowBatch* first = batch.get();
  batch->set_integer(0, batch->add_row(0), 7);
  cnx_batch* raw = pool->hand_over(std::move(batch));
  raw->release(raw);
  batch = pool->take();
  ASSERT_EQ(batch.get(), first);
  batch->add_row(0);
  const GivenBatch again = given(pool->hand_over(std::move(batch)));
  EXPECT_EQ(row_text(BatchView(*again), 0), "NULL");
}

// A sanitizer's matter: nothing of such a batch has any memory.
TEST(RowBatchPool, ABatchThatNeverGotARowIsUsedAgain) {
  const auto pool = RowBatchPool::make({ColumnSpec::int64("id")}, "");
  auto batch = pool->take();
  const RowBatch* first = batch.get();
  cnx_batch* raw = pool->hand_over(std::move(batch));
  EXPECT_EQ(raw->count, 0u);
  raw->release(raw);
  batch = pool->take();
  ASSERT_EQ(batch.get(), first);
  batch->set_integer(0, batch->add_row(0), 7);
  const GivenBatch again = given(pool->hand_over(std::move(batch)));
  EXPECT_EQ(row_text(BatchView(*again), 0), "7");
}

TEST(RowBatchPool, ABatchMayBeReleasedAfterItsPoolWasLetGo) {
  auto pool = RowBatchPool::make({ColumnSpec::int64("id")}, "");
  auto batch = pool->take();
  batch->set_integer(0, batch->add_row(0), 7);
  cnx_batch* raw = pool->hand_over(std::move(batch));
  pool.reset();
  EXPECT_EQ(row_text(BatchView(*raw), 0), "7");
  raw->release(raw);
}

TEST(RowBatch, TruncateTakesRowsBackToNull) {
  const auto pool = RowBatchPool::make({ColumnSpec::int64("id")}, "");
  auto batch = pool->take();
  for (int i = 0; i < 3; ++i) batch->set_integer(0, batch->add_row(0), i);
  batch->truncate(1);
  batch->add_row(0);
  const GivenBatch made = given(pool->hand_over(std::move(batch)));
  EXPECT_EQ(row_text(BatchView(*made), 0), "0");
  EXPECT_EQ(row_text(BatchView(*made), 1), "NULL");
}

TEST(RowBatch, LargeTextsGetTheirOwnBlock) {
  const auto pool = RowBatchPool::make({ColumnSpec::text("t", 0)}, "");
  auto batch = pool->take();
  const std::string large(1 << 20, 'x');
  batch->set_text(0, batch->add_row(0), batch->keep("small"));
  batch->set_text(0, batch->add_row(0), batch->keep(large));
  batch->set_text(0, batch->add_row(0), batch->keep("after"));
  const GivenBatch made = given(pool->hand_over(std::move(batch)));
  EXPECT_EQ(row_text(BatchView(*made), 0), "small");
  EXPECT_EQ(row_text(BatchView(*made), 1), large);
  EXPECT_EQ(row_text(BatchView(*made), 2), "after");
}

struct TwoKeys {
  static constexpr Key kKeys[] = {Key::integer("size", "d").with_default("5"), Key::string("url", "d").required()};
};

TEST(ConfigOf, AddsDefaultsOfTheTable) {
  const Config config = config_of<TwoKeys>({{"url", "u"}});
  EXPECT_EQ(config.integer("size"), 5);
  EXPECT_EQ(config.text("url"), "u");
  EXPECT_EQ(config_of<TwoKeys>({{"size", "9"}}).integer("size"), 9);
}

}  // namespace
}  // namespace cnx::testing
