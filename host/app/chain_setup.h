// SPDX-License-Identifier: Apache-2.0
//
// The transforms of a connector, made outside a run: for `check` and `preview`.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "cnx/result.hpp"
#include "plugin/host_context.h"
#include "runtime/chain.h"
#include "runtime/job.h"

namespace cnx::host::app {

/// A chain and what its instances borrow. One owner thread.
struct StandaloneChain {
  std::vector<std::unique_ptr<plugin::HostContext>> contexts;
  runtime::TransformChain chain;
};

/// `clock` outlives the chain. CONFIG: a transform refuses its config, or neighbours do not fit together.
[[nodiscard]] Result<StandaloneChain> make_chain(const runtime::ConnectorPlan& plan, const Clock& clock);

}  // namespace cnx::host::app
