// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "cnx/result.hpp"
#include "plugin/source_instance.h"
#include "runtime/source_sender.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// Polls a source, has what it gives committed, and acks it: in turns, or ahead of the commits when the source allows
/// it. Destroying it waits for the transaction that is under way. [thread of the task, but for the commits]
class SourcePolls {
 public:
  /// All references outlive it.
  SourcePolls(plugin::SourceInstance& source, SourceSender::Commit commit, TaskStatus& status, const Clock& clock);

  /// Before all else. RETRY: the system has no thread to give.
  [[nodiscard]] Status start() { return sender_.start(); }
  /// Polls once. True: the range is complete, and all of it committed. Errors: of the source, when everything that it
  /// gave before is committed (CANCELLED: not waited for), and of a transaction, which come first.
  [[nodiscard]] Result<bool> once();

 private:
  [[nodiscard]] Status acknowledge();

  plugin::SourceInstance& source_;
  TaskStatus& status_;
  const Clock& clock_;
  const bool ahead_;
  SourceSender sender_;  // last: its thread ends first
};

}  // namespace cnx::host::runtime
