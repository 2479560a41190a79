// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "applied_test_support.h"

namespace cnx::std_transforms::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Pairs;
using testing::Records;
using testing::TestRecord;

Applied filtered(Pairs set) {
  const Records records(
      std::vector<TestRecord>{TestRecord{.value = "a", .topic = "orders.eu"}, TestRecord{.topic = "orders.us"},
                              TestRecord{.value = "c", .topic = "returns", .headers = {{"test", "1"}}}});
  return Applier("Filter", std::move(set)).apply(records.raw());
}

TEST(Filter, DropsTombstonesByTheirRule) {
  const Applied done = filtered({{"predicate", "RecordIsTombstone"}});
  EXPECT_THAT(done.lines, ElementsAre("orders.eu/0 a", "returns/2 c"));
  EXPECT_THAT(done.filtered, ElementsAre("1 RecordIsTombstone"));
}

TEST(Filter, MatchesTheWholeNameOfATopic) {
  EXPECT_THAT(filtered({{"predicate", "TopicNameMatches"}, {"pattern", "orders\\..*"}}).lines,
              ElementsAre("returns/2 c"));
  EXPECT_THAT(filtered({{"predicate", "TopicNameMatches"}, {"pattern", "orders"}}).filtered, ElementsAre());
}

TEST(Filter, LooksForAHeaderAndCanBeNegated) {
  const Applied done = filtered({{"predicate", "HasHeaderKey"}, {"name", "test"}, {"negate", "true"}});
  EXPECT_THAT(done.lines, ElementsAre("returns/2 c"));
  EXPECT_THAT(done.filtered, ElementsAre("0 not HasHeaderKey", "1 not HasHeaderKey"));
}

TEST(Filter, RefusesKeysThatDoNotGoTogether) {
  const auto refusal = [](Pairs set) { return Applier("Filter", std::move(set)).refusal(); };
  EXPECT_THAT(refusal({{"predicate", "TopicNameMatches"}}), HasSubstr("pattern: TopicNameMatches needs one"));
  EXPECT_THAT(refusal({{"predicate", "TopicNameMatches"}, {"pattern", "("}}), HasSubstr("is no regular expression"));
  EXPECT_THAT(refusal({{"predicate", "HasHeaderKey"}}), HasSubstr("needs the header's name"));
  EXPECT_THAT(refusal({{"predicate", "RecordIsTombstone"}, {"name", "x"}}),
              HasSubstr("name: RecordIsTombstone takes none"));
}

}  // namespace
}  // namespace cnx::std_transforms::test
