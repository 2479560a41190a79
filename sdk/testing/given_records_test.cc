// SPDX-License-Identifier: Apache-2.0
#include "cnx/testing/kit/given_records.hpp"

#include <gmock/gmock.h>

#include "cnx/testing/batches.hpp"
#include "cnx/testing/kit/patience.hpp"
#include "cnx/testing/kit/source_checks.hpp"

namespace cnx::testing::kit {
namespace {

using ::testing::HasSubstr;
using Result = Comparison::Result;

using Keyed = std::vector<std::pair<const char*, const char*>>;  // key, value or nullptr

GivenRecords given(const Keyed& keyed, std::int64_t timestamp_ms = 1) {
  std::vector<TestRecord> records;
  for (const auto& [key, value] : keyed) {
    TestRecord& record = records.emplace_back(TestRecord{{}, key, "t", -1});
    if (value != nullptr) record.value = value;
    record.timestamp_ms = timestamp_ms;
  }
  GivenRecords out;
  out.add(Records(std::move(records)).raw());
  return out;
}

Comparison ended(const GivenRecords& one, const GivenRecords& other) { return {one, true, other, true}; }
Comparison cut_off(const GivenRecords& one, const GivenRecords& other) { return {one, false, other, false}; }

TEST(GivenRecords, AreTheSameWhateverTheirTimestamps) {
  EXPECT_EQ(ended(given({{"a", "1"}}, 5), given({{"a", "1"}}, 6)).result(), Result::kSame);
}

TEST(GivenRecords, KeepTheOrderOfEachKeyButNotOfDifferentOnes) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}, {"a", "3"}});
  EXPECT_EQ(ended(one, given({{"b", "2"}, {"a", "1"}, {"a", "3"}})).result(), Result::kSameByStream);
  const Comparison swapped = ended(one, given({{"a", "3"}, {"b", "2"}, {"a", "1"}}));
  EXPECT_EQ(swapped.result(), Result::kOther);
  EXPECT_EQ(swapped.where(), "record 1 of topic 't', key 'a' is another one from byte 1");
}

TEST(GivenRecords, KeepTheOrderOfThoseWithoutAKeyAndOfEachPartition) {
  GivenRecords one, other;
  one.add(Records{"1", "2"}.raw());
  other.add(Records{"2", "1"}.raw());
  EXPECT_EQ(ended(one, other).result(), Result::kOther);
  EXPECT_THAT(ended(one, other).where(), HasSubstr("record 1 of topic 'topic', partition 0, no key is another one"));
}

TEST(GivenRecords, ThatComeTwiceOrNotAtAllAreOthers) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}});
  for (const Keyed& other : {Keyed{{"b", "2"}, {"a", "1"}, {"a", "1"}}, Keyed{{"b", "2"}}, Keyed{}}) {
    const Comparison found = ended(one, given(other));
    EXPECT_EQ(found.result(), Result::kOther);
    EXPECT_THAT(found.where(), HasSubstr("was given by one of them alone"));
  }
  EXPECT_THAT(ended(one, given({{"b", "2"}, {"a", nullptr}})).where(), HasSubstr("key 'a' is another one from byte 0"));
}

TEST(GivenRecords, OfALifeThatWasCutOffMayGoOn) {
  const GivenRecords few = given({{"a", "1"}}), more = given({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(cut_off(few, more).result(), Result::kSame);
  EXPECT_EQ(Comparison(few, false, more, true).result(), Result::kSame);
  EXPECT_EQ(Comparison(few, true, more, false).result(), Result::kOther);
  EXPECT_EQ(Comparison(given({{"b", "2"}}), false, more, true).result(), Result::kSameByStream);
}

TEST(GivenRecords, OfTwoLivesThatWereCutOffCannotBeComparedInAnotherOrder) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(cut_off(one, given({{"b", "2"}, {"c", "3"}})).result(), Result::kUnknown);
  EXPECT_EQ(cut_off(one, given({{"b", "3"}, {"a", "1"}})).result(), Result::kOther);
}

TEST(GivenRecords, OfTwoLivesThatWereCutOffMayHaveNoKeyInCommon) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}}), other = given({{"c", "1"}, {"d", "2"}});
  EXPECT_EQ(cut_off(one, other).result(), Result::kUnknown);
  EXPECT_EQ(cut_off(one, other).where(), "none of the keys was given by both");
  EXPECT_EQ(Comparison(one, true, other, false).result(), Result::kOther);
  EXPECT_EQ(Comparison(one, false, other, true).result(), Result::kOther);
}

TEST(GivenRecords, TellOneOrderOnlyByDifferentKeysThatBothGave) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}, {"c", "3"}});
  EXPECT_TRUE(cut_off(one, one).tells_order());
  EXPECT_TRUE(cut_off(one, given({{"a", "1"}, {"b", "2"}})).tells_order());
  for (const Keyed& few : {Keyed{}, Keyed{{"a", "1"}}, Keyed{{"b", "2"}, {"a", "1"}}}) {
    EXPECT_FALSE(cut_off(one, given(few)).tells_order()) << few.size();
    EXPECT_FALSE(cut_off(given(few), one).tells_order()) << few.size();
  }
  const GivenRecords of_one_key = given({{"a", "1"}, {"a", "2"}, {"a", "3"}});
  EXPECT_FALSE(cut_off(of_one_key, of_one_key).tells_order()) << "which every source keeps";
}

TEST(SourceChecks, AskForOneOrderOnlyOfASourceWithoutBoundsThatHasShownIt) {
  const GivenRecords one = given({{"a", "1"}, {"b", "2"}});
  Polled whole;
  EXPECT_TRUE(detail::is_ordered(whole, cut_off(one, one)));
  EXPECT_FALSE(detail::is_ordered(whole, cut_off(given({}), one))) << "nothing is as good as any order";
  whole.bounded = true;
  EXPECT_FALSE(detail::is_ordered(whole, cut_off(one, one)));
}

TEST(Patience, WithoutBoundsIsOfSoManyPolls) {
  Patience patience(false);
  for (int i = 0; i < Patience::kPolls; ++i) {
    EXPECT_TRUE(patience.lasts()) << i;
    patience.polled(false);
  }
  EXPECT_FALSE(patience.lasts());
}

TEST(Patience, WithBoundsIsForAsLongAsTheyGiveSomething) {
  const auto now = Patience::Clock::now();
  Patience patience(true, now);
  for (int i = 0; i < 10 * Patience::kPolls; ++i) patience.polled(i % Patience::kPolls != 0);
  EXPECT_TRUE(patience.lasts(now));
  EXPECT_FALSE(patience.lasts(now + Patience::kLongest));
  Patience silent = patience, endless = patience;
  for (int i = 0; i < Patience::kPolls; ++i) silent.polled(true);
  EXPECT_FALSE(silent.lasts(now));
  for (int i = 0; i < Patience::kMostPolls; ++i) endless.polled(false);
  EXPECT_FALSE(endless.lasts(now));
}

TEST(GivenRecords, ShowKeysThatArePrintedAsOneLine) {
  EXPECT_THAT(ended(given({{"a\n\x1b", "1"}}), given({{"a\n\x1b", "2"}})).where(), HasSubstr("key 'a..' is"));
}

}  // namespace
}  // namespace cnx::testing::kit
