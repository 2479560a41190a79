// SPDX-License-Identifier: Apache-2.0
#include "plugin/offset_sink_instance.h"

#include <fmt/format.h>

#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

cnx_claimant to_abi(const Claimant& claimant) {
  return {str(claimant.owner), str(claimant.group), borrow(claimant.topic_id), borrow(claimant.cluster_id),
          str(claimant.host_version)};
}

cnx_offset_row to_abi(const OffsetRow& row) {
  cnx_offset_row raw{};
  raw.topic = str(row.topic);
  raw.partition = row.partition;
  raw.present = row.present ? 1 : 0;
  raw.next_offset = row.next_offset;
  raw.epoch = row.epoch;
  raw.last_offset = row.last_offset;
  raw.last_timestamp_ms = row.last_timestamp_ms;
  raw.owner = str(row.owner);
  raw.group = str(row.group);
  raw.topic_id = borrow(row.topic_id);
  raw.cluster_id = borrow(row.cluster_id);
  raw.host_version = str(row.host_version);
  return raw;
}

OffsetRow from_abi(const cnx_offset_row& raw) {
  OffsetRow row;
  row.topic = view(raw.topic);
  row.partition = raw.partition;
  row.present = raw.present != 0;
  row.next_offset = raw.next_offset;
  row.epoch = raw.epoch;
  row.last_offset = raw.last_offset;
  row.last_timestamp_ms = raw.last_timestamp_ms;
  row.owner = view(raw.owner);
  row.group = view(raw.group);
  row.topic_id = optional_text(raw.topic_id);
  row.cluster_id = optional_text(raw.cluster_id);
  row.host_version = view(raw.host_version);
  return row;
}

std::vector<cnx_offset_row> to_abi(std::span<const OffsetRow> rows) {
  std::vector<cnx_offset_row> raw;
  raw.reserve(rows.size());
  for (const OffsetRow& row : rows) raw.push_back(to_abi(row));
  return raw;
}

std::vector<cnx_offset_step> to_abi(std::span<const OffsetStep> steps) {
  std::vector<cnx_offset_step> raw;
  raw.reserve(steps.size());
  for (const OffsetStep& step : steps) {
    raw.push_back({str(step.topic), step.partition, 0, step.epoch, step.old_offset, step.new_offset, step.last_offset,
                   step.last_timestamp_ms});
  }
  return raw;
}

/// Copies the answers in `raw` into `rows`. The sink may not answer about another partition than it was asked about.
Status take_answers(const std::vector<cnx_offset_row>& raw, std::vector<OffsetRow>& rows, const Component& component,
                    const char* call) {
  std::vector<OffsetRow> taken;
  taken.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    taken.push_back(from_abi(raw[i]));
    if (taken[i].topic != rows[i].topic || taken[i].partition != rows[i].partition) {
      return broken_contract(component, call,
                             fmt::format("answered about {}-{} when it was asked about {}-{}", taken[i].topic,
                                         taken[i].partition, rows[i].topic, rows[i].partition));
    }
  }
  rows = std::move(taken);
  return {};
}

}  // namespace

Status OffsetSinkInstance::claim(const Claimant& claimant, std::vector<OffsetRow>& rows) {
  const cnx_claimant who = to_abi(claimant);
  std::vector<cnx_offset_row> raw = to_abi(std::span<const OffsetRow>(rows));
  CallError error;
  CNX_TRY(error.status(table_->claim(self_, &who, raw.data(), raw.size(), error.slot()), *component_, "claim"));
  return take_answers(raw, rows, *component_, "claim");
}

Status OffsetSinkInstance::begin(const Claimant& claimant, std::span<const OffsetStep> steps) {
  const cnx_claimant who = to_abi(claimant);
  const auto raw = to_abi(steps);
  CallError error;
  return error.status(table_->begin(self_, &who, raw.data(), raw.size(), error.slot()), *component_, "begin");
}

Status OffsetSinkInstance::commit(bool& unknown) {
  std::int32_t lost = 0;
  CallError error;
  Status status = error.status(table_->commit(self_, &lost, error.slot()), *component_, "commit");
  unknown = lost != 0;
  if (status.ok() && unknown) {
    return broken_contract(*component_, "commit", "returned OK and an unknown outcome at once");
  }
  return status;
}

void OffsetSinkInstance::abort() { table_->abort(self_); }

Result<Outcome> OffsetSinkInstance::outcome(const Claimant& claimant, std::span<const OffsetStep> steps) {
  const cnx_claimant who = to_abi(claimant);
  const auto raw = to_abi(steps);
  cnx_outcome outcome = 0;
  CallError error;
  CNX_TRY(error.status(table_->outcome(self_, &who, raw.data(), raw.size(), &outcome, error.slot()), *component_,
                       "outcome"));
  if (outcome < CNX_COMMITTED || outcome > CNX_OUTCOME_FENCED) {
    return broken_contract(*component_, "outcome", fmt::format("answered {}, which is no outcome", outcome));
  }
  return static_cast<Outcome>(outcome);
}

Status OffsetSinkInstance::advance(const Claimant& claimant, std::span<const OffsetStep> steps) {
  const cnx_claimant who = to_abi(claimant);
  const auto raw = to_abi(steps);
  CallError error;
  return error.status(table_->advance(self_, &who, raw.data(), raw.size(), error.slot()), *component_, "advance");
}

Status OffsetSinkInstance::read(std::vector<OffsetRow>& rows) {
  if (rows.empty()) return {};  // a count of 0 would mean: all rows
  std::vector<cnx_offset_row> raw = to_abi(std::span<const OffsetRow>(rows));
  CallError error;
  const cnx_status status = table_->read(self_, raw.data(), raw.size(), nullptr, nullptr, error.slot());
  CNX_TRY(error.status(status, *component_, "read"));
  return take_answers(raw, rows, *component_, "read");
}

Result<std::vector<OffsetRow>> OffsetSinkInstance::read_all() {
  struct Collected {
    std::vector<OffsetRow> rows;
    bool lost = false;
  } collected;
  CallError error;
  const cnx_status status = table_->read(
      self_, nullptr, 0, &collected,
      [](void* ctx, const cnx_offset_row* row) {
        auto& me = *static_cast<Collected*>(ctx);
        callback(me.lost, [&] { me.rows.push_back(from_abi(*row)); });
      },
      error.slot());
  CNX_TRY(error.status(status, *component_, "read"));
  if (collected.lost) return fatal_error("out of memory while taking the offsets of " + component_->described());
  return std::move(collected.rows);
}

Status OffsetSinkInstance::reset(std::span<const OffsetRow> rows) {
  const auto raw = to_abi(rows);
  CallError error;
  return error.status(table_->reset(self_, raw.data(), raw.size(), error.slot()), *component_, "reset");
}

}  // namespace cnx::host::plugin
