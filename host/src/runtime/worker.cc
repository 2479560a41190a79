// SPDX-License-Identifier: Apache-2.0
#include "runtime/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/fault_points.h"
#include "base/log.h"
#include "kafka/admin.h"
#include "runtime/topics.h"

namespace cnx::host::runtime {
namespace {

// The end of a bounded run is looked for; all else is told by ring().
constexpr std::int64_t kLookForEndMs = 100;
constexpr std::int64_t kAdminTimeoutMs = 10'000;
constexpr std::int64_t kSayHeldEveryMs = 30'000;

}  // namespace

Worker::Worker(const Job& job, RunOptions options, plugin::MetricsPort* metrics, const Clock& clock, StopToken stop)
    : job_(job),
      clock_(clock),
      stop_(stop),
      cluster_(job.client, stop),
      drain_(job, clock, cluster_, ask_sinks(job, clock, stop)),
      on_stop_(stop, [this] { ring(); }) {
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source()) {
      sources_.push_back(std::make_unique<SourceTask>(job_, plan, options, metrics, clock_, stop_));
      continue;
    }
    SinkTeam& team = teams_.try_emplace(plan.name(), plan.settings.tasks_max).first->second;
    for (int task = 0; task < plan.settings.tasks_max; ++task)
      sinks_.push_back(std::make_unique<SinkTask>(job_, plan, task, metrics, clock_, stop_, team));
  }
}

Worker::~Worker() {
  for (auto& source : sources_) source->request_stop();
  for (auto& sink : sinks_) sink->request_stop();
  let_sinks_begin();
  stop_sinks();  // all before the first is gone: one settles what another had in doubt
}

Status Worker::start() {
  for (auto& sink : sinks_) sink->watch([this] { ring(); });
  for (auto& source : sources_) source->watch([this] { ring(); });
  Status started = start_sinks();
  if (started.ok()) started = prepare_topics();
  if (started.ok()) started = watch_topics();
  if (!started.ok()) {
    for (auto& sink : sinks_) sink->request_stop();
  }
  let_sinks_begin();
  CNX_TRY(std::move(started));
  for (auto& source : sources_) CNX_TRY(source->start());
  return {};
}

Status Worker::start_sinks() {
  for (auto& sink : sinks_) CNX_TRY(sink->start());
  return {};
}

void Worker::let_sinks_begin() {
  if (std::exchange(begun_, true)) return;
  for (auto& [connector, team] : teams_) team.begin.count_down();
}

Status Worker::prepare_topics() {
  // One client for all attempts: its words about brokers that are away are throttled.
  std::unique_ptr<kafka::Admin> admin;
  errors::Backoff backoff(1'000, 30'000);
  const std::int64_t began_ns = clock_.monotonic_ns();
  while (true) {
    const auto attempt = [&]() -> Status {
      if (!admin) {
        CNX_ASSIGN(admin, kafka::Admin::open(job_.client, kAdminTimeoutMs, stop_));
      }
      CNX_ASSIGN(const std::string cluster_id, admin->cluster_id());
      {
        const std::lock_guard lock(mutex_);
        cluster_id_ = cluster_id;
      }
      CNX_TRY(ensure_topics(job_, *admin, [](const std::string& name, bool made) {
        if (made) log::info("worker", "made topic '{}'", name);
      }));
      look_at_topics(*admin, cluster_id);
      return {};
    };
    Status status = attempt();
    if (status.ok() || status.error().action != Action::kRetry) return status;
    const std::int64_t wait = backoff.next_ms();
    log::warning("worker", "no connector has begun, for {} s now: {}; tried again in {:.1f} s",
                 (clock_.monotonic_ns() - began_ns) / 1'000'000'000, status.error().message,
                 static_cast<double>(wait) / 1000);
    if (stop_.wait_for(wait)) return cancelled_error();
  }
}

// For the tasks, so that each need not connect to ask the same. What is not learnt here they ask for themselves.
void Worker::look_at_topics(kafka::Admin& admin, const std::string& cluster_id) {
  for (const ConnectorPlan& plan : job_.connectors) {
    if (plan.is_source()) continue;
    ClusterFacts facts{cluster_id, {}, clock_.monotonic_ns()};
    for (const std::string& name : plan.settings.topics) {
      const auto topic = admin.describe_topic(name);
      if (!topic.ok()) return;
      facts.topics[name] = *topic ? std::optional((*topic)->id) : std::nullopt;
    }
    teams_.at(plan.name()).facts = std::move(facts);
  }
}

