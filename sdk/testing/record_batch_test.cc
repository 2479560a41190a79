// SPDX-License-Identifier: Apache-2.0
//
// Record batches as the host reads them: through the C tables.
#include "cnx/record_batch.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <new>
#include <type_traits>

#include "cnx/batch.hpp"
#include "cnx/testing/batches.hpp"
#include "test_new.h"

namespace cnx::testing {
namespace {

static_assert(std::is_nothrow_move_constructible_v<RecordBatch> && std::is_nothrow_move_assignable_v<RecordBatch>);

/// The records and positions of a batch that was handed over.
struct Handed {
  explicit Handed(RecordBatch&& batch) : records(nullptr, [](cnx_batch* b) { b->release(b); }) {
    RecordBatch::hand_over(std::move(batch), raw);
    records.reset(raw.records);
  }
  [[nodiscard]] BatchView view() const { return BatchView(*records); }
  cnx_source_batch raw{};
  GivenBatch records;
};

TEST(RecordBatch, KeepsWhatWasAddedWhateverBecomesOfTheRecord) {
  NewRecord record{.topic = "t", .key = "k", .value = "v", .headers = {{"h", "1"}, {"", ""}}, .timestamp_ms = 5};
  record.partition = 3;
  RecordBatch batch;
  batch.add(record);
  record = {.topic = "another topic, long enough for memory of its own", .key = {}, .value = std::string(100, 'x')};
  batch.add(record);
  batch.add({.topic = "t", .key = "third", .value = std::nullopt});
  EXPECT_EQ(batch.size(), 3u);
  const Handed handed(std::move(batch));
  ASSERT_EQ(handed.view().size(), 3u);
  const cnx_record& first = handed.view().record(0);
  EXPECT_EQ(view(first.topic), "t");
  EXPECT_EQ(view(first.key), "k");
  EXPECT_EQ(view(first.value), "v");
  EXPECT_EQ(first.timestamp_ms, 5);
  EXPECT_EQ(first.partition, 3);
  EXPECT_EQ(first.offset, -1);
  ASSERT_EQ(first.header_count, 2);
  EXPECT_EQ(view(first.headers[0].name), "h");
  EXPECT_EQ(view(first.headers[0].value), "1");
  EXPECT_FALSE(is_absent(first.headers[1].name));
  EXPECT_FALSE(is_absent(first.headers[1].value));
  const cnx_record& second = handed.view().record(1);
  EXPECT_EQ(view(second.value), std::string(100, 'x'));
  EXPECT_EQ(second.partition, -1);
  EXPECT_EQ(second.timestamp_ms, -1);
  EXPECT_EQ(second.header_count, 0);
  EXPECT_EQ(second.headers, nullptr);
  EXPECT_EQ(view(handed.view().record(2).key), "third");
}

TEST(RecordBatch, AnEmptyTextIsNoNull) {
  RecordBatch batch;
  batch.add({.topic = "", .key = "", .value = ""});
  batch.add({.topic = "", .key = std::nullopt, .value = std::nullopt});
  batch.set_position("", "");
  batch.set_position("gone", std::nullopt);
  const Handed handed(std::move(batch));
  const cnx_record &empty = handed.view().record(0), &null = handed.view().record(1);
  for (const cnx_str& text : {empty.topic, empty.key, empty.value, null.topic}) {
    EXPECT_FALSE(is_absent(text));
    EXPECT_EQ(text.size, 0u);
  }
  EXPECT_TRUE(is_absent(null.key));
  EXPECT_TRUE(is_absent(null.value));
  ASSERT_EQ(handed.raw.position_count, 2u);
  EXPECT_FALSE(is_absent(handed.raw.positions[0].key));
  EXPECT_FALSE(is_absent(handed.raw.positions[0].value));
  EXPECT_EQ(view(handed.raw.positions[1].key), "gone");
  EXPECT_TRUE(is_absent(handed.raw.positions[1].value));
  EXPECT_TRUE(is_absent(handed.raw.positions[1].range_id));
}

TEST(RecordBatch, PositionsAloneMakeABatch) {
  RecordBatch batch;
  batch.set_position(std::string("key"), std::optional<std::string>("value"));
  EXPECT_FALSE(batch.empty());
  EXPECT_EQ(batch.position_count(), 1u);
  const Handed handed(std::move(batch));
  EXPECT_EQ(handed.view().size(), 0u);
  ASSERT_EQ(handed.raw.position_count, 1u);
  EXPECT_EQ(handed.raw.position_stride, sizeof(cnx_position));
  EXPECT_EQ(view(handed.raw.positions[0].key), "key");
  EXPECT_EQ(view(handed.raw.positions[0].value), "value");
}

TEST(RecordBatch, AnEmptyOneLeavesTheSourcesTablesAlone) {
  const std::size_t before = new_count();
  RecordBatch batch;
  cnx_source_batch raw{};
  RecordBatch::hand_over(std::move(batch), raw);
  EXPECT_EQ(new_count(), before) << "most polls bring nothing";
  EXPECT_EQ(raw.records, nullptr);
  EXPECT_EQ(raw.position_count, 0u);
}

TEST(RecordBatch, AnEmptyOneOfATransformIsABatchOfNoRecords) {
  const GivenBatch made = given(RecordBatch::hand_over(RecordBatch()));
  EXPECT_EQ(made->struct_size, sizeof(cnx_batch));
  EXPECT_EQ(made->kind, static_cast<cnx_batch_kind>(CNX_RECORDS));
  EXPECT_EQ(made->count, 0u);
}

TEST(RecordBatch, IsEmptyWhenItWasMovedFromAndMayBeFilledAnew) {
  RecordBatch batch;
  batch.add({.topic = "first", .key = {}, .value = "1"});
  RecordBatch other(std::move(batch));
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.size(), 0u);
  batch.add({.topic = "second", .key = {}, .value = "2"});
  EXPECT_EQ(view(Handed(std::move(batch)).view().record(0).topic), "second");
  EXPECT_TRUE(batch.empty());
  batch = std::move(other);
  EXPECT_EQ(view(Handed(std::move(batch)).view().record(0).topic), "first");
}

TEST(RecordBatch, KeepsTheOriginOfEachRecord) {
  RecordBatch batch;
  for (const std::uint32_t origin : {7u, 7u, 2u}) batch.add({.topic = "t", .key = {}, .value = "v", .origin = origin});
  const GivenBatch made = given(RecordBatch::hand_over(std::move(batch)));
  EXPECT_THAT(std::vector(made->origin, made->origin + made->count), ::testing::ElementsAre(7u, 7u, 2u));
}

/// Of any length, so that they begin and end at any place of a block.
NewRecord numbered(std::size_t i) {
  NewRecord record{.topic = "topic" + std::to_string(i % 3), .key = std::to_string(i), .value = {}};
  record.value.emplace(i * 37 % 5000 + (i % 100 == 99 ? 100'000 : 0), static_cast<char>('a' + i % 26));
  for (std::size_t h = 0; h < i % 4; ++h)
    record.headers.emplace_back("h" + std::to_string(h), std::string(i % 13, 'h'));
  return record;
}

TEST(RecordBatch, RecordsOfAnySizeSurviveItsGrowth) {
  constexpr std::size_t kRecords = 2000;
  RecordBatch batch;
  for (std::size_t i = 0; i < kRecords; ++i) {
    batch.add(numbered(i));
    batch.set_position("at", std::to_string(i));
  }
  const Handed handed(std::move(batch));
  ASSERT_EQ(handed.view().size(), kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    const NewRecord due = numbered(i);
    const cnx_record& record = handed.view().record(i);
    ASSERT_EQ(view(record.topic), due.topic) << i;
    ASSERT_EQ(view(record.key), *due.key) << i;
    ASSERT_EQ(view(record.value), *due.value) << i;
    ASSERT_EQ(static_cast<std::size_t>(record.header_count), due.headers.size()) << i;
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(record.headers) % alignof(cnx_header), 0u) << i;
    for (std::size_t h = 0; h < due.headers.size(); ++h) {
      ASSERT_EQ(view(record.headers[h].name), due.headers[h].first) << i;
      ASSERT_EQ(view(record.headers[h].value), due.headers[h].second) << i;
    }
    ASSERT_EQ(view(handed.raw.positions[i].value), std::to_string(i));
  }
}

TEST(RecordBatch, ARecordThatIsFilledAnewCostsNoAllocationOfItsOwn) {
  constexpr std::size_t kRecords = 1000;
  NewRecord record{.topic = "walmart_order_raw", .key = "108800000000001", .value = "", .headers = {{"a", "b"}}};
  record.value->assign(2700, 'o');
  RecordBatch batch;
  const std::size_t before = new_count();
  for (std::size_t i = 0; i < kRecords; ++i) {
    record.value->assign(2700, static_cast<char>('a' + i % 26));
    batch.add(record);
  }
  EXPECT_LE(new_count() - before, kRecords / 10);
}

TEST(RecordBatch, HasNoHalfRecordWhenMemoryRunsOut) {
  const NewRecord record{.topic = "t", .key = "k", .value = std::string(3000, 'v'), .headers = {{"h", "v"}}};
  for (std::size_t answered = 0; answered < 40; ++answered) {
    RecordBatch batch;
    std::size_t added = 0;
    {
      const NewFailsAfter scarce(answered);
      try {
        for (;; ++added) {
          batch.add(record);
          batch.set_position("at", "somewhere");
        }
      } catch (const std::bad_alloc&) {
      }
    }
    EXPECT_TRUE(batch.size() == added || batch.size() == added + 1) << answered;
    EXPECT_EQ(batch.position_count(), added) << answered;
    const std::size_t whole = batch.size();
    batch.add({.topic = "after", .key = {}, .value = "it", .origin = 9});
    const GivenBatch made = given(RecordBatch::hand_over(std::move(batch)));
    ASSERT_EQ(made->count, whole + 1) << answered;
    for (std::size_t i = 0; i < whole; ++i) {
      ASSERT_EQ(view(made->records[i].value), *record.value) << answered;
      ASSERT_EQ(view(made->records[i].headers[0].value), "v") << answered;
      ASSERT_EQ(made->origin[i], 0u);
    }
    EXPECT_EQ(view(made->records[whole].topic), "after") << answered;
    EXPECT_EQ(made->origin[whole], 9u) << answered;
  }
}

TEST(RecordBatch, OneThatWasNotHandedOverGivesItsMemoryBack) {
  RecordBatch batch;  // for the leak checker
  batch.add({.topic = "t", .key = {}, .value = std::string(100'000, 'v')});
  batch = RecordBatch();
  EXPECT_TRUE(batch.empty());
}

}  // namespace
}  // namespace cnx::testing
