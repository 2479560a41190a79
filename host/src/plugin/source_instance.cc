// SPDX-License-Identifier: Apache-2.0
#include "plugin/source_instance.h"

#include <utility>
#include <vector>

#include "cnx/abi/ext/source_ahead.h"
#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

// What its maker's tables take at least, whatever is in them; about.
constexpr std::size_t kEachBatchBytes = 1024;

std::vector<cnx_position> to_abi(const std::vector<Position>& positions) {
  std::vector<cnx_position> raw;
  raw.reserve(positions.size());
  for (const Position& p : positions)
    raw.push_back({str(p.key), borrow(p.value), p.range_id.empty() ? absent() : str(p.range_id)});
  return raw;
}

std::vector<cnx_range> to_abi(const std::vector<KnownRange>& ranges) {
  std::vector<cnx_range> raw;
  raw.reserve(ranges.size());
  for (const KnownRange& r : ranges) raw.push_back({str(r.id), r.state, 0, r.updated_ms});
  return raw;
}

Status check(const cnx_source_batch& polled) {
  if (polled.records == nullptr) {
    if (polled.position_count == 0) return {};
    return fatal_error("gave positions without a batch that owns them");
  }
  if (Status batch = check_batch(*polled.records, CNX_RECORDS); !batch.ok()) return std::move(batch).error().in("gave");
  if (polled.position_count > 0 && polled.positions == nullptr)
    return fatal_error("gave a position_count without positions");
  if (polled.position_count > 0 && polled.position_stride < kLeastBytes<cnx_position>) {
    return fatal_error("gave a position_stride smaller than a position");
  }
  return {};
}

}  // namespace

PolledBatch::PositionView PolledBatch::position(std::uint64_t i) const {
  const auto* at = reinterpret_cast<const char*>(table_.positions) + i * table_.position_stride;
  const auto& raw = *reinterpret_cast<const cnx_position*>(at);
  return {view(raw.key), is_absent(raw.value) ? std::nullopt : std::optional(view(raw.value))};
}

std::size_t PolledBatch::bytes() const {
  if (!owned_) return 0;
  std::size_t bytes = kEachBatchBytes + bytes_of(owned_.raw()) + position_count() * table_.position_stride;
  for (std::uint64_t i = 0; i < position_count(); ++i) {
    const PositionView p = position(i);
    bytes += p.key.size() + p.value.value_or("").size();
  }
  return bytes;
}

Result<std::unique_ptr<SourceInstance>> SourceInstance::create(const Component& component, const HostContext& host,
                                                               const ConfigValues& config) {
  const auto& table = *static_cast<const cnx_source*>(component.raw->table);
  CallError error;
  void* self = nullptr;
  const cnx_status status = table.create(host.table(), ConfigArgument(config).get(), &self, error.slot());
  CNX_TRY(error.status(status, component, "create"));
  if (self == nullptr) return broken_contract(component, "create", "succeeded without an instance");
  return std::unique_ptr<SourceInstance>(new SourceInstance(component, table, self));
}

SourceInstance::~SourceInstance() {
  stop();
  table_.destroy(self_);
}

Result<SourcePlan> SourceInstance::start(const SourceStart& from) {
  const auto positions = to_abi(from.positions);
  const auto ranges = to_abi(from.ranges);
  cnx_source_start raw{};
  raw.struct_size = sizeof raw;
  raw.position_stride = sizeof(cnx_position);
  raw.position_count = positions.size();
  raw.positions = positions.data();
  raw.range_stride = sizeof(cnx_range);
  raw.again = from.again ? 1 : 0;
  raw.range_count = ranges.size();
  raw.ranges = ranges.data();

  cnx_source_plan plan{};
  plan.struct_size = sizeof plan;
  started_ = true;  // also when it fails: what it opened has to be closed
  CallError error;
  CNX_TRY(error.status(table_.start(self_, &raw, &plan, error.slot()), component_, "start"));
  SourcePlan made{plan.bounded != 0, std::string(view(plan.range_id)), std::string(view(plan.title))};
  if (made.bounded && made.range_id.empty())
    return broken_contract(component_, "start", "named no range of its bounded plan");
  return made;
}

Result<PolledBatch> SourceInstance::poll(std::int64_t deadline_ns) {
  PolledBatch polled;
  polled.table_.struct_size = sizeof polled.table_;
  CallError error;
  const cnx_status status = table_.poll(self_, deadline_ns, &polled.table_, error.slot());
  if (status != CNX_OK && status != CNX_END) {
    polled.table_ = {};
    CNX_TRY(error.status(status, component_, "poll"));
  }
  if (Status good = check(polled.table_); !good.ok()) {
    if (polled.table_.records != nullptr) polled.owned_ = OwnedBatch(polled.table_.records);
    return broken_contract(component_, "poll", good.error().message);
  }
  polled.owned_ = OwnedBatch(polled.table_.records);
  polled.end_ = status == CNX_END;
  return polled;
}

void SourceInstance::acked() { table_.acked(self_); }

bool SourceInstance::polls_ahead() const { return component_.has(CNX_EXT_SOURCE_AHEAD); }

void SourceInstance::cancel() { table_.cancel(self_); }

void SourceInstance::stop() {
  if (std::exchange(started_, false)) table_.stop(self_);
}

}  // namespace cnx::host::plugin