Status Worker::watch_topics() {
  std::set<std::string> topics;
  for (const ConnectorPlan& plan : job_.connectors)
    if (!plan.is_source()) topics.insert(plan.settings.topics.begin(), plan.settings.topics.end());
  if (topics.empty()) return {};
  const auto ways = [this](const std::string& topic) -> kafka::DescribeTopic {
    for (auto& sink : sinks_)
      if (auto describe = sink->topic_describer(topic)) return describe;
    return nullptr;
  };
  const auto tell = [this](const std::string& topic, const std::optional<std::string>& id) {
    for (auto& sink : sinks_) sink->topic_is(topic, id);
  };
  topic_watch_ = std::make_unique<TopicWatch>(std::move(topics), ways, tell, stop_);
  return topic_watch_->start();
}

std::vector<TaskSnapshot> Worker::tasks() const {
  std::vector<TaskSnapshot> all;
  for (const auto& source : sources_) all.push_back(source->snapshot());
  for (const auto& sink : sinks_) all.push_back(sink->snapshot());
  return all;
}

// ---- what people want ----

Wish Worker::wish(const std::string& connector) const {
  const std::lock_guard lock(mutex_);
  const auto found = wishes_.find(connector);
  return found == wishes_.end() ? Wish::kRun : found->second;
}

std::string Worker::cluster_id() const {
  const std::lock_guard lock(mutex_);
  return cluster_id_;
}

Status Worker::check_open(const std::string& connector) const {
  const auto is = [&](const ConnectorPlan& plan) { return plan.name() == connector; };
  if (std::ranges::none_of(job_.connectors, is)) return config_error(fmt::format("no connector '{}'", connector));
  return closed_ ? Status(retry_error("the run is at its end")) : Status();
}

Status Worker::ask(const std::string& connector, Wish wish) {
  const std::lock_guard lock(mutex_);
  CNX_TRY(check_open(connector));
  const auto found = wishes_.find(connector);
  if ((found == wishes_.end() ? Wish::kRun : found->second) == wish) return {};
  if (wish == Wish::kRun) {
    wishes_.erase(connector);
    log::info("worker", "connector '{}' goes on, by request", connector);
  } else {
    wishes_[connector] = wish;
    log::info("worker", "connector '{}' is {}; a new process would run it", connector, told_of(wish, connector));
  }
  for (auto& source : sources_)
    if (source->connector() == connector) source->ask(wish);
  for (auto& sink : sinks_)
    if (sink->connector() == connector) sink->ask(wish);
  return {};
}

Status Worker::restart(const std::string& connector, std::span<const int> tasks) {
  const std::lock_guard lock(mutex_);
  CNX_TRY(check_open(connector));
  const auto again = [&](auto& task) {
    if (task->connector() != connector || std::ranges::find(tasks, task->task()) == tasks.end()) return;
    log::info("worker", "connector '{}' task {} starts again, by request", connector, task->task());
    task->restart();
  };
  for (auto& source : sources_) again(source);
  for (auto& sink : sinks_) again(sink);
  return {};
}

// From here on nobody is waited for. False: somebody holds a connector.
bool Worker::close_controls(bool unless_held) {
  const std::lock_guard lock(mutex_);
  if (unless_held && !wishes_.empty()) return false;
  closed_ = true;
  for (auto& source : sources_) source->close_control();
  for (auto& sink : sinks_) sink->close_control();
  return true;
}

bool Worker::is_bounded() const {
  return std::ranges::any_of(sources_, [](const auto& source) { return source->progress().bounded; });
}

bool Worker::waits_for_people() {
  std::string held;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [connector, wish] : wishes_)
      held += fmt::format("{}connector '{}', {}", held.empty() ? "" : "; ", connector, told_of(wish, connector));
  }
  const std::int64_t now = clock_.monotonic_ns() / 1'000'000;
  if (!held.empty() && (held != held_ || now - said_held_ms_ >= kSayHeldEveryMs)) {
    log::warning("run", "the run waits for {}", held);
    said_held_ms_ = now;
  }
  held_ = std::move(held);
  return !held_.empty();
}

// ---- how the run stands ----

bool Worker::all_done_before() const {
  return !sources_.empty() && std::all_of(sources_.begin(), sources_.end(), [](const auto& source) {
    return source->progress().done_before.has_value();
  });
}

Worker::Verdict Worker::judge() {
  const auto displaced = [](const auto& task) { return task->displaced(); };
  if (std::ranges::any_of(sinks_, displaced) || std::ranges::any_of(sources_, displaced)) return Verdict::kFailed;
  const std::vector<TaskSnapshot> all = tasks();
  std::set<std::string> failed;
  for (const TaskSnapshot& task : all)
    if (task.state == TaskState::kFailed) failed.insert(task.connector);
  const auto alive = [&](const TaskSnapshot& t) { return t.state != TaskState::kFailed; };
  if (std::none_of(all.begin(), all.end(), alive)) return Verdict::kFailed;
  if (is_bounded() && waits_for_people()) return Verdict::kGoOn;
  const Verdict verdict = judge_bounded(all, failed);
  return verdict == Verdict::kDone && !close_controls(true) ? Verdict::kGoOn : verdict;
}

