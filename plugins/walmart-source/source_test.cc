// SPDX-License-Identifier: Apache-2.0
//
// Bounded runs of the whole source against a fake API and a fake host.
#include "source.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "range.h"
#include "testing/source_rig.h"

namespace walmart {
namespace {

using ::testing::HasSubstr;
using testing::kNowMs;
using testing::SourceRig;

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kHourMs = 3600 * kSecondMs;

std::multiset<std::string> keys(const SourceRig& rig) {
  std::multiset<std::string> out;
  for (const auto& record : rig.sent) out.insert(record.key.value_or("none"));
  return out;
}

std::multiset<std::string> ids_between(SourceRig& rig, std::int64_t from_ms, std::int64_t to_ms) {
  std::multiset<std::string> out;
  for (const auto& order : rig.walmart.orders())
    if (order.created_ms >= from_ms && order.created_ms < to_ms) out.insert(order.id);
  return out;
}

/// Orders at random-looking instants of the last `hours`, and one at each full hour and each second around it.
void add_orders(SourceRig& rig, int count, int hours, const std::string& type = "SellerFulfilled") {
  const std::int64_t span = hours * kHourMs;
  for (int i = 0; i < count; ++i) rig.walmart.add(kNowMs - span + (i * 7'919'000'003LL) % span, type);
  for (int h = 0; h <= hours; ++h)
    for (const std::int64_t off : {-1000, -1, 0, 1, 999, 1000}) rig.walmart.add(kNowMs - h * kHourMs + off, type);
}

TEST(WalmartSource, SendsEachOrderOfTheLastHoursOnceAndNoOther) {
  SourceRig rig({{"hours", "3"}});
  add_orders(rig, 1000, 3);
  const auto plan = rig.start();
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->bounded);
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(keys(rig), ids_between(rig, kNowMs - 3 * kHourMs, kNowMs));
  EXPECT_LE(rig.largest_batch, 1000u);
}

TEST(WalmartSource, WalksEveryShipNodeTypeOfEveryAccount) {
  SourceRig rig({{"hours", "1"},
                 {"ship.node.type", "SellerFulfilled,WFSFulfilled,3PLFulfilled"},
                 {"accounts.other.client.id", "id2"},
                 {"accounts.other.client.secret", "secret"}});
  for (const char* type : {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"})
    rig.walmart.add(kNowMs - kHourMs / 2, type);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 6u);  // both accounts see the same fake orders
  EXPECT_EQ(rig.positions.size(), 6u);
  EXPECT_EQ(rig.walmart.calls("/v3/token"), 2);
}

TEST(WalmartSource, LeavesTheBytesOfAnOrderAloneButForRequestTime) {
  SourceRig rig({{"hours", "1"}});
  rig.walmart.add(kNowMs - 1'800'000);
  rig.walmart.orders()[0].body =
      "{ \"purchaseOrderId\" : "
      "\"108800000000001\",\n\"orderDate\":1795419000000,\"a\":1.10e2,\"b\":\"\\u00e9\xc3\xa9\"}";
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  ASSERT_EQ(rig.sent.size(), 1u);
  EXPECT_EQ(rig.sent[0].value, "{\"request_time\":\"2026-11-23 08:01:00\"," + rig.walmart.orders()[0].body.substr(1));
}

TEST(WalmartSource, SendsWhatHasNoIdWithoutAKeyAndOnce) {
  SourceRig rig({{"hours", "1"}});
  rig.walmart.add(kNowMs - 1'800'000);
  rig.walmart.orders()[0].body = R"({"orderDate":1795419000000,"other":1})";
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  ASSERT_EQ(rig.sent.size(), 1u);
  EXPECT_FALSE(rig.sent[0].key.has_value());
}

TEST(WalmartSource, SendsAnOrderWithoutOrderDateOnceThoughTwoWindowsShowIt) {
  SourceRig rig({{"hours", "2"}});
  rig.walmart.add(kNowMs - kHourMs);  // on the border of the two windows
  rig.walmart.orders()[0].body = R"({"purchaseOrderId":"108800000000001"})";
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 1u);
  EXPECT_TRUE(rig.host.logged("no orderDate", CNX_LOG_WARNING));
}

TEST(WalmartSource, SendsAnOrderOnceThatIsFoundByAnotherTimeThanItsOrderDate) {
  SourceRig rig({{"hours", "2"}});
  for (const std::int64_t at : {kNowMs - kHourMs, kNowMs - kHourMs / 2, kNowMs - 1}) rig.walmart.add(at);
  for (auto& order : rig.walmart.orders())
    order.body = fmt::format(R"({{"purchaseOrderId":"{}","orderDate":{}}})", order.id, kNowMs - 90 * 24 * kHourMs);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(keys(rig), (std::multiset<std::string>{"108800000000001", "108800000000002", "108800000000003"}));
}

TEST(WalmartSource, CutsCrowdedWindowsAndPagesThroughACrowdedMinute) {
  SourceRig rig({{"hours", "1"}});
  for (int i = 0; i < 6700; ++i) rig.walmart.add(kNowMs - kHourMs / 2 + i * 8);  // within one minute
  add_orders(rig, 500, 1);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(keys(rig), ids_between(rig, kNowMs - kHourMs, kNowMs));
  int split = 0;
  for (const auto& [name, unit] : rig.host.units()) split += unit.state == CNX_UNIT_SPLIT ? 1 : 0;
  EXPECT_EQ(split, 2);  // the hour and one of its ten minutes
}

TEST(WalmartSource, CutsAWindowWhoseResultTheApiRefusesDownToSeconds) {
  SourceRig rig({{"hours", "1"}, {"window.max.orders", "9000"}});
  rig.walmart.most_orders = 50;
  for (int i = 0; i < 400; ++i) rig.walmart.add(kNowMs - kHourMs / 2 + i * 100);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 400u);
}

TEST(WalmartSource, NamesTheSecondThatTheApiWillNotGive) {
  SourceRig rig({{"hours", "1"}});
  rig.walmart.most_orders = 50;
  for (int i = 0; i < 60; ++i) rig.walmart.add(kNowMs - kHourMs / 2 + i);
  ASSERT_TRUE(rig.start().ok());
  const auto status = rig.run();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, cnx::Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("eForCity SellerFulfilled 2026-11-23T07:29:59Z/2026-11-23T07:30:00Z"));
  EXPECT_THAT(status.error().message, HasSubstr("INVALID_REQUEST.GMP_ORDER_API"));
}

TEST(WalmartSource, TakesAnEmpty404AsNoOrders) {
  SourceRig rig({{"hours", "2"}});
  rig.walmart.empty_is_404 = true;
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_TRUE(rig.sent.empty());
  for (const auto& [name, unit] : rig.host.units()) {
    EXPECT_EQ(unit.state, static_cast<cnx_unit_state>(CNX_UNIT_DONE)) << name;
    EXPECT_EQ(unit.expected, 0) << name;
  }
}

TEST(WalmartSource, AccountsForEveryWindow) {
  SourceRig rig({{"hours", "3"}});
  add_orders(rig, 700, 3);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  std::int64_t fetched = 0, repeats = 0;
  for (const auto& [name, unit] : rig.host.units()) {
    EXPECT_EQ(unit.state, static_cast<cnx_unit_state>(CNX_UNIT_DONE)) << name;
    EXPECT_EQ(unit.expected, unit.fetched) << name;
    fetched += unit.fetched;
    repeats += unit.repeats;
  }
  EXPECT_EQ(rig.host.units().size(), 3u);
  EXPECT_EQ(fetched - repeats, static_cast<std::int64_t>(rig.sent.size()));
  EXPECT_EQ(rig.host.metric("walmart_orders_sent_total"), static_cast<double>(rig.sent.size()));
}

// The promise of the position: wherever the process dies, each order is sent once.
class CrashAfterPoll : public ::testing::TestWithParam<bool> {};

TEST_P(CrashAfterPoll, SendsEachOrderOnceWhereverTheProcessDies) {
  const bool before_commit = GetParam();
  for (int crash = 0;; ++crash) {
    SourceRig rig({{"hours", "2"}, {"batch.size", "23"}, {"page.size", "50"}, {"window.max.orders", "100"}});
    add_orders(rig, 300, 2);
    ASSERT_TRUE(rig.start().ok());
    bool ended = false;
    for (int i = 0; i < crash && !ended; ++i) ended = !rig.poll().value();
    if (ended) {
      EXPECT_GT(crash, 10);
      break;
    }
    if (before_commit) {
      ASSERT_TRUE(rig.poll(60'000, true).ok());
    }
    rig.host.advance_ms(90'000);  // the process comes back later
    ASSERT_TRUE(rig.start().ok());
    ASSERT_TRUE(rig.run().ok());
    ASSERT_EQ(keys(rig), ids_between(rig, kNowMs - 2 * kHourMs, kNowMs)) << "crash after poll " << crash;
  }
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfterTheCommit, CrashAfterPoll, ::testing::Bool());

TEST(WalmartSource, GoesOnWithAnUnfinishedRangeAndTakesANewOneAfterIt) {
  SourceRig rig({{"hours", "2"}});
  const std::string first = rig.start()->range_id;
  EXPECT_EQ(
      first,
      "created;hours=2;accounts=eForCity;types=SellerFulfilled;start=2026-11-23T06:00:00Z;end=2026-11-23T08:00:00Z");
  rig.host.advance_ms(3'600'000);
  EXPECT_EQ(rig.start()->range_id, first);
  rig.mark(CNX_RANGE_FETCHED);
  EXPECT_EQ(rig.start()->range_id, first);
  EXPECT_FALSE(rig.poll().value());  // nothing to do
  EXPECT_TRUE(rig.walmart.requests.empty());
  rig.mark(CNX_RANGE_DONE);
  EXPECT_THAT(rig.start()->range_id, HasSubstr("start=2026-11-23T07:00:00Z;end=2026-11-23T09:00:00Z"));
}

TEST(WalmartSource, LeavesOrdersThatTheApiMayNotShowYetToTheNextRange) {
  SourceRig rig({{"hours", "1"}});
  const std::string young = rig.walmart.add(kNowMs + 1).id;
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_FALSE(keys(rig).contains(young));
  rig.mark(CNX_RANGE_DONE);
  rig.host.advance_ms(3'600'000);
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_TRUE(keys(rig).contains(young));
}

TEST(WalmartSource, FetchesAFinishedRangeOfDaysOnlyWhenAskedAgain) {
  SourceRig rig({{"start.date", "20261101"}, {"end.date", "2026-11-01"}});
  rig.walmart.add(1793520000LL * 1000);  // 2026-11-01T08:00:00Z
  const std::string id = rig.start()->range_id;
  EXPECT_THAT(id, HasSubstr("start=2026-11-01T07:00:00Z;end=2026-11-02T08:00:00Z"));  // 25 hours: the clocks go back
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 1u);
  rig.mark(CNX_RANGE_DONE);
  EXPECT_EQ(rig.start()->range_id, id);
  EXPECT_FALSE(rig.poll().value());
  EXPECT_EQ(rig.start(true)->range_id, id);
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(rig.sent.size(), 2u);
}

TEST(WalmartSource, FreezesADayThatIsNotOverAtTheStart) {
  SourceRig rig({{"start.date", "20261123"}, {"end.date", "20261123"}});
  EXPECT_THAT(rig.start()->range_id, HasSubstr("end=2026-11-23T08:00:00Z"));  // now, which is midnight in Los Angeles
}

TEST(WalmartSource, FetchesTheRestOfADayThatEarlierRunsHaveBegun) {
  SourceRig rig({{"start.date", "20261122"}, {"end.date", "20261122"}});  // its last hour has just begun
  rig.host.set_now_us((SourceRig::kNow - 3600 + kSettleSeconds) * 1'000'000);
  const std::string early = rig.walmart.add(kNowMs - 2 * kHourMs).id;
  const std::string late = rig.walmart.add(kNowMs - kHourMs / 2).id;
  EXPECT_THAT(rig.start()->range_id, HasSubstr("start=2026-11-22T08:00:00Z;end=2026-11-23T07:00:00Z"));
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(keys(rig), (std::multiset<std::string>{early}));
  rig.mark(CNX_RANGE_DONE);
  rig.host.advance_ms(2 * kHourMs);
  const std::string rest = rig.start()->range_id;
  EXPECT_THAT(rest, HasSubstr("start=2026-11-23T07:00:00Z;end=2026-11-23T08:00:00Z"));
  EXPECT_TRUE(rig.host.logged("this one fetches the rest", CNX_LOG_INFO));
  ASSERT_TRUE(rig.run().ok());
  EXPECT_EQ(keys(rig), (std::multiset<std::string>{early, late})) << "each once";
  rig.mark(CNX_RANGE_DONE);
  EXPECT_EQ(rig.start()->range_id, rest);
  EXPECT_FALSE(rig.poll().value()) << "nothing is left of the day";
  EXPECT_THAT(rig.start(true)->range_id, HasSubstr("start=2026-11-22T08:00:00Z;end=2026-11-23T08:00:00Z"));
}

TEST(WalmartSource, WarnsThatTheApiForgetsAfter180Days) {
  SourceRig rig({{"start.date", "20260101"}, {"end.date", "20260101"}});
  ASSERT_TRUE(rig.start().ok());
  EXPECT_TRUE(rig.host.logged("last 180 days", CNX_LOG_WARNING));
}

TEST(WalmartSource, GoesOnBehindWhatIsNotCommittedYet) {
  SourceRig rig({{"hours", "1"}, {"batch.size", "2"}});
  for (int i = 0; i < 5; ++i) rig.walmart.add(kNowMs - 1'800'000 + i);
  ASSERT_TRUE(rig.start().ok());
  std::vector<std::optional<std::string>> keys;
  for (bool more = true; more;) {
    cnx::RecordBatch batch;
    const auto polled = rig.source->poll(rig.host.monotonic_ns() + 60'000'000'000, batch);
    ASSERT_TRUE(polled.ok()) << polled.error().message;
    more = *polled;
    for (const auto& record : testing::take_records(std::move(batch), rig.positions)) keys.push_back(record.key);
  }
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_TRUE(rig.sent.empty()) << "the position of the last batch is behind all of them";
  EXPECT_EQ(keys.size(), 5u);
  EXPECT_EQ((std::set<std::optional<std::string>>(keys.begin(), keys.end()).size()), 5u);
}

TEST(WalmartSource, IsCancelledEvenBehindItsEnd) {
  SourceRig rig({{"hours", "1"}});
  ASSERT_TRUE(rig.start().ok());
  ASSERT_TRUE(rig.run().ok());
  EXPECT_FALSE(rig.poll().value());
  rig.source->cancel();
  const auto polled = rig.poll();
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().action, cnx::Action::kCancelled);
}

TEST(WalmartSource, SharesItsWalksOutAmongTasks) {
  SourceRig rig({{"hours", "1"}, {"ship.node.type", "SellerFulfilled,WFSFulfilled,3PLFulfilled"}});
  std::set<std::string> types;
  for (int task = 0; task < 2; ++task) {
    cnx::testing::FakeHost host("walmart-orders", task, 2);
    host.set_now_us((SourceRig::kNow + kSettleSeconds) * 1'000'000);
    WalmartSource source(host.host(), *read_settings(rig.config), rig.walmart.transport(), rig.proven);
    ASSERT_TRUE(source.start({}).ok());
    cnx::RecordBatch out;
    while (source.poll(host.monotonic_ns() + 1'000'000'000, out).value()) {
      source.acked();
      out = {};
    }
    for (const auto& [name, unit] : host.units()) EXPECT_TRUE(types.insert(name).second) << name;
  }
  EXPECT_EQ(types.size(), 3u);
}

}  // namespace
}  // namespace walmart
