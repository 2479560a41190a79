// SPDX-License-Identifier: Apache-2.0
//
// Internal: who holds a static id in a consumer group.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_handle.h"

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

}  // namespace cnx::host::kafka