Worker::Verdict Worker::judge_bounded(const std::vector<TaskSnapshot>& tasks, const std::set<std::string>& failed) {
  if (sources_.empty()) return Verdict::kGoOn;
  if (all_done_before()) return Verdict::kDone;
  EndOffsets written;
  bool bounded = false;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const BoundedProgress progress = sources_[i]->progress();
    const bool over = failed.contains(tasks[i].connector);
    if (!over && !(progress.bounded && progress.fetched)) return Verdict::kGoOn;
    bounded = bounded || progress.bounded;
    for (const auto& [at, end] : progress.range.end_offsets) written[at] = std::max(written[at], end);
  }
  // Sources without bounds that failed leave the sinks running: others may still write to their topics.
  if (!bounded) return Verdict::kGoOn;
  switch (drain_.look(written, tasks, failed)) {
    case Drain::State::kWaiting:
      return Verdict::kGoOn;
    case Drain::State::kLost:
      log::error("run", "{}", drain_.lost());
      return Verdict::kFailed;
    case Drain::State::kDone:
      break;
  }
  return failed.empty() ? Verdict::kDone : Verdict::kFailed;
}

void Worker::ring() {
  const std::lock_guard lock(bell_mutex_);
  rung_ = true;
  bell_.notify_one();
}

bool Worker::wait(std::int64_t wait_ms) {
  std::unique_lock lock(bell_mutex_);
  bell_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return rung_; });
  rung_ = false;
  return stop_.requested();
}

RunSummary Worker::run(const std::function<void()>& tick, std::int64_t tick_ms) {
  const std::int64_t began = clock_.monotonic_ns();
  const ExitLimit limit(stop_, [this] { return tasks(); });
  while (true) {
    if (wait(is_bounded() ? std::min(tick_ms, kLookForEndMs) : tick_ms)) return conclude(Verdict::kGoOn, began);
    tick();
    if (const Verdict verdict = judge(); verdict != Verdict::kGoOn) return conclude(verdict, began);
  }
}

void Worker::stop_sinks() {
  ExitLimit limit(stop_, [this] { return tasks(); });
  limit.begin();
  for (auto& sink : sinks_) sink->request_stop();
  for (auto& sink : sinks_) sink->join();
}

void Worker::stop_sources(const RunSummary& summary, bool complete) {
  ExitLimit limit(stop_, [this] { return tasks(); });
  bool finishing = false;
  for (auto& source : sources_) {
    const bool fetched = source->progress().fetched;
    if (complete && fetched)
      source->finish(to_json(summary));
    else
      source->request_stop();
    finishing = finishing || (complete && fetched);
  }
  if (!finishing) limit.begin();  // what is written at the end of a range may wait for an outage to pass
  for (auto& source : sources_) source->join();
}

RunSummary Worker::conclude(Verdict verdict, std::int64_t began_ns) {
  topic_watch_.reset();
  static_cast<void>(close_controls(false));
  static_cast<void>(faults::pass("shutdown.before"));  // leaving cannot fail
  const bool repeat = verdict == Verdict::kDone && all_done_before();
  if (verdict != Verdict::kDone)
    for (auto& source : sources_) source->request_stop();
  stop_sinks();
  RunSummary summary = summarize(tasks());
  summary.seconds = static_cast<double>(clock_.monotonic_ns() - began_ns) / 1e9;
  const bool failed = verdict == Verdict::kFailed || std::any_of(summary.connectors.begin(), summary.connectors.end(),
                                                                 [](const auto& c) { return c.failed; });
  summary.exit_code = failed ? 1 : verdict == Verdict::kDone && summary.dead > 0 ? 3 : 0;
  if (repeat && !failed) {
    const RangeRecord before = *sources_.front()->progress().done_before;
    summary = from_json(before.result_json);
    summary.fetched_at_ms = before.updated_ms;
  }
  if (!sources_.empty() && sources_.front()->progress().bounded) {
    summary.title = sources_.front()->progress().range.title;
    summary.resumed = sources_.front()->progress().resumed && verdict == Verdict::kDone && !repeat;
  }
  if (drain_.shared())
    summary.title +=
        " (partitions that other workers had are not in these counts: neither their rows nor dead letters)";
  stop_sources(summary, verdict == Verdict::kDone && !repeat);
  static_cast<void>(faults::pass("shutdown.after"));
  for (const TaskSnapshot& task : tasks()) {
    if (!task.is_source || task.state != TaskState::kFailed || failed) continue;
    // The range could not be marked as done: a repetition would fetch it again, so this is no success.
    summary.exit_code = 1;
    log::error("run", "connector '{}': {}", task.connector, task.message);
  }
  return summary;
}

}  // namespace cnx::host::runtime
