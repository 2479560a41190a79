// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "errors/rate_breaker.h"
#include "plugin/ports.h"
#include "runtime/job.h"
#include "runtime/offset_target.h"
#include "runtime/sink_links.h"
#include "runtime/sink_writer.h"

namespace cnx::host::runtime {

struct SinkStageContext {
  const Job& job;
  const ConnectorPlan& plan;
  int task = 0;
  plugin::MetricsPort* metrics = nullptr;
  const Clock& clock;
  StopToken stop;
};

/// The sink's thread: makes the plugin's sink, connects it, runs the writer, and destroys it, all in that one thread.
class SinkStage {
 public:
  SinkStage(SinkStageContext context, Mailbox& mailbox, SinkLinks& links, errors::Ledger& ledger,
            errors::RateBreaker& breaker, Doubts& doubts, TaskStatus& status);
  ~SinkStage();

  /// Connects the sink. `shapes`: of the rows to come, when the transforms tell.
  [[nodiscard]] Status start(std::vector<plugin::RowShape> shapes);
  /// As whom it claims: the writer begins. Once, after start().
  void identify(ClaimIdentity identity);
  /// The sink is connected and the writer runs, or why not. After a stop the sink's call is cancelled when `grace` is
  /// over.
  [[nodiscard]] Status wait_until_ready(const StopToken& stop, std::chrono::milliseconds grace);
  /// The mailbox is closed: waits until the writer has dealt with what is inside.
  void wait_until_drained(const StopToken& stop, std::chrono::milliseconds grace);
  /// Ends the thread and returns what the writer ended with, CANCELLED when it was never told who it is. The consumer
  /// must be closed by now.
  [[nodiscard]] Status finish(const StopToken& stop, std::chrono::milliseconds grace);

 private:
  void body();
  [[nodiscard]] Status build_and_run();
  Status connect(plugin::SinkInstance& sink);
  [[nodiscard]] std::unique_ptr<Target> make_target(plugin::SinkInstance& sink, const ClaimIdentity& identity) const;
  void prepare(Target& target);
  template <class Future>
  void wait(Future& future, const StopToken& stop, std::chrono::milliseconds grace);
  void cancel_sink();

  const SinkStageContext context_;
  Mailbox& mailbox_;
  SinkLinks& links_;
  errors::Ledger& ledger_;
  errors::RateBreaker& breaker_;
  Doubts& doubts_;
  TaskStatus& status_;

  std::promise<std::optional<ClaimIdentity>> identity_;
  bool identified_ = false;  // of the thread that started this one
  std::promise<Status> ready_;
  std::promise<Status> ended_;
  std::promise<void> leave_;
  std::future<Status> ready_future_;
  std::shared_future<Status> ended_future_;
  std::shared_future<void> leave_future_;
  bool ready_set_ = false;                // of the sink thread
  std::vector<plugin::RowShape> shapes_;  // of the sink thread once started
  std::thread thread_;

  std::mutex mutex_;
  plugin::SinkInstance* sink_ = nullptr;  // guarded by mutex_
  bool cancelled_ = false;                // guarded by mutex_
};

}  // namespace cnx::host::runtime
