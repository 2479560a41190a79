// SPDX-License-Identifier: Apache-2.0
//
// Feature cnx.sink-marks/1 of a sink (abi/ext/sink_marks.h tells what each call means) with texts that the host owns.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cnx/abi/ext/sink_marks.h"
#include "cnx/result.hpp"
#include "plugin/component.h"
#include "plugin/offset_sink_instance.h"

namespace cnx::host::plugin {

enum class MarkState {
  kNone = CNX_MARK_NONE,
  kDead = CNX_MARK_DEAD,
  kReplayed = CNX_MARK_REPLAYED,
  kDiscarded = CNX_MARK_DISCARDED
};

/// One record of the connector, and what became of it.
struct Mark {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;
  MarkState state = MarkState::kNone;
};

/// Where the connector stands in one partition.
struct MarkPosition {
  std::string topic;
  std::int32_t partition = 0;
  bool present = false;
  std::int64_t next_offset = 0;
};

/// A view of a sink instance; all calls on its owner thread. Commit and abort are OffsetSinkInstance's.
class MarkSinkInstance {
 public:
  MarkSinkInstance(const Component& component, const cnx_sink_marks& table, void* self)
      : component_(&component), table_(&table), self_(self) {}

  [[nodiscard]] Status bury(std::span<const Mark> marks);
  /// `positions`: topic and partition in, the rest out.
  [[nodiscard]] Status begin_replay(std::vector<MarkPosition>& positions);
  /// FENCED: one of them is not dead any more.
  [[nodiscard]] Status redeem(const std::string& replay, std::span<const Mark> marks);
  [[nodiscard]] Result<Outcome> outcome(const std::string& replay, std::span<const Mark> marks);
  /// Fills in the states.
  [[nodiscard]] Status read(std::vector<Mark>& marks);
  [[nodiscard]] bool overwrites();

 private:
  const Component* component_;
  const cnx_sink_marks* table_;
  void* self_;
};

}  // namespace cnx::host::plugin
