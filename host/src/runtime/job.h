// SPDX-License-Identifier: Apache-2.0
//
// What a worker is to run: configurations that are validated and plugins that are loaded. Plain data, made once by the
// app's setup and constant from then on; whoever runs it borrows it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "kafka/client_config.h"
#include "plugin/component.h"
#include "plugin/registry.h"

namespace cnx::host::runtime {

/// One transform of a sink connector.
struct TransformPlan {
  std::string name;  ///< as in `transforms`: "flatten"
  const plugin::Component* component = nullptr;
  plugin::ConfigValues values;
};

/// One connector, ready to be made into tasks. Bounded or not is known when its source has started (SourcePlan).
struct ConnectorPlan {
  config::ConnectorSettings settings;  ///< dead-letter settings too
  const plugin::Component* component = nullptr;
  plugin::ConfigValues values;  ///< of the source or sink
  std::vector<TransformPlan> transforms;
  kafka::ClientConfig client;  ///< the worker's, with this connector's overrides over it
  std::string topic;  ///< source: the value of its key `topic`; "" when its records name their topics themselves

  [[nodiscard]] bool is_source() const { return settings.kind == config::ConnectorKind::kSource; }
  [[nodiscard]] const std::string& name() const { return settings.name; }
};

struct Job {
  config::WorkerSettings worker;
  kafka::ClientConfig client;                        ///< the worker's own: for topics and positions
  std::vector<ConnectorPlan> connectors;             ///< in the order of the files
  std::unique_ptr<plugin::PluginRegistry> registry;  ///< owns the components; never null
};

/// How `run` was called.
struct RunOptions {
  bool again = false;  ///< fetch a bounded range anew although it is done
};

/// The consumer group of a sink connector.
[[nodiscard]] inline std::string consumer_group(const Job& job, const ConnectorPlan& connector) {
  return "connect-" + job.worker.group_id + "-" + connector.name();
}

/// The transactional id of a source task; also what `offsets reset` fences a running source by.
[[nodiscard]] inline std::string transactional_id(const Job& job, const ConnectorPlan& connector, int task) {
  return job.worker.group_id + "-" + connector.name() + "-" + std::to_string(task);
}

}  // namespace cnx::host::runtime
