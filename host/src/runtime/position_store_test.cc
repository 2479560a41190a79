// SPDX-License-Identifier: Apache-2.0
#include "runtime/position_store.h"

#include <gmock/gmock.h>

namespace cnx::host::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const PositionScope kScope{"connect-host", "walmart-orders", "walmart_order_raw"};

RangeRecord fetched_range() {
  RangeRecord range;
  range.id = "20251111-20251112";
  range.title = "11 November 2025 …";
  range.state = CNX_RANGE_FETCHED;
  range.updated_ms = 1'763'000'000'000;
  range.end_offsets = {{{"walmart_order_raw", 0}, 17}, {{"walmart_order_raw", 2}, 5}};
  return range;
}

/// The positions of a start as "range/key=value".
std::vector<std::string> positions_of(const PositionStore& store) {
  std::vector<std::string> all;
  for (const Position& p : store.start_from(false).positions) all.push_back(p.range_id + "/" + p.key + "=" + *p.value);
  return all;
}

class PositionStoreTest : public ::testing::Test {
 protected:
  void take(const std::string& key, std::optional<std::string_view> value) {
    const Status status = store.take(key, value);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }
  void expect_unreadable(const std::string& key, std::string_view value) {
    const Status status = store.take(key, value);
    ASSERT_FALSE(status.ok()) << value;
    EXPECT_EQ(status.error().action, Action::kFatal);
    EXPECT_THAT(status.error().message, HasSubstr("walmart-orders"));
  }

  PositionStore store{kScope};
};

TEST_F(PositionStoreTest, GivesBackWhatWasWritten) {
  take(position_key(kScope, "", "eForCity|SellerFulfilled"), "2025-11-11T00:00:00Z");
  take(position_key(kScope, "r1", "a"), R"({"sent":["1"]})");
  EXPECT_THAT(positions_of(store),
              ElementsAre("/eForCity|SellerFulfilled=2025-11-11T00:00:00Z", R"(r1/a={"sent":["1"]})"));
}

TEST_F(PositionStoreTest, TheLastRecordOfAKeyCounts) {
  take(position_key(kScope, "", "a"), "1");
  take(position_key(kScope, "", "a"), "2");
  EXPECT_THAT(positions_of(store), ElementsAre("/a=2"));
}

TEST_F(PositionStoreTest, ATombstoneRemoves) {
  take(position_key(kScope, "", "a"), "1");
  take(position_key(kScope, "", "a"), std::nullopt);
  take(range_key(kScope, "r1"), encode_range(fetched_range()));
  take(range_key(kScope, "r1"), std::nullopt);
  EXPECT_THAT(positions_of(store), IsEmpty());
  EXPECT_EQ(store.range("r1"), nullptr);
}

TEST_F(PositionStoreTest, AnEmptyValueIsNoTombstone) {
  take(position_key(kScope, "", "a"), "");
  EXPECT_THAT(positions_of(store), ElementsAre("/a="));
}

TEST_F(PositionStoreTest, ARangeComesBackWhole) {
  const RangeRecord range = fetched_range();
  take(range_key(kScope, range.id), encode_range(range));
  const RangeRecord* read = store.range(range.id);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->id, range.id);
  EXPECT_EQ(read->title, range.title);
  EXPECT_EQ(read->state, CNX_RANGE_FETCHED);
  EXPECT_EQ(read->updated_ms, range.updated_ms);
  EXPECT_EQ(read->end_offsets, range.end_offsets);
  EXPECT_EQ(read->result_json, "");
}

TEST_F(PositionStoreTest, ADoneRangeKeepsItsResult) {
  RangeRecord range = fetched_range();
  range.state = CNX_RANGE_DONE;
  range.result_json = R"({"orders":123,"exit_code":3})";
  take(range_key(kScope, range.id), encode_range(range));
  EXPECT_EQ(store.range(range.id)->result_json, range.result_json);
}

TEST_F(PositionStoreTest, OtherScopesArePassedOver) {
  for (PositionScope other :
       {PositionScope{"x", kScope.connector, kScope.topic}, PositionScope{kScope.group, "x", kScope.topic},
        PositionScope{kScope.group, kScope.connector, "x"}}) {
    take(position_key(other, "", "a"), "1");
    take(range_key(other, "r"), "broken, but not ours");
  }
  take("no json", "1");
  take("[1]", "1");
  EXPECT_THAT(positions_of(store), IsEmpty());
}

