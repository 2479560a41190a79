// SPDX-License-Identifier: Apache-2.0
//
// Internal: who holds a static id in a consumer group, and whether a member was thrown out of it by another.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_handle.h"
#include "kafka/types.h"

namespace cnx::host::kafka {

/// The member id that has `instance_id` in `group_id`, as the group's coordinator knows it; nullopt: none has it. Waits
/// 4 s at most. RETRY: nobody answered; CANCELLED: a stop. [any thread]
///
/// Not the member's client.id: Kafka keeps that of the first member when a static member is replaced (4.1,
/// ClassicGroup.replaceStaticMember).
[[nodiscard]] Result<std::optional<std::string>> static_member(const ClientHandle& client, const std::string& group_id,
                                                               const std::string& instance_id, const StopToken& stop);

/// What an error FENCED_INSTANCE_ID means, which need not be another process: FENCED when the coordinator names another
/// member; RETRY when it was this member itself, when nobody answers for a minute, or at a stop; AUTH when this user
/// may not ask; else `fenced` as it is. `holder` asks as static_member() does, `me` is this member's id now, `wait`
/// waits before the next question; false gives up.
[[nodiscard]] Error explain_fence(Error fenced, const std::function<Result<std::optional<std::string>>()>& holder,
                                  const std::function<std::string()>& me, const std::function<bool()>& wait);

/// Judges whether another process took a member's static id. Of one thread.
class StaticMember {
 public:
  /// `name` stands in errors. `client` must outlive it. Questions end when it is `leaving`.
  StaticMember(const ClientHandle& client, GroupMember member, std::string name, StopToken leaving);

  /// Partitions were assigned: remembers the member id that this client has now.
  void note_joined();
  /// The client is shut out with `fenced`: what it means, as explain_fence() has it.
  [[nodiscard]] Error thrown_out(Error fenced) const;
  /// The assignment was lost; ok: the member may join again. FENCED when another member has the id since; CANCELLED
  /// when it leaves, which ends the question: who has the id is not known then.
  [[nodiscard]] Status may_join_again() const;

 private:
  [[nodiscard]] Error explain(Error fenced, const std::function<std::string()>& me) const;

  const ClientHandle& client_;
  const GroupMember member_;
  const std::string name_;
  const StopToken leaving_;
  std::string joined_as_;  // empty without a static id, and when the group took it back at once
};

}  // namespace cnx::host::kafka
