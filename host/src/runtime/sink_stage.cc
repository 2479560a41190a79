// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_stage.h"

#include "base/fault_points.h"
#include "base/log.h"
#include "base/thread.h"
#include "runtime/dead_letters.h"
#include "runtime/fault_target.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int32_t kDeadLetterTimeoutMs = 30'000;
// A sink is told so often that there is nothing to write.
constexpr std::chrono::seconds kIdleEvery{10};

}  // namespace

SinkStage::SinkStage(SinkStageContext context, Mailbox& mailbox, SinkLinks& links, errors::Ledger& ledger,
                     errors::RateBreaker& breaker, Doubts& doubts, TaskStatus& status)
    : context_(std::move(context)),
      mailbox_(mailbox),
      links_(links),
      ledger_(ledger),
      breaker_(breaker),
      doubts_(doubts),
      status_(status),
      ready_future_(ready_.get_future()),
      ended_future_(ended_.get_future().share()),
      leave_future_(leave_.get_future().share()) {
  mailbox_.set_on_idle([&links] { links.writer_idle(); });
}

SinkStage::~SinkStage() {
  if (!thread_.joinable()) return;
  mailbox_.close();
  if (!identified_) identity_.set_value(std::nullopt);
  leave_.set_value();
  thread_.join();
}

void SinkStage::identify(ClaimIdentity identity) {
  identified_ = true;
  identity_.set_value(std::move(identity));
}

Status SinkStage::start(std::vector<plugin::RowShape> shapes) {
  shapes_ = std::move(shapes);
  CNX_ASSIGN(thread_, start_thread("write-" + std::to_string(context_.task), [this] { body(); }));
  return {};
}

void SinkStage::body() {
  Status status = build_and_run();
  // Only a build that failed gets here without having said so.
  if (!ready_set_) {
    ready_.set_value(status);
    mailbox_.close();
    ended_.set_value(std::move(status));
  }
}

Status SinkStage::build_and_run() {
  const config::ConnectorSettings& settings = context_.plan.settings;
  plugin::HostContext host(
      {settings.name, context_.task, settings.tasks_max, &context_.clock, context_.stop, context_.metrics, nullptr});
  const auto create = [&] {
    return plugin::SinkInstance::create(*context_.plan.component, host, context_.plan.values);
  };
  CNX_ASSIGN(std::unique_ptr<plugin::SinkInstance> sink, create());
  struct Published {
    SinkStage& stage;
    Published(SinkStage& s, plugin::SinkInstance* sink) : stage(s) { set(sink); }
    ~Published() { set(nullptr); }
    void set(plugin::SinkInstance* sink) {
      const std::lock_guard lock(stage.mutex_);
      stage.sink_ = sink;
    }
  } published(*this, sink.get());

  std::unique_ptr<kafka::DeadLetterProducer> producer;
  if (settings.tolerate_errors) {
    CNX_ASSIGN(producer, kafka::DeadLetterProducer::open(context_.plan.client, kDeadLetterTimeoutMs, context_.stop));
  }
  std::future<std::optional<ClaimIdentity>> told = identity_.get_future();
  Status started = connect(*sink);
  const bool early = told.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  while (told.wait_for(kIdleEvery) != std::future_status::ready)
    if (started.ok()) sink->idle();
  const std::optional<ClaimIdentity> identity = told.get();
  if (!identity) return cancelled_error();
  // The cluster may have been away for long: what the sink's system said then is not what it says now.
  if (!started.ok() && early) {
    published.set(nullptr);
    CNX_ASSIGN(sink, create());
    published.set(sink.get());
    started = connect(*sink);
  }
  CNX_TRY(started);
  const std::unique_ptr<Target> target = make_target(*sink, *identity);
  DeadLetters dead_letters(
      {settings.name, context_.task, settings.tolerate_errors, settings.dead_letter_topic, settings.config_hash},
      std::move(producer), breaker_, ledger_, status_, context_.clock);
  Claimer claimer(settings.name, *target, links_, identity->cluster_id, identity->topic_ids, identity->made_anew);
  SinkWriter writer(
      {settings.name, context_.plan.component->name, static_cast<int>(settings.max_retries), settings.retry_backoff_ms},
      mailbox_, *target, claimer, links_, dead_letters, ledger_, doubts_, status_, context_.clock, context_.stop);
  links_.set_writer(writer);
  ready_set_ = true;
  ready_.set_value({});
  prepare(*target);
  Status status = writer.run();
  mailbox_.close();
  links_.writer_idle();  // the reader may wait for records that nobody would take
  ended_.set_value(status);
  // The group thread may still talk to the writer until the consumer is closed.
  leave_future_.wait();
  const TaskStatus::Call call(status_, 1, "closing of the sink");
  target->stop();
  return status;
}

Status SinkStage::connect(plugin::SinkInstance& sink) {
  const TaskStatus::Call call(status_, 1, "connecting of the sink");
  return sink.start();
}

std::unique_ptr<Target> SinkStage::make_target(plugin::SinkInstance& sink, const ClaimIdentity& identity) const {
  std::unique_ptr<Target> target;
  if (sink.offsets() != nullptr)
    target = std::make_unique<OffsetTarget>(sink, identity);
  else
    target = std::make_unique<PlainTarget>(sink, links_);
  if (faults::armed()) target = std::make_unique<FaultTarget>(std::move(target));
  return target;
}

// While the group gathers, so that the first batch need not wait for it. Each batch asks again, and a fault that lasts
// is that batch's.
void SinkStage::prepare(Target& target) {
  const TaskStatus::Call call(status_, 1, "preparation of the sink");
  for (const plugin::RowShape& shape : shapes_) {
    if (const Status prepared = target.prepare(shape.batch()); !prepared.ok())
      log::debug(context_.plan.name(), "task {}: ahead of the first batch: {}", context_.task,
                 prepared.error().message);
  }
}

void SinkStage::cancel_sink() {
  const std::lock_guard lock(mutex_);
  if (sink_ == nullptr) return;
  if (!std::exchange(cancelled_, true))
    log::warning(context_.plan.name(), "task {}: the sink's call did not end in time and is cancelled", context_.task);
  sink_->cancel();
}

template <class Future>
void SinkStage::wait(Future& future, const StopToken& stop, std::chrono::milliseconds grace) {
  using namespace std::chrono_literals;
  while (future.wait_for(50ms) != std::future_status::ready) {
    if (!stop.requested()) continue;
    if (future.wait_for(grace) == std::future_status::ready) return;
    cancel_sink();
  }
}

Status SinkStage::wait_until_ready(const StopToken& stop, std::chrono::milliseconds grace) {
  wait(ready_future_, stop, grace);
  return ready_future_.get();
}

void SinkStage::wait_until_drained(const StopToken& stop, std::chrono::milliseconds grace) {
  wait(ended_future_, stop, grace);
}

Status SinkStage::finish(const StopToken& stop, std::chrono::milliseconds grace) {
  if (!thread_.joinable()) return cancelled_error();
  if (!std::exchange(identified_, true)) identity_.set_value(std::nullopt);
  wait(ended_future_, stop, grace);
  leave_.set_value();
  thread_.join();
  return ended_future_.get();
}

}  // namespace cnx::host::runtime
