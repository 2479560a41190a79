// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/transactional_producer.h"
#include "plugin/source_instance.h"
#include "runtime/job.h"
#include "runtime/position_store.h"
#include "runtime/source_ownership.h"
#include "runtime/task_control.h"
#include "runtime/task_restarts.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

class SourceTransactions;

/// How a bounded source ended its part of a run.
struct BoundedProgress {
  bool bounded = false;  ///< known once the source has started
  bool fetched = false;  ///< everything is in Kafka
  bool resumed = false;  ///< an earlier process began it: what it wrote and dead-lettered is not in our counts
  RangeRecord range;     ///< with end offsets when fetched
  std::optional<RangeRecord> done_before;  ///< the range was done by an earlier run, which is not repeated
};

/// The task of a source connector (always one: a source has one position): polls the plugin and commits records,
/// position and range in one Kafka transaction, while the group gives the connector to this worker (SourceOwnership);
/// stands by meanwhile. Restarts itself after passing faults. The thread runs from start() to join().
class SourceTask final : public plugin::ProgressPort {
 public:
  SourceTask(const Job& job, const ConnectorPlan& plan, RunOptions options, plugin::MetricsPort* metrics,
             const Clock& clock, const StopToken& process_stop);
  ~SourceTask() override;

  /// `on_state`: see TaskStatus; before start().
  void watch(std::function<void()> on_state) { status_.watch(std::move(on_state)); }
  [[nodiscard]] Status start();  // RETRY: there is no thread to be had
  void request_stop();           // [any]
  [[nodiscard]] const std::string& connector() const { return plan_.name(); }
  // What people want. [any]
  [[nodiscard]] static int task() { return 0; }
  void ask(Wish wish);
  void restart();
  void close_control() { control_.close(); }
  void join();

  [[nodiscard]] TaskSnapshot snapshot() const { return status_.snapshot(); }
  [[nodiscard]] BoundedProgress progress() const;
  /// True when another process uses this worker.id: the whole process should end. [any]
  [[nodiscard]] bool displaced() const { return ownership_.displaced(); }
  /// Lets the task write that its range is done, with the run's result. Returns at once; join() waits for it.
  void finish(std::string result_json);

  // From the plugin.
  void unit(const plugin::Speaker& speaker, plugin::UnitProgress unit) override;
  void health(const plugin::Speaker& speaker, std::string_view state) override;

 private:
  void body();
  void interrupt();
  void end(TaskState state);
  [[nodiscard]] Status take_turn(const StopToken& run);
  [[nodiscard]] Status hold();
  [[nodiscard]] Status still_owner(Error ended);
  [[nodiscard]] Status standing_by();
  [[nodiscard]] Status run_once();
  [[nodiscard]] Status take_plan(const SourcePlan& plan, SourceTransactions& transactions, const PositionStore& store,
                                 bool& fetch);
  [[nodiscard]] Status poll_until_done(plugin::SourceInstance& source, SourceTransactions& transactions);
  void show_range();
  [[nodiscard]] bool marked_as_done(const PositionStore& store) const;
  [[nodiscard]] Status wait_for_finish(SourceTransactions& transactions);
  [[nodiscard]] bool restart_after(Error error, std::int64_t up_ms);

  const Job& job_;
  const ConnectorPlan& plan_;
  const RunOptions options_;
  const std::string transactional_id_;
  plugin::MetricsPort* const metrics_;
  const Clock& clock_;
  StopSource stop_;
  TaskControl control_;
  TaskStatus status_;
  std::thread thread_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  plugin::SourceInstance* running_ = nullptr;  // guarded by mutex_
  BoundedProgress progress_;                   // guarded by mutex_
  std::optional<std::string> result_json_;     // guarded by mutex_

  // Of the task's thread.
  SourceOwnership ownership_;
  StopToken turn_;  // stopped when another worker takes over, and by a stop of the task
  std::unique_ptr<kafka::TransactionalProducer> producer_;
  RangeRecord range_;  // of a bounded plan; the sender's while a transaction is under way
  bool bounded_ = false;
  std::string begun_id_;     // of the range that this process began
  bool again_used_ = false;  // a restart goes on with what --again began
  TaskRestarts restarts_;
  std::deque<std::int64_t> fences_ms_;
};

}  // namespace cnx::host::runtime
