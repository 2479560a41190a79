// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "config/problem.h"
#include "config/resolved_config.h"

namespace cnx::host::config {

/// Rules of worker keys that a table cannot say: the form of listeners and worker.id, and security settings that
/// would not have the effect that was meant.
void check_worker_rules(const ResolvedConfig& worker, Problems& problems);

/// What is allowed, but weak.
struct Weakness {
  std::string key;  ///< full path
  std::string cause;
  std::string mend;
};
[[nodiscard]] std::vector<Weakness> weaknesses_of(const ResolvedConfig& worker);

}  // namespace cnx::host::config
