// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "cnx/batch.hpp"
#include "cnx/config.hpp"
#include "cnx/result.hpp"
#include "settings.h"

namespace cnx::mysql {

/// What `check` does: connects, reads the live tables, has the server check the sink's own statements; changes nothing.
/// `shapes`: rows that will come, may be empty. An error: the server could not be asked.
Status check_server(const Settings& settings, std::span<const BatchView> shapes, Findings& findings);

/// What `init` does: makes the database, connect_offsets and the tables of the shapes where they are missing.
Status init_server(const Settings& settings, std::span<const BatchView> shapes, Findings& findings);

}  // namespace cnx::mysql
