// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "cnx/testing/batches.hpp"
#include "testing/source_rig.h"

namespace walmart {
namespace {

using testing::kNowMs;
using ::testing::SizeIs;
using testing::SourceRig;

class HeldPages : public ::testing::Test {
 protected:
  HeldPages() : rig_{{"hours", "1"}, {"batch.size", "2"}}, settings_(read_settings(rig_.config).value()) {
    walk_ = outbox_.add_walk({"eForCity", "SellerFulfilled", Kind::kCreated}, SentLog(Kind::kCreated, 0), false);
  }
  /// A page of these orders, each `{"n":<id>}`; no id: "".
  static FetchedPage page(const std::vector<std::string>& ids) {
    FetchedPage page{.body = std::string(100, ' '), .fetched = SourceRig::kNow, .orders = {}};
    std::vector<std::size_t> at;
    for (const std::string& id : ids) {
      at.push_back(page.body.size());
      page.body += "{\"n\":\"" + id + "\"}";
    }
    at.push_back(page.body.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
      page.orders.push_back({.id = ids[i].empty() ? "#" + std::to_string(i) : ids[i],
                             .has_id = !ids[i].empty(),
                             .bytes = std::string_view(page.body).substr(at[i], at[i + 1] - at[i])});
    return page;
  }
  /// What leaves in one batch.
  std::vector<testing::SentRecord> drained() {
    cnx::RecordBatch out;
    outbox_.drain(out);
    return testing::take_records(std::move(out), rig_.positions);
  }

  SourceRig rig_;
  const Settings settings_;
  const cnx::Host host_ = rig_.host.host();
  Metrics metrics_{host_};
  Outbox outbox_{host_, settings_, metrics_};
  std::size_t walk_ = 0;
};

TEST_F(HeldPages, APageCountsWholeUntilTheLastOfItsOrdersHasLeft) {
  const auto lane = outbox_.open(walk_);
  FetchedPage first = page({"1", "2", "3"}), second = page({"4"});
  const std::size_t of_first = first.body.capacity(), of_second = second.body.capacity();
  outbox_.page(lane, std::move(first));
  outbox_.page(lane, std::move(second));
  EXPECT_EQ(outbox_.bytes(), of_first + of_second);
  EXPECT_EQ(outbox_.ready(), 4u);
  EXPECT_THAT(drained(), SizeIs(2));
  EXPECT_EQ(outbox_.bytes(), of_first + of_second) << "its third order points into it";
  EXPECT_EQ(outbox_.ready(), 2u);
  const auto rest = drained();
  ASSERT_THAT(rest, SizeIs(2));
  EXPECT_EQ(rest[0].value, R"({"request_time":"2026-11-23 08:00:00","n":"3"})");
  EXPECT_EQ(rest[1].value, R"({"request_time":"2026-11-23 08:00:00","n":"4"})");
  EXPECT_EQ(outbox_.bytes(), 0u);
  EXPECT_TRUE(outbox_.empty());
}

TEST_F(HeldPages, APageWhoseLastOrdersAreRepeatsGoesWithThem) {
  const auto lane = outbox_.open(walk_);
  outbox_.page(lane, page({"1", "1", "1"}));
  EXPECT_THAT(drained(), SizeIs(1));
  EXPECT_EQ(outbox_.bytes(), 0u);
}

TEST_F(HeldPages, APageOfWhichNothingIsWantedIsNotHeld) {
  const auto lane = outbox_.open(walk_);
  outbox_.page(lane, page({}));
  EXPECT_EQ(outbox_.bytes(), 0u);
  EXPECT_TRUE(outbox_.empty());
  EXPECT_EQ(outbox_.ready(), 0u);
}

TEST_F(HeldPages, ALaneThatIsDroppedTakesItsPagesAlong) {
  const auto lane = outbox_.open(walk_);
  outbox_.page(lane, page({"1"}));
  outbox_.drop(walk_, lane);
  EXPECT_EQ(outbox_.bytes(), 0u);
}

TEST_F(HeldPages, NothingOfAnOrderIsInTheRecordAfterIt) {
  const auto other = outbox_.add_walk({"another", "WFSFulfilled", Kind::kCreated}, SentLog(Kind::kCreated, 0), false);
  outbox_.page(outbox_.open(walk_), page({"a-long-number-of-an-order"}));
  outbox_.page(outbox_.open(other), page({""}));
  cnx::RecordBatch out;
  outbox_.drain(out);
  cnx_source_batch raw{};
  cnx::RecordBatch::hand_over(std::move(out), raw);
  const auto given = cnx::testing::given(raw.records);
  ASSERT_EQ(given->count, 2u);
  const cnx_record &first = given->records[0], &second = given->records[1];
  EXPECT_EQ(cnx::view(first.key), "a-long-number-of-an-order");
  EXPECT_EQ(cnx::view(first.headers[0].value), "eForCity");
  EXPECT_TRUE(cnx::is_absent(second.key));
  EXPECT_EQ(cnx::view(second.value), R"({"request_time":"2026-11-23 08:00:00","n":""})");
  ASSERT_EQ(second.header_count, 2);
  EXPECT_EQ(cnx::view(second.headers[0].name), "walmart.account");
  EXPECT_EQ(cnx::view(second.headers[0].value), "another");
  EXPECT_EQ(cnx::view(second.headers[1].name), "walmart.ship.node.type");
  EXPECT_EQ(cnx::view(second.headers[1].value), "WFSFulfilled");
  EXPECT_EQ(cnx::view(second.topic), "walmart_order_raw");
  EXPECT_EQ(second.timestamp_ms, kNowMs);
}

}  // namespace
}  // namespace walmart
