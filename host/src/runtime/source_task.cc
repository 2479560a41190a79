// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_task.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/thread.h"
#include "runtime/position_load.h"
#include "runtime/source_polls.h"
#include "runtime/source_transactions.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kTransactionTimeoutMs = 60'000;
constexpr std::size_t kMostFences = 5;
constexpr std::int64_t kFencesWithinMs = 60'000;

}  // namespace

SourceTask::SourceTask(const Job& job, const ConnectorPlan& plan, RunOptions options, plugin::MetricsPort* metrics,
                       const Clock& clock, const StopToken& process_stop)
    : job_(job),
      plan_(plan),
      options_(options),
      transactional_id_(transactional_id(job, plan, 0)),
      metrics_(metrics),
      clock_(clock),
      stop_(process_stop),
      control_(stop_.token()),
      status_(plan.name(), 0, true, clock),
      ownership_(job, plan, join_workers(job, plan, stop_.token()), [this] { interrupt(); }),
      restarts_(plan.name(), 0, status_, stop_.token()) {}

SourceTask::~SourceTask() { join(); }

Status SourceTask::start() {
  CNX_ASSIGN(thread_, start_thread({}, [this] { body(); }));
  return {};
}

void SourceTask::request_stop() {
  stop_.request();
  interrupt();
}

// A pause ends the run, too: what an interface gave to go on with may be stale after hours.
void SourceTask::ask(Wish wish) {
  control_.ask(wish);
  if (wish == Wish::kRun) return;
  control_.end_run();
  interrupt();
}

void SourceTask::restart() {
  control_.restart();
  interrupt();
}

// Of a turn that is over: the plugin's call and the wait for the end of the run.
void SourceTask::interrupt() {
  const std::lock_guard lock(mutex_);
  if (running_ != nullptr) running_->cancel();
  changed_.notify_all();
}

void SourceTask::join() {
  if (thread_.joinable()) thread_.join();
}

BoundedProgress SourceTask::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void SourceTask::finish(std::string result_json) {
  const std::lock_guard lock(mutex_);
  control_.close();
  result_json_ = std::move(result_json);
  changed_.notify_all();
}

void SourceTask::unit(const plugin::Speaker&, plugin::UnitProgress unit) { status_.set_unit(std::move(unit)); }
void SourceTask::health(const plugin::Speaker&, std::string_view state) { status_.set_message(std::string(state)); }

void SourceTask::body() {
  while (true) {
    if (!control_.wait_until_wanted(status_, [this] { ownership_.leave(); })) break;
    const std::int64_t began = clock_.monotonic_ns() / 1'000'000;
    Status status = take_turn(control_.begin_run());
    const Action action = status.ok() ? Action::kCancelled : status.error().action;
    const bool quiet = action == Action::kCancelled || action == Action::kRetry;
    if (quiet && stop_.requested()) break;
    if (status.ok()) return end(TaskState::kDone);
    // Another worker's turn, or people's wish.
    if (action == Action::kCancelled || (quiet && control_.interrupted())) continue;
    if (restart_after(std::move(status).error(), clock_.monotonic_ns() / 1'000'000 - began)) continue;
    ownership_.leave();
    if (!control_.wait_for_restart()) return;
  }
  end(TaskState::kStopped);
}

void SourceTask::end(TaskState state) {
  status_.set_state(state);
  ownership_.leave();
}

// One turn from the seat to its end. CANCELLED without a stop: the turn went to another worker.
Status SourceTask::take_turn(const StopToken& run) {
  status_.set_state(TaskState::kStarting,
                    fmt::format("waits for group '{}' to name the worker that runs it", consumer_group(job_, plan_)));
  CNX_ASSIGN(turn_, ownership_.begin_turn([this] { return standing_by(); }, run));
  log::info(plan_.name(), "connector '{}' task 0 runs on this worker ({})", plan_.name(),
            kafka::to_string(ownership_.seat()));
  Status ended = hold();
  if (ended.ok()) ended = run_once();
  if (!ended.ok()) ended = still_owner(std::move(ended).error());
  producer_.reset();
  ownership_.end_turn();
  return ended;
}

