// SPDX-License-Identifier: Apache-2.0
#include "plugin/mark_sink_instance.h"

#include <fmt/format.h>

#include "plugin/call.h"

namespace cnx::host::plugin {
namespace {

std::vector<cnx_mark> to_abi(std::span<const Mark> marks) {
  std::vector<cnx_mark> raw;
  raw.reserve(marks.size());
  for (const Mark& mark : marks)
    raw.push_back(
        {str(mark.topic), mark.partition, static_cast<cnx_mark_state>(mark.state), mark.offset, mark.timestamp_ms});
  return raw;
}

}  // namespace

Status MarkSinkInstance::bury(std::span<const Mark> marks) {
  const auto raw = to_abi(marks);
  CallError error;
  return error.status(table_->bury(self_, raw.data(), raw.size(), error.slot()), *component_, "bury");
}

Status MarkSinkInstance::begin_replay(std::vector<MarkPosition>& positions) {
  std::vector<cnx_mark_position> raw;
  for (const MarkPosition& position : positions) raw.push_back({str(position.topic), position.partition, 0, 0});
  CallError error;
  CNX_TRY(error.status(table_->begin_replay(self_, raw.data(), raw.size(), error.slot()), *component_, "begin_replay"));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    positions[i].present = raw[i].present != 0;
    positions[i].next_offset = raw[i].next_offset;
  }
  return {};
}

Status MarkSinkInstance::redeem(const std::string& replay, std::span<const Mark> marks) {
  const auto raw = to_abi(marks);
  CallError error;
  return error.status(table_->redeem(self_, str(replay), raw.data(), raw.size(), error.slot()), *component_, "redeem");
}

Result<Outcome> MarkSinkInstance::outcome(const std::string& replay, std::span<const Mark> marks) {
  const auto raw = to_abi(marks);
  cnx_outcome outcome = 0;
  CallError error;
  CNX_TRY(error.status(table_->outcome(self_, str(replay), raw.data(), raw.size(), &outcome, error.slot()), *component_,
                       "outcome"));
  if (outcome < CNX_COMMITTED || outcome > CNX_OUTCOME_FENCED)
    return broken_contract(*component_, "outcome", fmt::format("answered {}, which is no outcome", outcome));
  return static_cast<Outcome>(outcome);
}

Status MarkSinkInstance::read(std::vector<Mark>& marks) {
  auto raw = to_abi(marks);
  CallError error;
  CNX_TRY(error.status(table_->read(self_, raw.data(), raw.size(), error.slot()), *component_, "read"));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i].state < CNX_MARK_NONE || raw[i].state > CNX_MARK_DISCARDED)
      return broken_contract(*component_, "read",
                             fmt::format("answered {}, which is no state of a mark", raw[i].state));
    marks[i].state = static_cast<MarkState>(raw[i].state);
  }
  return {};
}

bool MarkSinkInstance::overwrites() { return table_->overwrites(self_) != 0; }

}  // namespace cnx::host::plugin
