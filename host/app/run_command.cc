// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/service_manager.h"
#include "base/signals.h"
#include "commands.h"
#include "connect_api.h"
#include "exit_code.h"
#include "metrics_bridge.h"
#include "observe/log_backend.h"
#include "run_view.h"
#include "runtime/worker.h"

namespace cnx::host::app {
namespace {

// Of the progress: a bar is drawn, a line is due every 10 s. A task whose state changes is told of at once.
constexpr std::int64_t kTerminalTickMs = 200;
constexpr std::int64_t kTickMs = 5'000;

/// The process's log backend, for as long as it lives.
struct LogInstalled {
  explicit LogInstalled(log::Backend& backend) { log::set_backend(&backend); }
  ~LogInstalled() { log::set_backend(nullptr); }
  LogInstalled(const LogInstalled&) = delete;
  LogInstalled& operator=(const LogInstalled&) = delete;
};

observe::AdminHandlers handlers(const runtime::Job& job, const runtime::Worker& worker, observe::Metrics& metrics,
                                MetricsBridge& bridge, ConnectApi& api) {
  observe::AdminHandlers h;
  h.health = [&] { return health_of(worker.tasks()); };
  h.metrics = [&] {
    bridge.publish(worker.tasks());
    return metrics.text();
  };
  h.status = [&] { return status_json(job, worker.tasks()); };
  h.api = [&](const observe::ApiCall& call) { return api.answer(call); };
  return h;
}

/// Only with a listener.
observe::AdminListener listener_of(const config::WorkerSettings& worker) {
  const config::Listener& at = *worker.listener;
  const config::ListenerAccess& access = worker.listener_access;
  observe::AdminListener listener{
      at.host, at.port, at.is_loopback(), {access.user, access.password, access.token}, std::nullopt};
  if (at.tls) listener.tls = {access.certificate, access.key, access.key_password};
  return listener;
}

// To where the log goes: standard output is the plugins', whose data must not be mixed with words.
void print_end(const runtime::RunSummary& run) {
  if (!run.title.empty() || run.fetched_at_ms != 0) fmt::print(stderr, "{}\n", observe::summary_text(summary_of(run)));
  for (const auto& connector : run.connectors)
    if (connector.failed) fmt::print(stderr, "connector '{}' failed: {}\n", connector.name, connector.reason);
  if (const std::string told = told_of_resumed(run); !told.empty()) fmt::print(stderr, "{}\n", told);
}

int run_job(const runtime::Job& job, runtime::RunOptions options, observe::Console& console,
            observe::LogBackend& logs) {
  ServiceManager service_manager = ServiceManager::from_environment();
  StopSource stop;
  const StopCallback on_stop(stop.token(), [&] { service_manager.stopping(); });
  const auto signals = SignalGuard::install(stop);
  if (!signals.ok()) return report(signals.error());
  const SystemClock clock;
  observe::Metrics metrics(job.worker.worker_id);
  MetricsBridge bridge(metrics);
  runtime::Worker worker(job, options, &bridge, clock, stop.token());
  StopSource answers(stop.token());  // ends the server's questions to others
  ConnectApi api(job, worker, {[&] { return logs.level(); }, [&](log::Level level) { logs.set_level(level); }}, clock,
                 answers.token());
  std::unique_ptr<observe::AdminServer> server;
  if (job.worker.listener) {
    auto made = observe::AdminServer::start(listener_of(job.worker), handlers(job, worker, metrics, bridge, api));
    if (!made.ok()) return report(made.error());
    server = std::move(made).value();
  }
  if (const Status started = worker.start(); !started.ok()) {
    if (started.error().action != Action::kCancelled) log::error("worker", "{}", started.error().message);
    return exit_code_of(started.error());
  }
  runtime::RunSummary summary;
  {
    observe::ProgressDisplay progress(console, clock);
    summary = worker.run(
        [&] {
          const auto tasks = worker.tasks();
          progress.update(progress_of(tasks, worker.waiting_for()));
          const observe::Health health = health_of(tasks);
          service_manager.report(health.state == observe::Health::State::kHealthy, health.message);
        },
        console.is_terminal() ? kTerminalTickMs : kTickMs);
  }
  answers.request();
  server.reset();
  print_end(summary);
  return summary.exit_code;
}

}  // namespace

int run_command(JobSetup& setup, const RunArguments& arguments) {
  for (const auto& [flag, value] : arguments.flags) setup.apply_flag(*flag, value);
  const std::optional<runtime::Job> job = setup.finish();
  if (!job) return report(setup.problems());
  observe::Console console(STDERR_FILENO);
  const auto backend = observe::LogBackend::create(
      {.level = job->worker.log_level, .json = job->worker.log_json, .dir = job->worker.log_dir}, console);
  if (!backend.ok()) return report(backend.error());
  const LogInstalled installed(**backend);
  for (const SetupWarning& warning : setup.warnings())
    log::warning("config", "{}: {}{}{}", warning.key, warning.message, warning.mend.empty() ? "" : "; ", warning.mend);
  for (const auto& warning : job->registry->warnings())
    log::warning("plugins", "{}: {}", warning.path, warning.message);
  return run_job(*job, {.again = arguments.again}, console, **backend);
}

}  // namespace cnx::host::app
