// SPDX-License-Identifier: Apache-2.0
#include "sent_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "order_hash.h"

namespace walmart {
namespace {

constexpr EpochSeconds kStart = 1795420800;  // 2026-11-23T08:00:00Z

TEST(SentLog, ByCreationKnowsAnIdWhateverItsBytes) {
  SentLog log(Kind::kCreated, kStart);
  EXPECT_FALSE(log.repeats("1", 7, kStart + 60));
  log.sent("1", 7, kStart + 60);
  EXPECT_TRUE(log.repeats("1", 8, kStart + 60));
}

TEST(SentLog, ByChangeKnowsOnlyTheLastVersion) {
  SentLog log(Kind::kLastModified, kStart);
  log.sent("1", 7, kStart + 60);
  EXPECT_TRUE(log.repeats("1", 7, kStart + 60));
  EXPECT_FALSE(log.repeats("1", 8, kStart + 60));
  log.sent("1", 8, kStart + 60);
  // A change that is taken back is a change.
  EXPECT_FALSE(log.repeats("1", 7, kStart + 60));
}

TEST(SentLog, ForgetsWhatWillNotBeReadAgain) {
  SentLog log(Kind::kLastModified, kStart);
  log.sent("old", 1, kStart + 60);
  log.sent("young", 2, kStart + 120);
  EXPECT_EQ(log.window_done(kStart + 120, kStart + 60), 0);
  EXPECT_EQ(log.done(), kStart + 120);
  EXPECT_EQ(log.kept_from(), kStart + 60);
  EXPECT_FALSE(log.repeats("old", 1, 0));
  EXPECT_TRUE(log.repeats("young", 2, 0));
}

TEST(SentLog, KeepsARepeatAsLongAsItsLastWindowSays) {
  SentLog log(Kind::kLastModified, kStart);
  log.sent("1", 1, kStart + 60);
  EXPECT_TRUE(log.repeats("1", 1, kStart + 120));
  EXPECT_EQ(log.window_done(kStart + 120, kStart + 100), 0);
  EXPECT_TRUE(log.repeats("1", 1, 0));
}

TEST(SentLog, NeverGoesBack) {
  SentLog log(Kind::kCreated, kStart);
  EXPECT_EQ(log.window_done(kStart + 100, kStart + 100), 0);
  EXPECT_EQ(log.window_done(kStart + 50, kStart + 50), 0);
  EXPECT_EQ(log.done(), kStart + 100);
  EXPECT_EQ(log.kept_from(), kStart + 100);
}

class SentLogRoundTrip : public ::testing::TestWithParam<Kind> {};

TEST_P(SentLogRoundTrip, SurvivesItsText) {
  SentLog log(GetParam(), kStart);
  log.sent("108829272810783", order_hash("a"), kStart + 60);
  log.sent("108829272810784", order_hash("b"), kStart + 60);
  log.sent("#0123456789abcdef", order_hash("c"), kStart + 63);
  log.sent("odd \"id\"\n", order_hash("d"), kStart + 63);
  EXPECT_EQ(log.window_done(kStart + 30, kStart + 10), 0);
  const std::string text = log.encode();
  auto read = SentLog::decode(GetParam(), text);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->encode(), text);
  EXPECT_EQ(read->size(), 4u);
  EXPECT_EQ(read->done(), kStart + 30);
  EXPECT_EQ(read->kept_from(), kStart + 10);
  EXPECT_TRUE(read->repeats("odd \"id\"\n", order_hash("d"), 0));
}

INSTANTIATE_TEST_SUITE_P(BothKinds, SentLogRoundTrip, ::testing::Values(Kind::kCreated, Kind::kLastModified));

TEST(SentLog, HasATextForPeople) {
  SentLog log(Kind::kCreated, kStart);
  log.sent("2", 0, kStart + 60);
  log.sent("1", 0, kStart + 60);
  EXPECT_EQ(
      log.encode(),
      R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T08:00:00Z","sent":[{"until":"2026-11-23T08:01:00Z","orders":["1","2"]}]})");
}

TEST(SentLog, RefusesATextThatIsNotItsOwn) {
  for (
      const char* text :
      {"", "{}", "[]", R"({"done":"x","from":"y"})",
       R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T08:00:00Z","sent":[{"orders":{}}]})",
       R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T08:00:00Z","sent":[{"until":"2026-11-23T08:00:00Z","orders":{"1":"zz"}}]})",
       R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T08:00:00Z","sent":[{"until":"2026-11-23T08:00:00Z","orders":["1"]}]})"}) {
    const auto read = SentLog::decode(Kind::kLastModified, text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, ::testing::HasSubstr("offsets reset"));
  }
}

/// It would go on at the later time, and what lies between the two would never be read.
TEST(SentLog, RefusesToKeepOnlyWhatIsNotReadYet) {
  const auto read =
      SentLog::decode(Kind::kCreated, R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T09:00:00Z","sent":[]})");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().action, cnx::Action::kFatal);
  EXPECT_THAT(read.error().message,
              ::testing::AllOf(::testing::HasSubstr("'from' is after 'done'"), ::testing::HasSubstr("offsets reset")));
}

/// Orders that are passed over would be sent once more.
TEST(SentLog, RefusesATextThatHasLostOrders) {
  const std::string head = R"({"done":"2026-11-23T08:00:00Z","from":"2026-11-23T07:00:00Z")";
  const std::string until = R"("until":"2026-11-23T08:00:00Z")";
  for (const Kind kind : {Kind::kCreated, Kind::kLastModified}) {
    for (const std::string& rest :
         {std::string("}"), std::string(R"(,"sent":null})"), R"(,"sent":[{)" + until + "}]}",
          R"(,"sent":[{)" + until + R"(,"orders":null}]})", R"(,"sent":[{)" + until + R"(,"orders":[7]}]})",
          R"(,"sent":[{)" + until + R"(,"orders":{"":"00000000000000ff"}}]})"}) {
      EXPECT_FALSE(SentLog::decode(kind, head + rest).ok()) << name_of(kind) << " " << rest;
    }
  }
}

TEST(SentLog, StaysBelowAMegabyteByReadingLessAgain) {
  SentLog log(Kind::kLastModified, kStart);
  for (int i = 0; i < 30'000; ++i) log.sent(std::to_string(108829272000000 + i), order_hash("x"), kStart + i / 1000);
  EXPECT_GT(log.window_done(kStart + 100, kStart), 0);
  EXPECT_LE(log.size(), SentLog::kMaxOrders);
  EXPECT_GT(log.size(), SentLog::kMaxOrders - 1001);
  EXPECT_LT(log.encode().size(), 1'000'000u);
  EXPECT_GE(log.kept_from(), kStart + 9);
}

TEST(OrderHash, IsWhatPositionsOfEarlierVersionsHold) {
  EXPECT_EQ(hash_text(order_hash("")), "cbf29ce484222325");
  EXPECT_EQ(hash_text(order_hash("a")), "af63dc4c8601ec8c");
  EXPECT_EQ(parse_hash("af63dc4c8601ec8c"), order_hash("a"));
  EXPECT_FALSE(parse_hash("af63dc4c8601ec8").has_value());
  EXPECT_FALSE(parse_hash("xf63dc4c8601ec8c").has_value());
}

}  // namespace
}  // namespace walmart
