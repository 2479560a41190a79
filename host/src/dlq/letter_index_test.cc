// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_index.h"

#include <gmock/gmock.h>

#include "base/secrets.h"
#include "cnx/testing/batches.hpp"

namespace cnx::host::dlq {
namespace {

using cnx::testing::Records;
using cnx::testing::TestRecord;

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers died(std::int64_t offset, const std::string& message = "too long", const std::string& connector = "sink",
             const std::string& timestamp = "1000") {
  return {{"__connect.errors.topic", "orders"},
          {"__connect.errors.partition", "2"},
          {"__connect.errors.offset", std::to_string(offset)},
          {"__connect.errors.connector.name", connector},
          {"__connect.errors.exception.message", message},
          {"__cnx.errors.timestamp.ms", timestamp}};
}

TestRecord letter_at(std::int64_t place, Headers headers) {
  return {.value = "{}", .key = "k", .topic = "dlq", .partition = 0, .offset = place, .headers = std::move(headers)};
}

void add(LetterIndex& index, std::vector<TestRecord> records) {
  const Records batch(std::move(records));
  for (std::uint64_t i = 0; i < batch.view().size(); ++i) index.add(batch.view().record(i));
}

TEST(LetterIndex, ListsDistinctLettersInTheOrderOfTheirRecords) {
  LetterIndex index("sink");
  add(index, {letter_at(0, died(30)), letter_at(1, died(10)), letter_at(2, died(20))});
  ASSERT_EQ(index.letters().size(), 3u);
  EXPECT_EQ(to_string(index.letters()[0].id), "orders:2:10");
  EXPECT_EQ(to_string(index.letters()[2].id), "orders:2:30");
  EXPECT_EQ(index.letters()[2].place.offset, 0);
}

TEST(LetterIndex, CountsCopiesAndKeepsTheLatestReason) {
  LetterIndex index("sink");
  add(index, {letter_at(0, died(10, "first")), letter_at(1, died(11)), letter_at(2, died(10, "second")),
              letter_at(3, died(10, "third"))});
  ASSERT_EQ(index.letters().size(), 2u);
  EXPECT_EQ(index.letters()[0].message, "third");
  EXPECT_EQ(index.letters()[0].repeats, 2u);
  EXPECT_EQ(index.letters()[0].place.offset, 3);
  EXPECT_EQ(index.letters()[1].repeats, 0u);
  EXPECT_EQ(index.repeats(), 2u);
}

TEST(LetterIndex, CopiesAreFoundAfterLettersWereAskedFor) {
  LetterIndex index("sink");
  add(index, {letter_at(0, died(30)), letter_at(1, died(10))});
  ASSERT_EQ(index.letters().front().id.offset, 10);
  add(index, {letter_at(2, died(30, "again"))});
  ASSERT_EQ(index.letters().size(), 2u);
  EXPECT_EQ(index.letters().back().message, "again");
}

TEST(LetterIndex, ARecordOfATopicMadeAnewIsAnotherLetter) {
  LetterIndex index("sink");
  add(index, {letter_at(0, died(10, "m", "sink", "1000")), letter_at(1, died(10, "m", "sink", "2000"))});
  EXPECT_EQ(index.letters().size(), 2u);
}

TEST(LetterIndex, CountsForeignRecordsAndGuessesNothing) {
  Headers no_offset = died(10);
  no_offset.erase(no_offset.begin() + 2);
  Headers bad_partition = died(10);
  bad_partition[1].second = "two";
  LetterIndex index("sink");
  add(index, {letter_at(0, died(1)), letter_at(1, {}), letter_at(2, {{"trace", "1"}}), letter_at(3, no_offset),
              letter_at(4, bad_partition)});
  EXPECT_EQ(index.letters().size(), 1u);
  EXPECT_EQ(index.foreign(), 4u);
  EXPECT_EQ(index.first_foreign().offset, 1);
}

TEST(LetterIndex, CountsLettersOfOtherConnectorsByName) {
  LetterIndex index("sink");
  add(index, {letter_at(0, died(1)), letter_at(1, died(1, "m", "other")), letter_at(2, died(2, "m", "other"))});
  EXPECT_EQ(index.letters().size(), 1u);
  ASSERT_EQ(index.others().size(), 1u);
  EXPECT_EQ(index.others().find("other")->second, 2u);
}

TEST(LetterIndex, CutsLongMessagesBetweenCharacters) {
  LetterIndex index("sink");
  std::string message(LetterIndex::kLongestMessage - 1, 'x');
  message += "äöü";
  add(index, {letter_at(0, died(1, message))});
  EXPECT_EQ(index.letters()[0].message, std::string(LetterIndex::kLongestMessage - 1, 'x') + "…");
}

TEST(LetterIndex, MasksSecretsThatAnotherHostLeftInAMessage) {
  secrets().add("swordfish-in-a-letter");
  LetterIndex index("sink");
  add(index, {letter_at(0, died(1, "denied for swordfish-in-a-letter"))});
  EXPECT_EQ(index.letters()[0].message, "denied for ****");
}

}  // namespace
}  // namespace cnx::host::dlq
