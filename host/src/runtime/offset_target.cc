// SPDX-License-Identifier: Apache-2.0
#include "runtime/offset_target.h"

#include <fmt/format.h>

namespace cnx::host::runtime {
namespace {

ClaimedPosition position_of(const plugin::OffsetRow& row) {
  return {row.next_offset,
          row.epoch,
          row.present,
          row.last_offset,
          row.last_timestamp_ms,
          row.topic_id.value_or(""),
          row.cluster_id.value_or(""),
          row.owner,
          row.group};
}

std::optional<std::string> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

Status write_chosen(plugin::SinkInstance& sink, const cnx_batch& batch, std::span<const std::uint32_t> rows,
                    std::vector<RejectedRow>& rejects) {
  return rows.empty() ? sink.write(batch, rejects) : sink.write(batch, rows, rejects);
}

}  // namespace

OffsetTarget::OffsetTarget(plugin::SinkInstance& sink, ClaimIdentity identity)
    : sink_(sink),
      identity_(std::move(identity)),
      claimant_{identity_.owner, identity_.group, std::nullopt, known(identity_.cluster_id), identity_.host_version} {}

Result<std::optional<ClaimedPosition>> OffsetTarget::look(const kafka::TopicPartition& at) {
  std::vector<plugin::OffsetRow> rows(1);
  rows[0].topic = at.topic;
  rows[0].partition = at.partition;
  CNX_TRY(sink_.offsets()->read(rows));
  if (!rows[0].present) return std::optional<ClaimedPosition>{};
  return std::optional<ClaimedPosition>(position_of(rows[0]));
}

Result<ClaimedPosition> OffsetTarget::claim(const kafka::TopicPartition& at, std::int64_t earliest) {
  plugin::Claimant claimant = claimant_;
  if (const auto id = identity_.topic_ids.find(at.topic); id != identity_.topic_ids.end())
    claimant.topic_id = known(id->second);
  std::vector<plugin::OffsetRow> rows(1);
  rows[0].topic = at.topic;
  rows[0].partition = at.partition;
  rows[0].next_offset = earliest;
  CNX_TRY(sink_.offsets()->claim(claimant, rows));
  ClaimedPosition position = position_of(rows[0]);
  position.again = position.owner == identity_.owner;
  return position;
}

Result<std::vector<Loss>> OffsetTarget::verify(std::span<const OffsetStep> held) {
  std::vector<plugin::OffsetRow> rows;
  for (const auto& step : held) {
    plugin::OffsetRow row;
    row.topic = step.topic;
    row.partition = step.partition;
    rows.push_back(std::move(row));
  }
  CNX_TRY(sink_.offsets()->read(rows));
  std::vector<Loss> losses;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::string reason = moved(rows[i], held[i]); !reason.empty()) losses.push_back({i, std::move(reason)});
  }
  return losses;
}

std::string OffsetTarget::moved(const plugin::OffsetRow& row, const OffsetStep& left) const {
  const std::string at = fmt::format("{}[{}]", row.topic, row.partition);
  if (!row.present) return fmt::format("the stored offset of {} is gone (it was {})", at, left.old_offset);
  const bool ours = row.epoch == left.epoch && row.owner == identity_.owner;
  if (ours && row.next_offset == left.old_offset) return "";
  if (ours)
    return fmt::format("the stored offset of {} is {}, though we left it at {}", at, row.next_offset, left.old_offset);
  if (row.owner.empty())
    return fmt::format("the offset of {} was set to {} by `offsets reset` (epoch {})", at, row.next_offset, row.epoch);
  return fmt::format("{} now belongs to '{}' of group '{}' (epoch {}, next offset {}; ours: epoch {}, {})", at,
                     row.owner, row.group, row.epoch, row.next_offset, left.epoch, left.old_offset);
}

Status OffsetTarget::begin(std::span<const OffsetStep> steps) { return sink_.offsets()->begin(claimant_, steps); }

Status OffsetTarget::write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                           std::vector<RejectedRow>& rejects) {
  return write_chosen(sink_, batch, rows, rejects);
}

Result<Outcome> OffsetTarget::outcome(std::span<const OffsetStep> steps) {
  return sink_.offsets()->outcome(claimant_, steps);
}

Status OffsetTarget::advance(std::span<const OffsetStep> steps) { return sink_.offsets()->advance(claimant_, steps); }

Result<std::optional<ClaimedPosition>> PlainTarget::look(const kafka::TopicPartition& at) {
  CNX_ASSIGN(const std::optional<std::int64_t> committed, offsets_.committed(at));
  if (!committed) return std::optional<ClaimedPosition>{};
  ClaimedPosition position;
  position.next_offset = *committed;
  position.existed = true;
  return std::optional<ClaimedPosition>(position);
}

Result<ClaimedPosition> PlainTarget::claim(const kafka::TopicPartition& at, std::int64_t earliest) {
  CNX_ASSIGN(std::optional<ClaimedPosition> position, look(at));
  if (position) return *position;
  ClaimedPosition fresh;
  fresh.next_offset = earliest;
  return fresh;
}

Status PlainTarget::write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                          std::vector<RejectedRow>& rejects) {
  return write_chosen(sink_, batch, rows, rejects);
}

}  // namespace cnx::host::runtime
