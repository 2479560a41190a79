// SPDX-License-Identifier: Apache-2.0
#include "dlq/replay_target.h"

namespace cnx::host::dlq {
Result<std::optional<runtime::ClaimedPosition>> ReplayTarget::look(const kafka::TopicPartition&) {
  return std::optional<runtime::ClaimedPosition>{};
}

Result<runtime::ClaimedPosition> ReplayTarget::claim(const kafka::TopicPartition&, std::int64_t) {
  return fatal_error("a replay claims no partitions");
}

// Offsets prove nothing here; the marks have told already (outcome).
Result<std::vector<runtime::Loss>> ReplayTarget::verify(std::span<const runtime::OffsetStep> held) {
  std::vector<runtime::Loss> losses;
  for (std::size_t i = 0; i < held.size(); ++i) losses.push_back({i, "a replay holds no offsets"});
  return losses;
}

void ReplayTarget::choose_marks() {
  marks_.clear();
  for (std::size_t i = 0; i < letters_->size(); ++i) {
    if (batch_->fates[i] == runtime::Fate::kDead) continue;
    const LetterId& id = (*letters_)[i]->id;
    marks_.push_back({std::string(id.topic), id.partition, id.offset, id.timestamp_ms, plugin::MarkState::kDead});
  }
}

Status ReplayTarget::begin(std::span<const runtime::OffsetStep> steps) {
  choose_marks();
  std::vector<plugin::MarkPosition> positions;
  for (const runtime::OffsetStep& step : steps) positions.push_back({step.topic, step.partition, false, 0});
  CNX_TRY(sink_.marks()->begin_replay(positions));
  Status fit = check_(positions);
  if (fit.ok()) fit = sink_.marks()->redeem(replay_, marks_);
  if (!fit.ok()) abort();
  return fit;
}

Status ReplayTarget::write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                           std::vector<runtime::RejectedRow>& rejects) {
  return rows.empty() ? sink_.write(batch, rejects) : sink_.write(batch, rows, rejects);
}

Status ReplayTarget::commit(bool& unknown) {
  if (!dry_run_) return sink_.offsets()->commit(unknown);
  abort();
  return {};
}

Result<runtime::Outcome> ReplayTarget::outcome(std::span<const runtime::OffsetStep>) {
  return sink_.marks()->outcome(replay_, marks_);
}

// Nothing to write: all were filtered, which spends their marks too, or failed again.
Status ReplayTarget::advance(std::span<const runtime::OffsetStep> steps) {
  choose_marks();
  if (marks_.empty()) return {};
  CNX_TRY(begin(steps));
  bool unknown = false;
  Status committed = commit(unknown);
  if (!committed.ok() && !unknown) abort();
  return committed;
}

}  // namespace cnx::host::dlq
