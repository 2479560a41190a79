// SPDX-License-Identifier: Apache-2.0
#include "dlq/versions.h"

#include <gmock/gmock.h>

#include "cnx/text.hpp"

namespace cnx::host::dlq {
namespace {

using ::testing::HasSubstr;
using Kind = Versions::Verdict::Kind;

/// One partition in memory: offset → key.
class FakeLog final : public OriginalLog {
 public:
  Result<std::optional<kafka::Watermarks>> range(const kafka::TopicPartition&) override { return range_; }
  Status scan(const kafka::TopicPartition&, std::int64_t from, std::int64_t to, const kafka::OnRecord& take) override {
    scans.emplace_back(from, to);
    for (auto at = records.lower_bound(from); at != records.end() && at->first < to; ++at) {
      cnx_record record{};
      record.offset = at->first;
      record.key = at->second.empty() ? absent() : str(at->second);
      CNX_TRY(take(record));
    }
    return {};
  }

  std::optional<kafka::Watermarks> range_ = kafka::Watermarks{0, 100};
  std::map<std::int64_t, std::string> records;
  std::vector<std::pair<std::int64_t, std::int64_t>> scans;
};

class VersionsTest : public ::testing::Test {
 protected:
  static constexpr const char* kTopic = "orders";
  static Letter letter(std::int64_t offset, std::optional<std::string> key = "k") {
    Letter made;
    made.id = {kTopic, 0, offset, 1};
    made.key = std::move(key);
    return made;
  }
  Kind kind(const Letter& letter) { return versions.verdict(letter).kind; }
  void scan(std::int64_t next_offset) { ASSERT_TRUE(versions.scan_to({kTopic, 0}, next_offset).ok()); }

  FakeLog log;
  Versions versions{log};
};

TEST_F(VersionsTest, ALetterWithoutALaterVersionIsTheLast) {
  log.records = {{3, "k"}, {5, "k"}, {6, "other"}, {7, ""}};
  const Letter dead = letter(5);
  versions.watch(dead);
  scan(10);
  EXPECT_EQ(kind(dead), Kind::kLast);
}

TEST_F(VersionsTest, ALaterVersionThatWasPassedSupersedesIt) {
  log.records = {{5, "k"}, {9, "k"}, {12, "k"}};
  const Letter dead = letter(5);
  versions.watch(dead);
  scan(11);
  EXPECT_EQ(kind(dead), Kind::kSuperseded);
  EXPECT_THAT(versions.verdict(dead).why, HasSubstr("offset 9"));
}

TEST_F(VersionsTest, AVersionThatTheConnectorHasNotReachedDoesNot) {
  log.records = {{5, "k"}, {12, "k"}};
  const Letter dead = letter(5);
  versions.watch(dead);
  scan(12);
  EXPECT_EQ(kind(dead), Kind::kLast);
  scan(13);
  EXPECT_EQ(kind(dead), Kind::kSuperseded);
}

TEST_F(VersionsTest, OfTwoDeadVersionsTheLastOneIsWritten) {
  log.records = {{5, "k"}, {8, "k"}};
  const Letter first = letter(5), second = letter(8);
  versions.watch(first);
  versions.watch(second);
  scan(10);
  EXPECT_EQ(kind(first), Kind::kSuperseded);
  EXPECT_EQ(kind(second), Kind::kLast);
}

TEST_F(VersionsTest, AnotherLetterIsALaterVersionEvenWhenTheLogHasLostIt) {
  log.range_ = kafka::Watermarks{50, 100};
  const Letter dead = letter(5);
  versions.watch(dead);
  versions.note(letter(8));
  versions.note(letter(60, "other"));
  scan(100);
  EXPECT_EQ(kind(dead), Kind::kSuperseded);
}

TEST_F(VersionsTest, WhatRetentionRemovedCannotBeVerified) {
  log.range_ = kafka::Watermarks{50, 100};
  const Letter before = letter(48), behind = letter(49, "b");
  versions.watch(before);
  versions.watch(behind);
  scan(100);
  EXPECT_EQ(kind(before), Kind::kUnverified);
  EXPECT_THAT(versions.verdict(before).why, HasSubstr("offsets 49 to 49"));
  EXPECT_EQ(kind(behind), Kind::kLast) << "the record behind it is still there";
}

TEST_F(VersionsTest, NeitherCanATopicThatIsGoneOrMadeAnew) {
  const Letter dead = letter(5);
  versions.watch(dead);
  log.range_ = std::nullopt;
  scan(10);
  EXPECT_EQ(kind(dead), Kind::kUnverified);

  FakeLog anew;
  anew.range_ = kafka::Watermarks{0, 7};
  Versions other(anew);
  other.watch(dead);
  ASSERT_TRUE(other.scan_to({kTopic, 0}, 10).ok());
  EXPECT_EQ(other.verdict(dead).kind, Kind::kUnverified);
  EXPECT_THAT(other.verdict(dead).why, HasSubstr("made anew"));
}

TEST_F(VersionsTest, NorARecordWithoutAKey) { EXPECT_EQ(kind(letter(5, std::nullopt)), Kind::kUnverified); }

TEST_F(VersionsTest, TheLogIsReadOnceAndOnlyOnwards) {
  versions.watch(letter(20, "a"));
  versions.watch(letter(5));
  scan(30);
  scan(30);
  scan(40);
  EXPECT_EQ(log.scans, (std::vector<std::pair<std::int64_t, std::int64_t>>{{6, 30}, {30, 40}}));
}

}  // namespace
}  // namespace cnx::host::dlq
