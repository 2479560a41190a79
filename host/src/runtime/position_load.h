// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "runtime/job.h"
#include "runtime/position_store.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// Reads the positions and ranges of a source into `store`, and returns the partition of the topic where they stand.
/// Waits for open transactions until `stop`; log and `status` say so.
[[nodiscard]] Result<std::int32_t> load_positions(const Job& job, const ConnectorPlan& plan, PositionStore& store,
                                                  TaskStatus& status, const StopToken& stop);

}  // namespace cnx::host::runtime
