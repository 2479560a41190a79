// SPDX-License-Identifier: Apache-2.0
//
// A run's tasks as people and tools see them: JSON for the status paths, health, progress, summary. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "observe/admin_server.h"
#include "observe/progress.h"
#include "observe/summary.h"
#include "runtime/job.h"
#include "runtime/summary.h"
#include "runtime/task_status.h"

namespace cnx::host::app {

using Tasks = std::span<const runtime::TaskSnapshot>;

[[nodiscard]] observe::ProgressSnapshot progress_of(Tasks tasks, const std::string& waiting_for);
[[nodiscard]] observe::Health health_of(Tasks tasks);
/// What the last line says when the run finished what an earlier one began; "" otherwise.
[[nodiscard]] std::string told_of_resumed(const runtime::RunSummary& run);
[[nodiscard]] observe::RunSummary summary_of(const runtime::RunSummary& run);

/// Everything about this worker.
[[nodiscard]] std::string status_json(const runtime::Job& job, Tasks tasks);
}  // namespace cnx::host::app
