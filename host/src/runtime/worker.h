// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "plugin/ports.h"
#include "runtime/connector_control.h"
#include "runtime/drain.h"
#include "runtime/exit_limit.h"
#include "runtime/job.h"
#include "runtime/sink_task.h"
#include "runtime/source_task.h"
#include "runtime/summary.h"
#include "runtime/topic_watch.h"

namespace cnx::host::runtime {

/// Runs the connectors of a job until they are done (all sources bounded), nothing can go on, or a stop.
/// start() and run() from one thread; what ConnectorControl has, from any.
class Worker final : public ConnectorControl {
 public:
  /// `metrics` may be null. Everything outlives the worker.
  Worker(const Job& job, RunOptions options, plugin::MetricsPort* metrics, const Clock& clock, StopToken stop);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Makes missing topics and starts the tasks. A broker that is away is waited for, and said so. After an error those
  /// that were started end with the worker.
  [[nodiscard]] Status start();
  /// Returns the run's summary with its exit code; `tick` is called every `tick_ms` at the latest meanwhile.
  [[nodiscard]] RunSummary run(const std::function<void()>& tick, std::int64_t tick_ms);

  /// What a bounded run waits for at its end; "" = nothing. [thread of run()]
  [[nodiscard]] const std::string& waiting_for() const { return held_.empty() ? drain_.waiting_for() : held_; }

  [[nodiscard]] std::vector<TaskSnapshot> tasks() const override;
  [[nodiscard]] Wish wish(const std::string& connector) const override;
  [[nodiscard]] Status ask(const std::string& connector, Wish wish) override;
  [[nodiscard]] Status restart(const std::string& connector, std::span<const int> tasks) override;
  [[nodiscard]] std::string cluster_id() const override;

 private:
  enum class Verdict { kGoOn, kDone, kFailed };
  void ring();
  /// For `wait_ms`, or until ring(). True: a stop.
  [[nodiscard]] bool wait(std::int64_t wait_ms);
  [[nodiscard]] bool is_bounded() const;
  [[nodiscard]] Status start_sinks();
  void let_sinks_begin();
  [[nodiscard]] Status prepare_topics();
  void look_at_topics(kafka::Admin& admin, const std::string& cluster_id);
  [[nodiscard]] Status watch_topics();
  [[nodiscard]] Verdict judge();
  [[nodiscard]] Verdict judge_bounded(const std::vector<TaskSnapshot>& tasks, const std::set<std::string>& failed);
  [[nodiscard]] bool all_done_before() const;
  [[nodiscard]] bool waits_for_people();
  [[nodiscard]] bool close_controls(bool unless_held);
  [[nodiscard]] Status check_open(const std::string& connector) const;  // mutex_ is held
  void stop_sinks();
  void stop_sources(const RunSummary& summary, bool complete);
  [[nodiscard]] RunSummary conclude(Verdict verdict, std::int64_t began_ns);

  const Job& job_;
  const Clock& clock_;
  const StopToken stop_;
  std::mutex bell_mutex_;
  std::condition_variable bell_;
  bool rung_ = false;                                 // guarded by bell_mutex_: the state of a task, or a stop
  std::map<std::string, SinkTeam> teams_;             // of the sinks, by connector
  bool begun_ = false;                                // the teams may begin
  std::vector<std::unique_ptr<SourceTask>> sources_;  // constant once made, as is sinks_
  std::vector<std::unique_ptr<SinkTask>> sinks_;
  ClusterView cluster_;
  Drain drain_;
  std::unique_ptr<TopicWatch> topic_watch_;  // from start() to the end of run()
  std::string held_;                         // of the run's thread: which connectors people hold
  std::int64_t said_held_ms_ = 0;

  mutable std::mutex mutex_;
  std::map<std::string, Wish> wishes_;  // guarded by mutex_: of connectors that are not to run
  bool closed_ = false;                 // guarded by mutex_: wishes come too late
  std::string cluster_id_;              // guarded by mutex_
  const StopCallback on_stop_;
};

}  // namespace cnx::host::runtime
