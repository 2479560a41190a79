// SPDX-License-Identifier: Apache-2.0
//
// How many orders a second one thread transforms, and what a record allocates.
//   order_transform_bench --benchmark_format=json
#include <benchmark/benchmark.h>

#include <vector>

#include "allocation_count_test_support.h"
#include "cnx/component.hpp"
#include "order_corpus_test_support.h"
#include "order_transform.h"

namespace cnx::order_transform {
namespace {

constexpr std::size_t kOrders = 1000;  // a batch as large as the sink's default

std::vector<std::string> orders_of(std::size_t lines) {
  test::OrderCorpus corpus(1);
  std::vector<std::string> payloads;
  for (std::size_t i = 0; i < kOrders; ++i) payloads.push_back(corpus.order(lines).dump());
  return payloads;
}

cnx_batch as_batch(const std::vector<std::string>& payloads, std::vector<cnx_record>& records,
                   std::vector<std::uint32_t>& origins) {
  for (const auto& payload : payloads) {
    cnx_record record{};
    record.value = str(payload);
    origins.push_back(static_cast<std::uint32_t>(records.size()));
    records.push_back(record);
  }
  cnx_batch batch{};
  batch.struct_size = sizeof batch;
  batch.kind = CNX_RECORDS;
  batch.count = records.size();
  batch.origin = origins.data();
  batch.record_stride = sizeof(cnx_record);
  batch.records = records.data();
  return batch;
}

void BM_Flatten(benchmark::State& state) {
  const auto payloads = orders_of(static_cast<std::size_t>(state.range(0)));
  std::vector<cnx_record> records;
  std::vector<std::uint32_t> origins;
  const cnx_batch batch = as_batch(payloads, records, origins);
  std::size_t bytes = 0;
  for (const auto& payload : payloads) bytes += payload.size();

  OrderTransform transform{Options{}};
  std::uint64_t rejected = 0;
  cnx_output sink{};
  sink.struct_size = sizeof sink;
  sink.ctx = &rejected;
  sink.emit = [](void*, cnx_batch* rows) { rows->release(rows); };
  sink.reject = [](void* ctx, std::uint32_t, cnx_str, cnx_str, cnx_str, std::int64_t) {
    ++*static_cast<std::uint64_t*>(ctx);
  };
  Output out(sink);
  const auto apply = [&] {
    if (!transform.apply(BatchView(batch), out).ok() || rejected != 0) state.SkipWithError("a good order was refused");
  };
  apply();
  const std::size_t allocations = test::allocation_count();
  for (auto _ : state) apply();
  const auto orders = static_cast<double>(state.iterations()) * kOrders;
  state.counters["orders/s"] = benchmark::Counter(orders, benchmark::Counter::kIsRate);
  state.counters["allocations/order"] = static_cast<double>(test::allocation_count() - allocations) / orders;
  state.counters["bytes/order"] = static_cast<double>(bytes) / kOrders;
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
}
BENCHMARK(BM_Flatten)->ArgName("lines")->Arg(1)->Arg(2)->Arg(10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace cnx::order_transform

BENCHMARK_MAIN();
