// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "cnx/batch.hpp"
#include "cnx/result.hpp"
#include "settings.h"

namespace cnx::mysql {

/// The statements that a write of these rows would send to MariaDB, in order, values and all, without a semicolon. Nothing
/// is connected, so the live table's limits are not applied; a table that depends on the topic is shown as it is configured.
Status render(const Settings& settings, const BatchView& batch, const Selection& rows,
              const std::function<void(std::string_view)>& statement);

}  // namespace cnx::mysql
