// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "findings.h"
#include "runtime/job.h"

namespace cnx::host::app {

enum class Preflight {
  kCheck,  ///< look at the live system
  kInit    ///< make what is missing
};

/// What the plugin of a connector finds in, or adds to, the system behind it. A sink is told the rows that its
/// transforms declare.
void preflight(const runtime::ConnectorPlan& plan, Preflight what, const Clock& clock, FindingPrinter& found);

}  // namespace cnx::host::app
