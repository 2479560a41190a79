// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cnx/component.hpp"
#include "settings.h"

namespace cnx::mysql {

/// The statements that a write of these rows would send to MariaDB, in order, values and all, without a semicolon.
/// Nothing is connected, so the live table's limits are not applied; a table that depends on the topic is shown as it
/// is configured.
Status render_statements(const Settings& settings, const BatchView& batch, const Selection& rows,
                         const StatementSink& statement);

}  // namespace cnx::mysql
