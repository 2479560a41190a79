// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// What people want of a connector. It is this process's alone: another worker, and this one after a restart of the
/// process, runs it.
enum class Wish {
  kRun,
  kPause,  ///< its tasks keep what they have and do nothing
  kStop    ///< its tasks end and give back what they have
};

/// Connectors as people see them and act on them. Thread-safe; calls return at once, the tasks follow.
class ConnectorControl {
 public:
  virtual ~ConnectorControl() = default;
  [[nodiscard]] virtual std::vector<TaskSnapshot> tasks() const = 0;
  /// kRun for a name that there is not.
  [[nodiscard]] virtual Wish wish(const std::string& connector) const = 0;
  /// RETRY: the run is at its end. CONFIG: no such connector.
  [[nodiscard]] virtual Status ask(const std::string& connector, Wish wish) = 0;
  /// Ends these tasks and starts them again, failed ones too. Errors as ask().
  [[nodiscard]] virtual Status restart(const std::string& connector, std::span<const int> tasks) = 0;
  /// "" while it is not known.
  [[nodiscard]] virtual std::string cluster_id() const = 0;
};

}  // namespace cnx::host::runtime
