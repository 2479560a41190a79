// SPDX-License-Identifier: Apache-2.0
//
// Connectors in the shapes of Kafka Connect's REST API. Pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <span>
#include <string>

#include "runtime/connector_control.h"
#include "runtime/job.h"

namespace cnx::host::app {

using Json = nlohmann::ordered_json;

/// One connector with what is known of it now. Borrows.
struct ConnectorView {
  const runtime::Job& job;
  const runtime::ConnectorPlan& plan;
  runtime::Wish wish = runtime::Wish::kRun;
  std::span<const runtime::TaskSnapshot> tasks;  ///< of all connectors
  std::set<int> restarting{};                    ///< shown so, since they are about to

  /// Numbers of its tasks; none while it is stopped.
  [[nodiscard]] std::set<int> task_ids() const;
};

/// {name, config, tasks: [{connector, task}], type}; secrets of the config are masked.
[[nodiscard]] Json info_json(const ConnectorView& view);
[[nodiscard]] Json config_json(const runtime::ConnectorPlan& plan);
/// {name, connector: {state, worker_id, trace?}, tasks: [{id, state, worker_id, trace?}], type}.
[[nodiscard]] Json status_of(const ConnectorView& view);
/// [{id: {connector, task}, config}].
[[nodiscard]] Json tasks_json(const ConnectorView& view);
/// Text of any JSON; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string text_of(const Json& json);

}  // namespace cnx::host::app
