// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "base/log.h"
#include "base/random_id.h"
#include "base/thread.h"
#include "kafka/admin.h"
#include "runtime/sink_links.h"
#include "runtime/sink_reader.h"
#include "runtime/sink_stage.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kAdminTimeoutMs = 10'000;
// A stop waits this long for the open transaction before it cancels the sink's call.
constexpr std::chrono::milliseconds kStopGrace{1'000};
// A topic that was made anew between the worker's question and the task's start is found by the watch, which looks
// every 5 s.
constexpr std::int64_t kFactsLastNs = 2'000'000'000;
// Decompressed records on their way from the broker. More would only push what is worked on out of the processor's
// caches.
constexpr std::int64_t kFetchQueueBytes = 2 << 20;
// Asking the broker is the most that an idle sink does. Only the end of a bounded run waits for the ends of partitions,
// and without a source no run is bounded.
constexpr std::int64_t kEndsWithinMs = 1000;
constexpr std::int64_t kEndsWithinMsBesideSources = 500;

}  // namespace

SinkTask::SinkTask(const Job& job, const ConnectorPlan& plan, int task, plugin::MetricsPort* metrics,
                   const Clock& clock, const StopToken& process_stop, SinkTeam& team)
    : job_(job),
      plan_(plan),
      task_(task),
      metrics_(metrics),
      clock_(clock),
      team_(team),
      stop_(process_stop),
      control_(stop_.token()),
      status_(plan.name(), task, false, clock),
      breaker_(plan.settings.error_rate_limit, plan.settings.error_rate_window),
      restarts_(plan.name(), task, status_, stop_.token()) {}

SinkTask::~SinkTask() { join(); }

Status SinkTask::start() {
  CNX_ASSIGN(thread_, start_thread(fmt::format("read-{}", task_), [this] { body(); }));
  return {};
}
void SinkTask::request_stop() { stop_.request(); }
void SinkTask::join() {
  if (thread_.joinable()) thread_.join();
}
void SinkTask::ask(Wish wish) {
  control_.ask(wish);
  if (wish == Wish::kStop) control_.end_run();
}
bool SinkTask::displaced() const { return displaced_.load(); }

TaskSnapshot SinkTask::snapshot() const {
  TaskSnapshot snapshot = status_.snapshot();
  const errors::LedgerSums sums = ledger_.sums();
  snapshot.counts.records_in = sums.in;
  snapshot.counts.written = sums.written;
  snapshot.counts.filtered = sums.filtered;
  snapshot.counts.dead = sums.dead;
  snapshot.counts.released = sums.released;
  snapshot.counts.pending = sums.pending;
  return snapshot;
}

void SinkTask::body() {
  while (control_.wait_until_wanted(status_)) {
    const std::int64_t began = clock_.monotonic_ns() / 1'000'000;
    status_.forget_partitions();
    status_.set_state(TaskState::kStarting);
    Status status = run_once(control_.begin_run());
    if (status.ok()) status = ledger_.check();
    const bool quiet =
        status.ok() || status.error().action == Action::kCancelled || status.error().action == Action::kRetry;
    if (quiet && stop_.requested()) break;
    if (quiet && control_.interrupted()) continue;
    Error error = status.ok() ? fatal_error("the task ended without being asked to") : std::move(status).error();
    if (restart_after(std::move(error), clock_.monotonic_ns() / 1'000'000 - began)) continue;
    if (!control_.wait_for_restart()) return;
    breaker_.reset();
  }
  status_.set_state(TaskState::kStopped);
}

// False: the task is over.
bool SinkTask::restart_after(Error error, std::int64_t up_ms) {
  if (error.action == Action::kFenced) {
    displaced_.store(true);
    error.message = displaced_message(job_, error.message);
  }
  return restarts_.again_after(error, up_ms, control_.run());
}

Result<ClaimIdentity> SinkTask::identity(const StopToken& run) {
  ClaimIdentity identity;
  identity.owner = fmt::format("{}/{}", job_.worker.worker_id, random_hex(4));
  identity.group = consumer_group(job_, plan_);
  identity.host_version = CNX_HOST_VERSION;
  ClusterFacts facts = team_.facts;
  if (!knows_cluster()) {
    CNX_ASSIGN(facts, ask_cluster(run));
  }
  CNX_ASSIGN(identity.made_anew, topic_ids_.begin(facts.topics, clock_.monotonic_ns() / 1'000'000));
  identity.cluster_id = std::move(facts.cluster_id);
  for (auto& [name, id] : facts.topics) identity.topic_ids[name] = *std::move(id);
  return identity;
}

// The worker has asked a moment ago.
bool SinkTask::knows_cluster() const {
  return !team_.facts.topics.empty() && clock_.monotonic_ns() - team_.facts.learnt_ns < kFactsLastNs;
}

Result<ClusterFacts> SinkTask::ask_cluster(const StopToken& run) {
  const TaskStatus::Call call(status_, 0, "questions to Kafka");
  CNX_ASSIGN(const auto admin, kafka::Admin::open(plan_.client, kAdminTimeoutMs, run));
  ClusterFacts facts;
  CNX_ASSIGN(facts.cluster_id, admin->cluster_id());
  for (const std::string& name : plan_.settings.topics) {
    CNX_ASSIGN(const auto topic, admin->describe_topic(name));
    facts.topics[name] = topic ? std::optional(topic->id) : std::nullopt;
  }
  return facts;
}

void SinkTask::topic_is(const std::string& topic, const std::optional<std::string>& id) {
  auto reason = topic_ids_.judge(topic, id, clock_.monotonic_ns() / 1'000'000);
  if (!reason) return;
  const std::lock_guard lock(mutex_);
  if (!run_stop_ || broken_) return;
  broken_ = std::move(reason);
  run_stop_->request();
}

