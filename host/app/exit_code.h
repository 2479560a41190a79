// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cnx/result.hpp"

namespace cnx::host::app {

/// What the process tells its caller; the numbers are part of the contract with scripts.
enum ExitCode : int {
  kExitDone = 0,    ///< done, or stopped cleanly
  kExitFailed = 1,  ///< something failed for good
  kExitUsage = 2,   ///< usage or configuration: nothing was begun
  kExitDead = 3     ///< done, but something is dead
};

/// The exit code of a command that ended with `error`.
[[nodiscard]] constexpr ExitCode exit_code_of(const Error& error) {
  switch (error.action) {
    case Action::kConfig:
      return kExitUsage;
    case Action::kCancelled:
      return kExitDone;
    default:
      return kExitFailed;
  }
}

}  // namespace cnx::host::app
