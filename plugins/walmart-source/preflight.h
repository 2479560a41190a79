// SPDX-License-Identifier: Apache-2.0
//
// Whether the configured accounts may read orders: what `connect-host check` asks.
#pragma once

#include "cnx/config.hpp"
#include "cnx/host.hpp"
#include "cnx/result.hpp"
#include "settings.h"
#include "transport.h"

namespace walmart {

/// Gets a token for each account and makes one tiny orders call; a finding for each. An error only when stopped.
[[nodiscard]] cnx::Status check_accounts(const cnx::Host& host, Transport& transport, Settings settings,
                                         cnx::Findings& findings);

}  // namespace walmart
