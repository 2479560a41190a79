// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_batch.h"

#include <gmock/gmock.h>

#include "cnx/text.hpp"

namespace cnx::host::dlq {
namespace {

Letter letter(std::int32_t partition, std::int64_t offset) {
  Letter made;
  made.id = {"orders", partition, offset, 1000 + offset};
  return made;
}

StoredLetter whole(std::optional<std::string> value) {
  return {
      "key", std::move(value), 77, {{"trace", "t1"}, {"__connect.errors.topic", "orders"}, {"__cnx.errors.path", "$"}}};
}

TEST(LetterBatch, GivesTheOriginalRecordsBack) {
  const Letter first = letter(0, 5), tombstone = letter(1, 6);
  LetterBatch batch;
  batch.add(first, whole("{}"));
  batch.add(tombstone, whole(std::nullopt));
  runtime::SealedBatch sealed;
  batch.seal(sealed);
  ASSERT_EQ(sealed.records.size(), 2u);
  EXPECT_EQ(view(sealed.records[0].topic), "orders");
  EXPECT_EQ(sealed.records[0].offset, 5);
  EXPECT_EQ(sealed.records[0].timestamp_ms, 1005);
  EXPECT_EQ(view(sealed.records[0].value), "{}");
  ASSERT_EQ(sealed.records[0].header_count, 1);
  EXPECT_EQ(view(sealed.records[0].headers[0].name), "trace");
  EXPECT_TRUE(is_absent(sealed.records[1].value));
}

TEST(LetterBatch, WithoutATimestampOfItsOwnTheLettersHolds) {
  Letter dead = letter(0, 5);
  dead.id.timestamp_ms = -1;
  LetterBatch batch;
  batch.add(dead, whole("{}"));
  runtime::SealedBatch sealed;
  batch.seal(sealed);
  EXPECT_EQ(sealed.records[0].timestamp_ms, 77);
}

TEST(LetterBatch, HasASliceAndAClaimPerPartition) {
  const Letter letters[] = {letter(0, 5), letter(0, 9), letter(2, 1)};
  LetterBatch batch;
  for (const Letter& one : letters) batch.add(one, whole("{}"));
  runtime::SealedBatch sealed;
  batch.seal(sealed);
  ASSERT_EQ(sealed.slices.size(), 2u);
  EXPECT_EQ(sealed.slices[0].next_offset, 10);
  EXPECT_EQ(sealed.slices[0].records, 2u);
  EXPECT_EQ(sealed.slices[1].at.partition, 2);
  EXPECT_EQ(sealed.slice_of, (std::vector<std::uint32_t>{0, 0, 1}));
  const runtime::Claims claims = batch.claims();
  EXPECT_EQ(claims.at({"orders", 0}).next_offset, 5);
  EXPECT_EQ(claims.at({"orders", 2}).next_offset, 1);
}

TEST(LetterBatch, LosesWhatIsNotKept) {
  const Letter letters[] = {letter(0, 5), letter(0, 6), letter(0, 7)};
  LetterBatch batch;
  for (const Letter& one : letters) batch.add(one, whole(std::to_string(one.id.offset)));
  batch.keep_only({true, false, true});
  ASSERT_EQ(batch.letters.size(), 2u);
  EXPECT_EQ(batch.letters[1]->id.offset, 7);
  EXPECT_EQ(batch.stored[1].value, "7");
}

}  // namespace
}  // namespace cnx::host::dlq
