// SPDX-License-Identifier: Apache-2.0
//
// Rows → parameters of statements: what the writer's thread does before anything is sent.
#include <benchmark/benchmark.h>

#include "micro/sink_path.h"
#include "offset_store.h"
#include "sql_text.h"
#include "test_new.h"

namespace cnx::bench {
namespace {

constexpr std::size_t kOrders = 1000;

/// The rows of a batch of orders.
class Rows {
 public:
  Rows() { chain_.apply(batch_, records_); }
  [[nodiscard]] BatchView view() const { return BatchView(*batch_.outputs.front()); }

 private:
  const OrderRecords records_{kOrders};
  OrderChain chain_;
  host::runtime::SealedBatch batch_;
};

void count_rows(benchmark::State& state, const BatchView& rows, std::size_t allocations) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * rows.size()));
  state.counters["allocations/batch"] = static_cast<double>(allocations) / static_cast<double>(state.iterations());
}

template <class Step>
void measure(benchmark::State& state, const Step& step) {
  const Rows rows;
  RowBinder binder;
  binder.sort(rows.view());
  step(binder, rows.view());  // buffers grow
  const std::size_t before = cnx::testing::new_count();
  for (auto _ : state) step(binder, rows.view());
  count_rows(state, rows.view(), cnx::testing::new_count() - before);
}

void BM_SortRows(benchmark::State& state) {
  measure(state, [](RowBinder& binder, const BatchView& rows) { benchmark::DoNotOptimize(binder.sort(rows).data()); });
}
BENCHMARK(BM_SortRows)->Unit(benchmark::kMicrosecond);

void BM_CheckRows(benchmark::State& state) {
  measure(state, [](RowBinder& binder, const BatchView& rows) { benchmark::DoNotOptimize(binder.check(rows)); });
}
BENCHMARK(BM_CheckRows)->Unit(benchmark::kMicrosecond);

void BM_BindRows(benchmark::State& state) {
  measure(state, [](RowBinder& binder, const BatchView& rows) { benchmark::DoNotOptimize(binder.bind(rows)); });
}
BENCHMARK(BM_BindRows)->Unit(benchmark::kMicrosecond);

void BM_WriteDecimal(benchmark::State& state) {
  char out[mysql::kValueWidth];
  std::int64_t cents = 0;
  for (auto _ : state) benchmark::DoNotOptimize(mysql::format_value(out, CNX_DECIMAL, 2, cents += 12'345));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_WriteDecimal);

// Of one column: most rows of a batch fall on few days.
void BM_WriteTimestamp(benchmark::State& state) {
  char out[mysql::kValueWidth];
  mysql::ValueFormatter formatter(CNX_TIMESTAMP, 0);
  std::int64_t micros = 1'762'848'000'000'000;
  for (auto _ : state) benchmark::DoNotOptimize(formatter.format(out, micros += 1'000'000));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_WriteTimestamp);

void BM_GuardText(benchmark::State& state) {
  cnx_claimant claimant{str("etl-1/0123abcd"), str("connect-host-orders"), absent(), absent(), str("0.1.0")};
  cnx_offset_step step{str("walmart_order_raw"), 1, 0, 7, 1000, 2000, 1999, 1'762'848'000'123};
  for (auto _ : state)
    benchmark::DoNotOptimize(mysql::guard_statement("`ods`.`connect_offsets`", "walmart-orders-mysql", claimant, step));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_GuardText);

}  // namespace
}  // namespace cnx::bench
