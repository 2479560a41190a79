// SPDX-License-Identifier: Apache-2.0
//
// What a worker is to run: configurations that are validated and plugins that are loaded. Plain data, made once by the
// app's setup and constant from then on; whoever runs it borrows it.
#pragma once

#include <cstdint>
#include <map>
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
  std::map<std::string, std::string> shown;  ///< the configuration for people: what was set, secrets masked
  kafka::ClientConfig client;                ///< the worker's, with this connector's overrides over it
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

/// Partitions of the assignment topic. A source has one of them by the hash of its name, so that the sources of a group
/// spread over its workers. All workers must count alike.
inline constexpr std::int32_t kSourceSeats = 12;

/// A member that is not heard of for this long has left its group.
inline constexpr std::int32_t kSessionTimeoutMs = 10'000;

/// The consumer group of a connector: a sink's shares the partitions of its topics, a source's those of the assignment
/// topic.
[[nodiscard]] inline std::string consumer_group(const Job& job, const ConnectorPlan& connector) {
  return "connect-" + job.worker.group_id + "-" + connector.name();
}

/// Who a task is in its consumer group, over restarts (static membership).
[[nodiscard]] inline std::string instance_id(const Job& job, const ConnectorPlan& connector, int task) {
  return job.worker.worker_id + "-" + connector.name() + "-" + std::to_string(task);
}

/// What is said when the group has given a task's instance id to a newer process.
[[nodiscard]] inline std::string displaced_message(const Job& job, const std::string& reason) {
  return "worker.id '" + job.worker.worker_id + "' is used twice in group '" + job.worker.group_id +
         "': another process has joined with it after this one, which ends (" + reason + ")";
}

/// The transactional id of a source task; also what `offsets reset` fences a running source by.
[[nodiscard]] inline std::string transactional_id(const Job& job, const ConnectorPlan& connector, int task) {
  return job.worker.group_id + "-" + connector.name() + "-" + std::to_string(task);
}

}  // namespace cnx::host::runtime
