// SPDX-License-Identifier: Apache-2.0
//
// Internal: who holds a static id in a consumer group.
#pragma once

#include <optional>
#include <string>

#include "cnx/result.hpp"
#include "kafka/client_handle.h"

namespace cnx::host::kafka {

/// The client.id of the member that has `instance_id` in `group_id`, as the group's coordinator knows it; nullopt: no
/// member has it. Waits 2 s at most. RETRY: nobody answered. [any thread]
[[nodiscard]] Result<std::optional<std::string>> static_member_client(const ClientHandle& client,
                                                                      const std::string& group_id,
                                                                      const std::string& instance_id);

}  // namespace cnx::host::kafka
