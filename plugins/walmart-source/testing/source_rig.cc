// SPDX-License-Identifier: Apache-2.0
#include "testing/source_rig.h"

#include "range.h"

#include <algorithm>

namespace walmart::testing {

std::vector<SentRecord> take_records(cnx::RecordBatch&& batch, std::map<std::string, std::string>& positions) {
  cnx_source_batch raw{};
  raw.struct_size = sizeof raw;
  cnx::RecordBatch::hand_over(std::move(batch), raw);
  std::vector<SentRecord> records;
  if (raw.records == nullptr) return records;
  const cnx::BatchView view(*raw.records);
  for (std::uint64_t i = 0; i < view.size(); ++i) {
    const cnx_record& record = view.record(i);
    const auto key = cnx::is_absent(record.key) ? std::nullopt : std::optional<std::string>(cnx::view(record.key));
    records.push_back({key, std::string(cnx::view(record.value))});
  }
  for (std::uint64_t i = 0; i < raw.position_count; ++i)
    positions[std::string(cnx::view(raw.positions[i].key))] = cnx::view(raw.positions[i].value);
  raw.records->release(raw.records);
  return records;
}

SourceRig::SourceRig(std::initializer_list<cnx::testing::Pairs::value_type> pairs) {
  cnx::testing::Pairs all = {{"topic", "walmart_order_raw"},
                             {"accounts.eForCity.client.id", "id"},
                             {"accounts.eForCity.client.secret", "secret"},
                             {"ship.node.type", "SellerFulfilled"}};
  for (const auto& [name, value] : pairs) {
    std::erase_if(all, [&](const auto& pair) { return pair.first == name; });
    all.emplace_back(name, value);
  }
  config = cnx::testing::config_of<WalmartSource>(std::move(all));
  // A range of hours ends a settling time before now: at kNow, a full hour.
  const bool of_hours = config.has("hours");
  host.set_now_us((kNow + (of_hours ? kSettleSeconds : 0)) * 1'000'000);
}

cnx::Result<cnx::SourcePlan> SourceRig::start(bool again) {
  CNX_ASSIGN(Settings settings, read_settings(config));
  source = std::make_unique<WalmartSource>(host.host(), std::move(settings), walmart.transport(), proven);
  cnx::SourceStart from;
  from.again = again;
  from.ranges = ranges;
  for (const auto& [key, value] : positions) {
    from.positions.push_back({key, value});
    from.positions.back().range_id = range_id;
  }
  CNX_ASSIGN(cnx::SourcePlan plan, source->start(from));
  if (plan.bounded && plan.range_id != range_id) {
    range_id = plan.range_id;
    positions.clear();
  }
  if (plan.bounded && std::none_of(ranges.begin(), ranges.end(), [&](const auto& r) { return r.id == range_id; }))
    mark(CNX_RANGE_FETCHING);
  return plan;
}

cnx::Result<bool> SourceRig::poll(std::int64_t wait_ms, bool lose) {
  cnx::RecordBatch batch;
  CNX_ASSIGN(const bool more, source->poll(host.monotonic_ns() + wait_ms * 1'000'000, batch));
  largest_batch = std::max(largest_batch, batch.size());
  if (lose) return more;
  std::vector<SentRecord> records = take_records(std::move(batch), positions);
  sent.insert(sent.end(), records.begin(), records.end());
  source->acked();
  return more;
}

cnx::Status SourceRig::run(int most) {
  for (int i = 0; i < most; ++i) {
    CNX_ASSIGN(const bool more, poll());
    if (!more) return {};
  }
  return cnx::fatal_error("the source has no end");
}

void SourceRig::mark(cnx_range_state state) {
  std::erase_if(ranges, [&](const auto& range) { return range.id == range_id; });
  ranges.push_back({range_id, state, host.now_us() / 1000});
  if (state == CNX_RANGE_DONE) positions.clear();
}

}  // namespace walmart::testing