// The turn is kept, so that no other worker goes on meanwhile.
Status SourceTask::hold() {
  if (control_.wish() == Wish::kPause) {
    status_.set_state(TaskState::kPaused, told_of(Wish::kPause, plan_.name()));
    Status member;
    control_.wait_while_paused([&] {
      member = ownership_.check();
      return member.ok() && !turn_.requested();
    });
    CNX_TRY(member);
  }
  if (turn_.requested()) return cancelled_error();
  status_.set_state(TaskState::kStarting);
  return {};
}

// A fence is nobody's fault when another worker has taken over meanwhile. The rightful owner is fenced, too: by an
// outage that outlasts its transaction, and by `offsets reset`; then it starts again.
Status SourceTask::still_owner(Error ended) {
  const bool wished = stop_.requested() || control_.interrupted();
  if (wished && ended.action == Action::kCancelled) return ended;
  // After a stop there is no next turn that a doubt could spoil.
  if (stop_.requested() && ended.action == Action::kRetry) return ended;
  bool over = wished ? !ownership_.ours() : turn_.requested();  // a wish stops the turn, too
  if (!over && (ended.action == Action::kFenced || (producer_ && producer_->must_be_recreated()))) {
    producer_.reset();
    auto ours = ownership_.ask_group();
    if (!ours.ok()) return std::move(ours).error().in(ended.message);
    over = !*ours;
  }
  if (over) {
    const bool cause = ended.action != Action::kCancelled;
    log::info(plan_.name(), "connector '{}' task 0: the group takes it from this worker{}{}", plan_.name(),
              cause ? "; it ended with: " : "", cause ? ended.message : "");
    return cancelled_error();
  }
  if (ended.action == Action::kCancelled) ended = fatal_error("it broke off without being asked to: " + ended.message);
  return ended;
}

// Asked again and again while another worker has the turn.
Status SourceTask::standing_by() {
  if (status_.state() != TaskState::kStandby) {
    const std::string what =
        fmt::format("another worker of group '{}' runs it, this one stands by", job_.worker.group_id);
    log::info(plan_.name(), "connector '{}' task 0: {}", plan_.name(), what);
    status_.set_state(TaskState::kStandby, what);
  }
  const std::lock_guard lock(mutex_);
  if (!result_json_) return {};
  return fatal_error(
      fmt::format("another worker of group '{}' has taken over, so that the range cannot be marked as done "
                  "here; a bounded run beside other workers needs a worker.group.id of its own",
                  job_.worker.group_id));
}

// False: the task is over.
bool SourceTask::restart_after(Error error, std::int64_t up_ms) {
  if (error.action == Action::kFenced) {
    const std::int64_t now = clock_.monotonic_ns() / 1'000'000;
    fences_ms_.push_back(now);
    while (now - fences_ms_.front() > kFencesWithinMs) fences_ms_.pop_front();
    if (fences_ms_.size() < kMostFences)
      error.action = Action::kRetry;
    else
      error.message = fmt::format(
          "fenced {} times in {} s while the group gives it to this worker: another process uses transactional.id '{}' "
          "outside the group; stop it or give it another worker.group.id ({})",
          fences_ms_.size(), kFencesWithinMs / 1000, transactional_id_, error.message);
  }
  return restarts_.again_after(error, up_ms, control_.run());
}

