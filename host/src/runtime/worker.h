// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "plugin/ports.h"
#include "runtime/drain.h"
#include "runtime/exit_limit.h"
#include "runtime/job.h"
#include "runtime/sink_task.h"
#include "runtime/source_task.h"
#include "runtime/summary.h"
#include "runtime/topic_watch.h"

namespace cnx::host::runtime {

/// Runs the connectors of a job until they are done (all sources bounded), nothing can go on, or a stop.
/// start() and run() from one thread; tasks() from any.
class Worker {
 public:
  /// `metrics` may be null. Everything outlives the worker.
  Worker(const Job& job, RunOptions options, plugin::MetricsPort* metrics, const Clock& clock, StopToken stop);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Makes missing topics and starts the tasks. A broker that is away is waited for, and said so.
  [[nodiscard]] Status start();
  /// Returns the run's summary with its exit code; `tick` is called several times a second meanwhile.
  [[nodiscard]] RunSummary run(const std::function<void()>& tick);

  [[nodiscard]] std::vector<TaskSnapshot> tasks() const;
  /// What a bounded run waits for at its end; "" = nothing. [thread of run()]
  [[nodiscard]] const std::string& waiting_for() const { return drain_.waiting_for(); }

 private:
  enum class Verdict { kGoOn, kDone, kFailed };
  [[nodiscard]] Status prepare_topics();
  void watch_topics();
  [[nodiscard]] Verdict judge();
  [[nodiscard]] Verdict judge_bounded(const std::vector<TaskSnapshot>& tasks, const std::set<std::string>& failed);
  [[nodiscard]] bool all_done_before() const;
  void stop_sinks();
  void stop_sources(const RunSummary& summary, bool complete);
  [[nodiscard]] RunSummary conclude(Verdict verdict, std::int64_t began_ns);

  const Job& job_;
  const Clock& clock_;
  const StopToken stop_;
  std::map<std::string, Doubts> doubts_;              // of all tasks of a sink, by connector
  std::vector<std::unique_ptr<SourceTask>> sources_;  // constant once made, as is sinks_
  std::vector<std::unique_ptr<SinkTask>> sinks_;
  ClusterView cluster_;
  Drain drain_;
  std::unique_ptr<TopicWatch> topic_watch_;  // from start() to the end of run()
};

}  // namespace cnx::host::runtime
