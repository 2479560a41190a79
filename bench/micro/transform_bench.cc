// SPDX-License-Identifier: Apache-2.0
//
// Records of orders → rows: the parser alone, the conversions alone, and all of what the reader's thread does.
#include <benchmark/benchmark.h>

#include "exact_number.h"
#include "iso_time.h"
#include "json_parser.h"
#include "micro/sink_path.h"
#include "test_new.h"

namespace cnx::bench {
namespace {

constexpr std::size_t kOrders = 1000;  // a batch of the sink's default

void count_orders(benchmark::State& state, const OrderRecords& records) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records.records().size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * records.bytes()));
}

void BM_ParseOrders(benchmark::State& state) {
  const OrderRecords records(kOrders);
  order_transform::JsonParser parser;
  for (auto _ : state)
    for (const cnx_record& record : records.records()) benchmark::DoNotOptimize(parser.parse(view(record.value)).root);
  count_orders(state, records);
}
BENCHMARK(BM_ParseOrders)->Unit(benchmark::kMicrosecond);

// Transform, checks of what it gave, and what becomes of each record.
void BM_RecordsToRows(benchmark::State& state) {
  const OrderRecords records(static_cast<std::size_t>(state.range(0)));
  OrderChain chain;
  std::size_t allocations = 0;
  for (auto _ : state) {
    host::runtime::SealedBatch batch;
    const std::size_t before = cnx::testing::new_count();
    chain.apply(batch, records);
    allocations += cnx::testing::new_count() - before;
    benchmark::DoNotOptimize(batch.made_bytes);
  }
  count_orders(state, records);
  state.counters["allocations/batch"] = static_cast<double>(allocations) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_RecordsToRows)->Arg(kOrders)->Arg(2 * kOrders)->Unit(benchmark::kMicrosecond);

void BM_ReadDecimal(benchmark::State& state) {
  constexpr std::string_view kAmounts[] = {"12.99", "0.5", "1249.00", "7", "104.3"};
  for (auto _ : state)
    for (const std::string_view amount : kAmounts)
      benchmark::DoNotOptimize(order_transform::parse_exact(amount, 2, order_transform::Exponent::kRefused));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * std::size(kAmounts)));
}
BENCHMARK(BM_ReadDecimal);

void BM_ReadEpochTime(benchmark::State& state) {
  constexpr std::string_view kTime = "1762848000123";
  for (auto _ : state)
    benchmark::DoNotOptimize(order_transform::parse_exact(kTime, 0, order_transform::Exponent::kAllowed));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_ReadEpochTime);

void BM_ReadIsoTime(benchmark::State& state) {
  constexpr std::string_view kTime = "2025-11-11T08:00:00.123Z";
  for (auto _ : state) benchmark::DoNotOptimize(order_transform::parse_iso_time(kTime));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_ReadIsoTime);

}  // namespace
}  // namespace cnx::bench