Status SourceTask::run_once() {
  CNX_ASSIGN(producer_, kafka::TransactionalProducer::open(plan_.client,
                                                           {transactional_id_, kTransactionTimeoutMs, 60'000}, turn_));
  PositionStore store({job_.worker.group_id, plan_.name(), plan_.topic});
  CNX_ASSIGN(const std::int32_t partition, load_positions(job_, plan_, store, status_, turn_));
  if (marked_as_done(store)) return {};
  SourceTransactions transactions({job_, plan_, clock_, status_, turn_}, *producer_, store, partition);

  plugin::HostContext host({plan_.name(), 0, 1, &clock_, turn_, metrics_, this});
  CNX_ASSIGN(const std::unique_ptr<plugin::SourceInstance> source,
             plugin::SourceInstance::create(*plan_.component, host, plan_.values));
  {
    const std::lock_guard lock(mutex_);
    running_ = source.get();
  }
  struct Unpublish {
    SourceTask& task;
    ~Unpublish() {
      const std::lock_guard lock(task.mutex_);
      task.running_ = nullptr;
    }
  } const unpublish{*this};
  if (turn_.requested()) return cancelled_error();

  const bool again = options_.again && !again_used_;
  CNX_ASSIGN(const SourcePlan plan, [&] {
    const TaskStatus::Call call(status_, 0, "start of the source");
    return source->start(store.start_from(again));
  }());
  bool fetch = true;
  CNX_TRY(take_plan(plan, transactions, store, fetch));
  again_used_ = true;
  status_.set_state(TaskState::kRunning);
  if (fetch) CNX_TRY(poll_until_done(*source, transactions));
  {
    const TaskStatus::Call call(status_, 0, "stop of the source");
    source->stop();
  }
  return bounded_ ? wait_for_finish(transactions) : Status();
}

Status SourceTask::take_plan(const SourcePlan& plan, SourceTransactions& transactions, const PositionStore& store,
                             bool& fetch) {
  bounded_ = plan.bounded;
  log::info(plan_.name(), "{}", plan.title);
  const RangeRecord* known = bounded_ ? store.range(plan.range_id) : nullptr;
  const bool begin =
      bounded_ && (known == nullptr || (known->state == CNX_RANGE_DONE && options_.again && !again_used_));
  if (begin) {
    RangeRecord fresh;
    fresh.id = begun_id_ = plan.range_id;
    fresh.title = plan.title;
    fresh.state = CNX_RANGE_FETCHING;
    CNX_TRY(transactions.commit_range(std::move(fresh), range_));
  } else if (known != nullptr) {
    range_ = *known;
  }
  const bool resumed = bounded_ && range_.id != begun_id_ && range_.state != CNX_RANGE_DONE;
  fetch = !bounded_ || range_.state == CNX_RANGE_FETCHING;
  const std::lock_guard lock(mutex_);
  progress_.bounded = bounded_;
  progress_.range = range_;
  progress_.fetched = bounded_ && !fetch;
  progress_.resumed = progress_.resumed || resumed;
  if (bounded_ && range_.state == CNX_RANGE_DONE) progress_.done_before = range_;
  changed_.notify_all();
  return {};
}

Status SourceTask::poll_until_done(plugin::SourceInstance& source, SourceTransactions& transactions) {
  const auto commit = [&](std::span<const plugin::PolledBatch> batches) -> Status {
    const TaskStatus::Call call(status_, 1, "Kafka transaction");
    CNX_TRY(transactions.commit(batches, bounded_ ? &range_ : nullptr));
    show_range();
    return {};
  };
  SourcePolls polls(source, commit, status_, clock_);
  CNX_TRY(polls.start());
  while (!turn_.requested()) {
    CNX_ASSIGN(const bool end, polls.once());
    CNX_TRY(ownership_.check());
    if (!end) continue;
    if (!bounded_)
      return fatal_error(fmt::format("{} says that its work is complete, though it promised to poll for ever",
                                     source.component().described()));
    RangeRecord fetched = range_;
    fetched.state = CNX_RANGE_FETCHED;
    CNX_TRY(transactions.commit_range(std::move(fetched), range_));
    const std::lock_guard lock(mutex_);
    progress_.range = range_;
    progress_.fetched = true;
    return {};
  }
  return cancelled_error();
}

void SourceTask::show_range() {
  const std::lock_guard lock(mutex_);
  progress_.range = range_;
}

// The commit that marked the range may have taken effect though its answer was lost. The source must not start again
// then: it would begin another range, which no sink is left to write.
bool SourceTask::marked_as_done(const PositionStore& store) const {
  const std::lock_guard lock(mutex_);
  return result_json_ && store.is_done(progress_.range.id);
}

Status SourceTask::wait_for_finish(SourceTransactions& transactions) {
  std::string result;
  {
    std::unique_lock lock(mutex_);
    status_.set_state(TaskState::kDone);
    changed_.wait(lock, [&] { return result_json_.has_value() || turn_.requested(); });
    if (!result_json_) return cancelled_error();
    result = *result_json_;
  }
  if (range_.state == CNX_RANGE_DONE) return {};
  RangeRecord done = range_;
  done.state = CNX_RANGE_DONE;
  done.result_json = std::move(result);
  return transactions.commit_range(std::move(done), range_);
}

}  // namespace cnx::host::runtime