kafka::DescribeTopic SinkTask::topic_describer(const std::string& topic) {
  if (std::ranges::find(plan_.settings.topics, topic) == plan_.settings.topics.end()) return nullptr;
  const std::lock_guard lock(mutex_);
  return describe_topic_;
}

void SinkTask::describe_topics_by(kafka::DescribeTopic describe) {
  const std::lock_guard lock(mutex_);
  describe_topic_ = std::move(describe);
}

StopToken SinkTask::begin_reading(const StopToken& run) {
  const std::lock_guard lock(mutex_);
  broken_.reset();
  return run_stop_.emplace(run).token();
}

// A run that was broken off starts again: the claims then tell what is lost.
Status SinkTask::end_reading(Status status) {
  const std::lock_guard lock(mutex_);
  run_stop_.reset();
  if (!broken_ || stop_.requested()) return status;
  if (!status.ok() && status.error().action != Action::kCancelled && status.error().action != Action::kRetry)
    return status;
  return retry_error(*std::exchange(broken_, std::nullopt));
}

Status SinkTask::run_once(const StopToken& run) {
  const StopToken stop = begin_reading(run);
  return end_reading(connect(run, stop));
}

// Consumer and sink connect while the worker asks for the topics; what is wrong with them is told behind that.
Status SinkTask::connect(const StopToken& run, const StopToken& stop) {
  SinkLinks links(plan_.client, stop);
  const bool has_source = std::ranges::any_of(job_.connectors, &ConnectorPlan::is_source);
  OpenedConsumer consumer = kafka::SinkConsumer::open(
      plan_.client,
      {consumer_group(job_, plan_), instance_id(job_, plan_, task_), plan_.settings.topics, kSessionTimeoutMs,
       kFetchQueueBytes, has_source ? kEndsWithinMsBesideSources : kEndsWithinMs},
      links, stop);
  Mailbox mailbox(static_cast<std::uint64_t>(plan_.settings.queue_bytes));
  SinkStage stage({job_, plan_, task_, metrics_, clock_, stop}, mailbox, links, ledger_, breaker_, team_.doubts,
                  status_);
  const plugin::HostContext host({plan_.name(), task_, plan_.settings.tasks_max, &clock_, stop, metrics_, nullptr});
  Result<TransformChain> chain = make_chain(host);
  if (chain.ok()) {
    auto shapes = chain->shapes();
    Status staged = stage.start(shapes.ok() ? std::move(shapes).value() : std::vector<plugin::RowShape>{});
    if (!staged.ok()) chain = std::move(staged).error();
  }
  team_.begin.wait();
  Result<ClaimIdentity> who = run.requested() ? cancelled_error() : identity(run);
  if (who.ok() && chain.ok()) {
    stage.identify(std::move(who).value());
    return run_stages(mailbox, links, stage, *chain, std::move(consumer), stop);
  }
  mailbox.close();
  static_cast<void>(stage.finish(stop, kStopGrace));
  return who.ok() ? std::move(chain).error() : std::move(who).error();
}

Result<TransformChain> SinkTask::make_chain(const plugin::HostContext& host) const {
  std::vector<ChainLink> links;
  for (const TransformPlan& t : plan_.transforms) {
    auto transform = plugin::TransformInstance::create(*t.component, host, t.values);
    if (!transform.ok()) return std::move(transform).error().in(fmt::format("transform '{}'", t.name));
    links.push_back({t.name, std::move(transform).value()});
  }
  return TransformChain::make(std::move(links), plan_.component->input(), plan_.component->name);
}

// What the writer did not get to is read again from the committed offset.
void SinkTask::give_back(Mailbox& mailbox) {
  for (;;) {
    auto item = mailbox.take(std::chrono::milliseconds(0));
    auto* batch = std::get_if<std::unique_ptr<SealedBatch>>(&item);
    if (batch == nullptr) return;
    const std::uint64_t records = (*batch)->records.size();
    ledger_.settle({.released = records}, records);
  }
}

Status SinkTask::run_stages(Mailbox& mailbox, SinkLinks& links, SinkStage& stage, TransformChain& chain,
                            OpenedConsumer consumer, const StopToken& stop) {
  if (consumer.ok()) (*consumer)->learn_topics();  // while the sink connects
  Status sink_ready = stage.wait_until_ready(stop, kStopGrace);
  Status read;
  if (sink_ready.ok() && !consumer.ok()) read = std::move(consumer).error();
  if (sink_ready.ok() && read.ok()) {
    SinkReader reader({static_cast<std::size_t>(plan_.settings.batch_size), plan_.settings.batch_interval_ms},
                      **consumer, chain, mailbox, ledger_, status_, clock_, control_, stop);
    links.open(**consumer, [&reader] { reader.writer_idle(); });
    (*consumer)->join(plan_.settings.tasks_max > 1 ? &team_.start_line : nullptr);
    describe_topics_by((*consumer)->topic_describer());
    status_.set_state(TaskState::kRunning);
    read = reader.run();
    describe_topics_by(nullptr);
    mailbox.close();
    stage.wait_until_drained(stop, kStopGrace);
    links.close_reader();
    const TaskStatus::Call call(status_, 0, "leaving of the consumer group");
    (*consumer)->close();
  }
  links.close();
  mailbox.close();
  Status wrote = stage.finish(stop, kStopGrace);
  give_back(mailbox);  // here, while the transforms that made the batches are alive
  if (!sink_ready.ok()) return sink_ready;
  // The reader ends quietly when the writer broke off, so the writer's reason is the first.
  return wrote.ok() ? read : wrote;
}

}  // namespace cnx::host::runtime