TEST_F(PositionStoreTest, NamesThatLookAlikeStayApart) {
  const PositionScope sly{"connect-host", R"(walmart","topic":"x)", "walmart_order_raw"};
  EXPECT_NE(position_key(sly, "", "a"), position_key(kScope, "", "a"));
  take(position_key(sly, "", "a"), "1");
  EXPECT_THAT(positions_of(store), IsEmpty());
  EXPECT_NE(position_key(kScope, "r", ""), range_key(kScope, "r"));
}

TEST_F(PositionStoreTest, AnUnreadableStateOfARangeIsAnErrorAndNotASecondFetch) {
  const std::string key = range_key(kScope, "r1");
  expect_unreadable(key, "");
  expect_unreadable(key, "{");
  expect_unreadable(key, "[]");
  expect_unreadable(key, R"({"title":"no state"})");
  expect_unreadable(key, R"({"state":7})");
  expect_unreadable(key, R"({"state":"gone fishing"})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":{}})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t",0]]})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t","0",1]]})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t",4294967296,1]]})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t",-1,1]]})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t",0,-1]]})");
  expect_unreadable(key, R"({"state":"fetched","end_offsets":[["t",0,9223372036854775808]]})");
}

TEST_F(PositionStoreTest, ARecordNestedWithoutEndIsAnErrorAndNoEndOfTheStack) {
  constexpr std::size_t kDeep = 400'000;
  const std::string nested = std::string(kDeep, '[') + std::string(kDeep, ']');
  expect_unreadable(range_key(kScope, "r1"), R"({"state":"done","result":)" + nested + "}");
}

TEST_F(PositionStoreTest, AStrangeTitleOrTimeIsNoReasonToFail) {
  take(range_key(kScope, "r1"), R"({"state":"fetching","title":7,"updated_ms":"yesterday"})");
  ASSERT_NE(store.range("r1"), nullptr);
  EXPECT_EQ(store.range("r1")->title, "");
}

TEST_F(PositionStoreTest, AKeyWithoutARangeIsAnError) {
  expect_unreadable(R"({"group":"connect-host","connector":"walmart-orders","topic":"walmart_order_raw"})", "1");
}

TEST_F(PositionStoreTest, ADoneRangeHidesItsPositionsFromTheSource) {
  take(position_key(kScope, "r1", "a"), "1");
  take(position_key(kScope, "r2", "a"), "2");
  RangeRecord done = fetched_range();
  done.id = "r1";
  done.state = CNX_RANGE_DONE;
  take(range_key(kScope, "r1"), encode_range(done));
  EXPECT_THAT(positions_of(store), ElementsAre("r2/a=2"));
  const SourceStart start = store.start_from(true);
  EXPECT_TRUE(start.again);
  ASSERT_THAT(start.ranges, SizeIs(1));
  EXPECT_EQ(start.ranges[0].id, "r1");
  EXPECT_EQ(start.ranges[0].state, CNX_RANGE_DONE);
}

TEST_F(PositionStoreTest, ARangeIsDoneWhenItsRecordSaysSoAndNotBefore) {
  RangeRecord range = fetched_range();
  EXPECT_FALSE(store.is_done(range.id)) << "nobody knows of it";
  take(range_key(kScope, range.id), encode_range(range));
  EXPECT_FALSE(store.is_done(range.id));
  range.state = CNX_RANGE_DONE;
  take(range_key(kScope, range.id), encode_range(range));
  EXPECT_TRUE(store.is_done(range.id));
  EXPECT_FALSE(store.is_done("another"));
}

TEST_F(PositionStoreTest, KnowsWhichKeysOfARangeAreToBeRemoved) {
  store.put_position("r1", {"a", "1", {}});
  store.put_position("r1", {"b", "2", {}});
  store.put_position("r2", {"a", "3", {}});
  EXPECT_THAT(store.position_keys_of("r1"),
              ElementsAre(position_key(kScope, "r1", "a"), position_key(kScope, "r1", "b")));
  store.forget_positions_of("r1");
  EXPECT_THAT(positions_of(store), ElementsAre("r2/a=3"));
}

TEST_F(PositionStoreTest, TextThatIsNoUtf8DoesNotEndTheProcess) {
  RangeRecord range = fetched_range();
  range.title = "caf\xe9";
  EXPECT_THAT(encode_range(range), HasSubstr("fetched"));
  EXPECT_THAT(position_key(kScope, "", "\xff"), HasSubstr("part"));
  range.result_json = "{broken";
  take(range_key(kScope, range.id), encode_range(range));
  EXPECT_NE(store.range(range.id), nullptr);
}

}  // namespace
}  // namespace cnx::host::runtime
