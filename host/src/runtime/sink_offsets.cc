// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_offsets.h"

#include <fmt/format.h>

#include <algorithm>

namespace cnx::host::runtime {
namespace {

plugin::HostServices services_of(const ConnectorPlan& plan, const Clock& clock, StopToken stop) {
  plugin::HostServices services;
  services.connector = plan.name();
  services.clock = &clock;
  services.stop = std::move(stop);
  return services;
}

}  // namespace

SinkOffsets::SinkOffsets(const Job& job, const ConnectorPlan& plan, kafka::Admin& admin, const Clock& clock,
                         StopToken stop)
    : group_(consumer_group(job, plan)), admin_(admin), host_(services_of(plan, clock, std::move(stop))) {}

Result<std::unique_ptr<SinkOffsets>> SinkOffsets::open(const Job& job, const ConnectorPlan& plan, kafka::Admin& admin,
                                                       const Clock& clock, StopToken stop) {
  std::unique_ptr<SinkOffsets> made(new SinkOffsets(job, plan, admin, clock, std::move(stop)));
  CNX_ASSIGN(made->sink_, plugin::SinkInstance::create(*plan.component, made->host_, plan.values));
  if (made->in_target()) CNX_TRY(made->sink_->start());
  return made;
}

Result<std::vector<SinkPosition>> SinkOffsets::stored() {
  std::vector<SinkPosition> positions;
  if (in_target()) {
    CNX_ASSIGN(std::vector<plugin::OffsetRow> rows, sink_->offsets()->read_all());
    for (plugin::OffsetRow& row : rows) {
      positions.push_back({{std::move(row.topic), row.partition},
                           row.next_offset,
                           std::nullopt,
                           row.epoch,
                           std::move(row.owner),
                           row.last_timestamp_ms});
    }
    return positions;
  }
  CNX_ASSIGN(const std::vector<kafka::PartitionOffset> committed, admin_.committed_offsets(group_));
  for (const kafka::PartitionOffset& offset : committed) {
    SinkPosition position;
    position.at = offset.at;
    position.next_offset = offset.offset;
    position.owner = group_;
    positions.push_back(std::move(position));
  }
  return positions;
}

Result<SinkListing> SinkOffsets::list() {
  SinkListing listing;
  CNX_ASSIGN(listing.positions, stored());
  std::ranges::sort(listing.positions, {}, &SinkPosition::at);
  for (SinkPosition& position : listing.positions) {
    auto log = admin_.watermarks(position.at);
    if (log.ok()) {
      position.end_offset = log->high;
      continue;
    }
    listing.end_unknown = std::move(log).error();
    // Nobody answers: every further partition would wait its time out.
    if (listing.end_unknown->action == Action::kRetry) break;
  }
  return listing;
}

Status SinkOffsets::reset(const std::vector<kafka::PartitionOffset>& to, std::string& note) {
  if (in_target()) {
    std::vector<plugin::OffsetRow> rows;
    for (const kafka::PartitionOffset& offset : to) {
      plugin::OffsetRow row;
      row.topic = offset.at.topic;
      row.partition = offset.at.partition;
      row.next_offset = offset.offset;
      rows.push_back(std::move(row));
    }
    CNX_TRY(sink_->offsets()->reset(rows));
  }
  const Status hint = admin_.set_committed_offsets(group_, to);
  if (hint.ok() || !in_target()) return hint;
  // Only a hint for tools: the target's own offsets rule.
  note = fmt::format("the offsets that tools see in group {} follow with the next commit ({})", group_,
                     hint.error().message);
  return {};
}

}  // namespace cnx::host::runtime
