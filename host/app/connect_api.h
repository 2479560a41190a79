// SPDX-License-Identifier: Apache-2.0
//
// Kafka Connect's REST API over a running worker: what its clients look at and do. Configurations are files, so what
// would write one is answered 405 with the reason.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/stop.h"
#include "observe/api_call.h"
#include "runtime/connector_control.h"
#include "runtime/job.h"

namespace cnx::host::app {

/// Paths, methods and shapes are Kafka Connect's. [threads of the admin server]
class ConnectApi {
 public:
  struct Level {
    std::function<log::Level()> get;
    std::function<void(log::Level)> set;
  };

  /// Everything is borrowed. `stop` ends questions to servers.
  ConnectApi(const runtime::Job& job, runtime::ConnectorControl& control, Level level, const Clock& clock,
             StopToken stop)
      : job_(job), control_(control), level_(std::move(level)), clock_(clock), stop_(std::move(stop)) {}

  [[nodiscard]] observe::Answer answer(const observe::ApiCall& call);

 private:
  using Call = observe::ApiCall;
  using Answer = observe::Answer;
  struct Route;
  static const Route kRoutes[];

  Answer root(const Call& call);
  Answer list(const Call& call);
  Answer info(const Call& call);
  Answer config(const Call& call);
  Answer status(const Call& call);
  Answer tasks(const Call& call);
  Answer task_status(const Call& call);
  Answer topics(const Call& call);
  Answer reset_topics(const Call& call);
  Answer offsets(const Call& call);
  Answer alter_offsets(const Call& call);
  Answer delete_offsets(const Call& call);
  Answer pause(const Call& call);
  Answer resume(const Call& call);
  Answer stop(const Call& call);
  Answer restart(const Call& call);
  Answer restart_task(const Call& call);
  Answer plugins(const Call& call);
  Answer plugin_config(const Call& call);
  Answer validate(const Call& call);
  Answer loggers(const Call& call);
  Answer logger(const Call& call);
  Answer set_logger(const Call& call);
  Answer no_writing(const Call& call);

  Answer act(const Call& call, runtime::Wish wish, int status);
  [[nodiscard]] const runtime::ConnectorPlan* find(const Call& call) const;
  [[nodiscard]] std::string logger_json() const;

  const runtime::Job& job_;
  runtime::ConnectorControl& control_;
  const Level level_;
  const Clock& clock_;
  const StopToken stop_;
  std::atomic<std::int64_t> level_set_ms_{-1};  // -1: not by this API
};

}  // namespace cnx::host::app
