// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_transactions.h"

#include <algorithm>

#include "base/fault_points.h"
#include "runtime/transaction_retry.h"

namespace cnx::host::runtime {

SourceTransactions::SourceTransactions(SourceTransactionsContext context, kafka::TransactionalProducer& producer,
                                       PositionStore& store, std::int32_t partition)
    : context_(std::move(context)), producer_(producer), store_(store), partition_(partition) {}

Status SourceTransactions::retrying(const char* what, const std::function<Status()>& transaction) {
  return retry_transaction(what, context_.plan, producer_, context_.status, context_.turn, transaction);
}

Status SourceTransactions::commit(std::span<const plugin::PolledBatch> batches, RangeRecord* range) {
  const std::int64_t began_ns = context_.clock.monotonic_ns();
  std::uint64_t records = 0;
  Positions positions;
  for (const plugin::PolledBatch& batch : batches) {
    records += batch.record_count();
    for (std::uint64_t i = 0; i < batch.position_count(); ++i) {
      const auto position = batch.position(i);
      positions[position.key] = position.value;
    }
  }
  CNX_TRY(retrying("sending to Kafka", [&] { return commit_once(batches, records, positions, range); }));
  for (const auto& [key, value] : positions)
    store_.put_position(range != nullptr ? range->id : "",
                        {std::string(key), value ? std::optional<std::string>(*value) : std::nullopt, {}});
  context_.status.count([&](TaskCounts& c) {
    c.sent += records;
    ++c.batches;
    c.batch_ms.add((context_.clock.monotonic_ns() - began_ns) / 1'000'000);
    c.batch_records.add(records);
  });
  return {};
}

Status SourceTransactions::commit_once(std::span<const plugin::PolledBatch> batches, std::uint64_t count,
                                       const Positions& held, RangeRecord* range) {
  CNX_TRY(producer_.begin());
  std::vector<cnx_record> records;
  records.reserve(count);
  for (const plugin::PolledBatch& batch : batches)
    for (std::uint64_t i = 0; i < batch.record_count(); ++i) records.push_back(batch.record(i));
  CNX_TRY(faults::around("source.produce", [&] { return producer_.produce(records); }));
  Records positions;
  for (const auto& [key, value] : held)
    positions.emplace_back(position_key(store_.scope(), range != nullptr ? range->id : "", key),
                           value ? std::optional<std::string>(*value) : std::nullopt);
  std::optional<RangeRecord> moved;
  if (range != nullptr && !records.empty()) {
    moved = *range;
    // The delivery reports must be in before the range record that tells of them.
    CNX_TRY(producer_.flush());
    for (const auto& written : producer_.delivered()) {
      std::int64_t& end = moved->end_offsets[written.at];
      end = std::max(end, written.offset + 1);
    }
    moved->updated_ms = context_.clock.now_ms();
    positions.emplace_back(range_key(store_.scope(), moved->id), encode_range(*moved));
  }
  CNX_TRY(produce_positions(positions));
  if (auto written = producer_.commit(); !written.ok()) return std::move(written).error();
  if (moved) *range = std::move(*moved);
  return {};
}

Status SourceTransactions::produce_positions(const Records& records) {
  std::vector<cnx_record> out;
  for (const auto& [key, value] : records) {
    cnx_record record{};
    record.topic = str(context_.job.worker.offsets_topic);
    record.partition = partition_;
    record.offset = -1;
    record.timestamp_ms = -1;
    record.key = str(key);
    record.value = value ? str(*value) : absent();
    out.push_back(record);
  }
  return faults::around("source.position", [&] { return producer_.produce(out); });
}

Status SourceTransactions::commit_range(RangeRecord record, RangeRecord& range) {
  record.updated_ms = context_.clock.now_ms();
  const bool done = record.state == CNX_RANGE_DONE;
  Records records;
  if (done)
    for (auto& key : store_.position_keys_of(record.id)) records.emplace_back(std::move(key), std::nullopt);
  records.emplace_back(range_key(store_.scope(), record.id), encode_range(record));
  const auto transaction = [&]() -> Status {
    CNX_TRY(producer_.begin());
    CNX_TRY(produce_positions(records));
    if (auto written = producer_.commit(); !written.ok()) return std::move(written).error();
    return {};
  };
  CNX_TRY(retrying("writing the state of the range", transaction));
  if (done) store_.forget_positions_of(record.id);
  range = record;
  store_.put_range(std::move(record));
  return {};
}

}  // namespace cnx::host::runtime
