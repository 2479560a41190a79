// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cnx/result.hpp"
#include "kafka/client_config.h"
#include "kafka/rebalance_listener.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

/// Membership in a consumer group for its own sake: the group shares the partitions of a topic among its members, whose
/// listeners are told, and nobody reads them.
///
/// Thread-safe. Destroying leaves.
class GroupMembership {
 public:
  /// Joins in the background. `listener` must outlive the membership; what it answers to on_assigned is not used.
  /// CONFIG for bad properties.
  [[nodiscard]] static Result<std::unique_ptr<GroupMembership>> join(const ClientConfig& config,
                                                                     const GroupMember& member,
                                                                     const std::string& topic,
                                                                     RebalanceListener& listener);
  virtual ~GroupMembership() = default;
  GroupMembership(const GroupMembership&) = delete;
  GroupMembership& operator=(const GroupMembership&) = delete;

  /// The error that ended the membership, if any: FENCED when another process has this instance id (named), AUTH,
  /// CONFIG, FATAL, RETRY. Only a new membership helps. Passing faults (broker away) are logged.
  [[nodiscard]] virtual std::optional<Error> failure() const = 0;

  /// Asks the group's coordinator: true when this member is one of the group's present generation, so that `at` is its
  /// own if the listener has been told so. Waits up to `timeout_ms`; RETRY when nobody answers. Leaves the offset 0 of
  /// `at` in the group, since a commit is the one question that the coordinator checks; the topic has no records.
  [[nodiscard]] virtual Result<bool> confirm(const TopicPartition& at, std::int64_t timeout_ms) = 0;

 protected:
  GroupMembership() = default;
};

}  // namespace cnx::host::kafka
