// SPDX-License-Identifier: Apache-2.0
#include "generate/order_maker.h"

#include <gtest/gtest.h>

#include "generate/row_feed.h"

namespace cnx::bench {
namespace {

std::string text_of(OrderSettings settings, std::uint64_t number) {
  OrderMaker maker(settings);
  maker.make(number);
  return std::string(maker.text());
}

TEST(OrderMaker, MakesTheSameOrderWhateverWasMadeBefore) {
  OrderMaker maker({});
  maker.make(41);
  maker.make(42);
  EXPECT_EQ(maker.text(), text_of({}, 42));
  EXPECT_NE(maker.text(), text_of({.seed = 2}, 42));
}

TEST(OrderMaker, KeepsKeyAndLinesInAnotherVersion) {
  for (std::uint64_t number = 0; number < 100; ++number) {
    OrderMaker first({}), second({.version = 1});
    first.make(number);
    second.make(number);
    EXPECT_EQ(first.key(), second.key());
    EXPECT_EQ(first.lines(), second.lines());
    EXPECT_NE(first.text(), second.text());
  }
}

TEST(OrderMaker, FindsTheNumberOfAKey) {
  OrderMaker maker({});
  for (const std::uint64_t number : {0U, 7U, 199'999U}) {
    maker.make(number);
    EXPECT_EQ(OrderMaker::number_of(maker.key()), number);
  }
}

TEST(OrderMaker, HasTheSizesThatItPromises) {
  constexpr std::uint64_t kOrders = 20'000;
  OrderMaker maker({});
  std::uint64_t lines = 0, bytes = 0;
  for (std::uint64_t number = 0; number < kOrders; ++number) {
    maker.make(number);
    lines += maker.lines();
    bytes += maker.text().size();
  }
  EXPECT_NEAR(static_cast<double>(lines) / kOrders, 1.5, 0.02);
  EXPECT_NEAR(static_cast<double>(bytes) / kOrders, 2'800, 200);
}

// RowFeed ends the process when the transform refuses an order.
TEST(OrderMaker, GivesAsManyRowsAsItSays) {
  constexpr std::uint32_t kOrders = 5'000;
  OrderMaker maker({});
  std::uint64_t lines = 0, rows = 0;
  for (std::uint64_t number = 0; number < kOrders; ++number) {
    maker.make(number);
    lines += maker.lines();
  }
  RowFeed feed({}, false);
  feed.make(0, kOrders, [&](const BatchView& made) { rows += made.size(); });
  EXPECT_EQ(rows, lines);
}

}  // namespace
}  // namespace cnx::bench
