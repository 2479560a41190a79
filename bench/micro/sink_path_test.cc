// SPDX-License-Identifier: Apache-2.0
//
// In steady state nothing of ours is allocated for a record or a row: a batch twice as large costs as many allocations.
#include "micro/sink_path.h"

#include <gtest/gtest.h>

#include "test_new.h"

namespace cnx::bench {
namespace {

constexpr std::size_t kOrders = 300;
const OrderSettings kWithRowsOnly{.oddities = false};

/// What one batch costs when buffers have grown: records → rows, and rows → parameters.
std::size_t allocations_of(OrderChain& chain, RowBinder& binder, const OrderRecords& records) {
  std::size_t calls = 0;
  for (int round = 0; round < 3; ++round) {
    host::runtime::SealedBatch batch;
    const std::size_t before = cnx::testing::new_count();
    chain.apply(batch, records);
    for (const cnx_batch* made : batch.outputs) {
      const BatchView rows(*made);
      binder.sort(rows);
      EXPECT_EQ(binder.check(rows), 0u);
      EXPECT_GT(binder.bind(rows), 0u);
    }
    calls = cnx::testing::new_count() - before;
  }
  return calls;
}

TEST(SinkPath, AllocatesAsMuchForTwiceAsManyRecords) {
  OrderChain chain;
  RowBinder binder;
  const OrderRecords large(2 * kOrders, kWithRowsOnly), small(kOrders, kWithRowsOnly);
  const std::size_t of_large = allocations_of(chain, binder, large);
  EXPECT_EQ(allocations_of(chain, binder, small), of_large);
  EXPECT_LT(of_large, 20u);
}

// The count itself can fail: a record that is filtered is told by name and path, which are texts of their own.
TEST(SinkPath, TheCountSeesWhatIsAllocatedForARecord) {
  OrderChain chain;
  RowBinder binder;
  const std::string without_lines = R"({"purchaseOrderId":"1","orderLines":{"orderLine":[]}})";
  const OrderRecords large(2 * kOrders, without_lines), small(kOrders, without_lines);
  const std::size_t of_large = allocations_of(chain, binder, large);
  EXPECT_GE(of_large, allocations_of(chain, binder, small) + kOrders);
}

}  // namespace
}  // namespace cnx::bench
