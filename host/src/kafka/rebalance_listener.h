// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kafka/types.h"

namespace cnx::host::kafka {

/// Is told which partitions the group gives to its member (SinkConsumer, GroupMembership) and takes away. All calls
/// come from the member's own group thread, one at a time; while one runs, no other group event is handled (heartbeats
/// go on).
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;

  /// `partitions` are now ours, under `generation`; there may be none. Answers for each, in order, with the offset to
  /// begin at; nullopt for those not claimed within about a second: they stay held (nothing of them is read) until
  /// SinkConsumer::start_at.
  [[nodiscard]] virtual std::vector<std::optional<std::int64_t>> on_assigned(std::span<const TopicPartition> partitions,
                                                                             std::uint64_t generation) = 0;

  /// `partitions` go to somebody else when this returns; poll() gives no more of them from now on. Release what is
  /// queued, finish or roll back the open transaction, within the session timeout.
  virtual void on_revoked(std::span<const TopicPartition> partitions) = 0;

  /// `partitions` already belong to somebody else (session expired, fenced): nothing of them may be committed.
  virtual void on_lost(std::span<const TopicPartition> partitions) = 0;
};

}  // namespace cnx::host::kafka
