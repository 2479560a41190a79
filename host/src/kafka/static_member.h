// SPDX-License-Identifier: Apache-2.0
//
// Internal: who holds a static id in a consumer group.
#pragma once

#include <optional>
#include <string>

#include "cnx/result.hpp"
#include "kafka/client_handle.h"

namespace cnx::host::kafka {

/// The member id that has `instance_id` in `group_id`, as the group's coordinator knows it; nullopt: none has it. Waits
/// 2 s at most. RETRY: nobody answered. [any thread]
///
/// Not the member's client.id: Kafka keeps that of the first member when a static member is replaced (4.1,
/// ClassicGroup.replaceStaticMember).
[[nodiscard]] Result<std::optional<std::string>> static_member(const ClientHandle& client, const std::string& group_id,
                                                               const std::string& instance_id);

}  // namespace cnx::host::kafka
