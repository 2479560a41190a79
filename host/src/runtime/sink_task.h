// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "errors/ledger.h"
#include "errors/rate_breaker.h"
#include "kafka/sink_consumer.h"
#include "plugin/ports.h"
#include "runtime/chain.h"
#include "runtime/job.h"
#include "runtime/offset_target.h"
#include "runtime/sink_writer.h"
#include "runtime/task_control.h"
#include "runtime/task_restarts.h"
#include "runtime/task_status.h"
#include "runtime/topic_watch.h"
#include "runtime/topics.h"

namespace cnx::host::runtime {

class SinkLinks;
class SinkStage;

/// What the tasks of one sink connector in this process share.
struct SinkTeam {
  explicit SinkTeam(int tasks) : start_line(tasks) {}
  Doubts doubts;
  kafka::StartLine start_line;
  std::latch begin{1};  // open when the job's topics are there and `facts` are set, or the tasks have been stopped
  ClusterFacts facts;   // constant from `begin` on; of no use a few seconds later
};

/// One sink task: a reader thread (consumer, transforms) and a writer thread (sink). Restarts itself after passing
/// faults. Its partitions come from the group; other tasks, here or in other processes, have the others.
class SinkTask {
 public:
  /// `team` outlives the task.
  SinkTask(const Job& job, const ConnectorPlan& plan, int task, plugin::MetricsPort* metrics, const Clock& clock,
           const StopToken& process_stop, SinkTeam& team);
  ~SinkTask();
  SinkTask(const SinkTask&) = delete;
  SinkTask& operator=(const SinkTask&) = delete;

  /// `on_state`: see TaskStatus; before start().
  void watch(std::function<void()> on_state) { status_.watch(std::move(on_state)); }
  /// It makes its clients, and goes on when its team may begin. RETRY: there is no thread to be had.
  [[nodiscard]] Status start();
  void request_stop();  // [any]
  [[nodiscard]] const std::string& connector() const { return plan_.name(); }
  // What people want. [any]
  [[nodiscard]] int task() const { return task_; }
  void ask(Wish wish);
  void restart() { control_.restart(); }
  void close_control() { control_.close(); }
  void join();

  /// What a topic is like now (TopicIds::judge); a run that reads another one is broken off, and starts again. [any]
  void topic_is(const std::string& topic, const std::optional<std::string>& id);
  /// How to ask about `topic`; empty when the task does not read it now. [any]
  [[nodiscard]] kafka::DescribeTopic topic_describer(const std::string& topic);

  [[nodiscard]] TaskSnapshot snapshot() const;
  /// True when another process uses this worker.id: the whole process should end. [any]
  [[nodiscard]] bool displaced() const;

 private:
  using OpenedConsumer = Result<std::unique_ptr<kafka::SinkConsumer>>;

  void body();
  [[nodiscard]] Status run_once(const StopToken& run);
  [[nodiscard]] Result<TransformChain> make_chain(const plugin::HostContext& host) const;
  [[nodiscard]] Status connect(const StopToken& run, const StopToken& stop);
  [[nodiscard]] Status run_stages(Mailbox& mailbox, SinkLinks& links, SinkStage& stage, TransformChain& chain,
                                  OpenedConsumer consumer, const StopToken& stop);
  [[nodiscard]] StopToken begin_reading(const StopToken& run);
  [[nodiscard]] Status end_reading(Status status);
  void describe_topics_by(kafka::DescribeTopic describe);
  void give_back(Mailbox& mailbox);
  [[nodiscard]] Result<ClaimIdentity> identity(const StopToken& run);
  [[nodiscard]] Result<ClusterFacts> ask_cluster(const StopToken& run);
  [[nodiscard]] bool knows_cluster() const;
  [[nodiscard]] bool restart_after(Error error, std::int64_t up_ms);

  const Job& job_;
  const ConnectorPlan& plan_;
  const int task_;
  plugin::MetricsPort* const metrics_;
  const Clock& clock_;
  SinkTeam& team_;
  StopSource stop_;
  TaskControl control_;
  TaskStatus status_;
  errors::Ledger ledger_;        // over all restarts
  errors::RateBreaker breaker_;  // over all restarts
  std::atomic<bool> displaced_{false};
  TopicIds topic_ids_;

  std::mutex mutex_;
  std::optional<StopSource> run_stop_;   // guarded by mutex_; of the present run
  std::optional<std::string> broken_;    // guarded by mutex_: why the present run has to end
  kafka::DescribeTopic describe_topic_;  // guarded by mutex_: of the present run's consumer

  std::thread thread_;

  // Of the task's thread, between runs; of the sink thread during one.
  TaskRestarts restarts_;
};

}  // namespace cnx::host::runtime
