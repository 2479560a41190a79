// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_ownership.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "kafka/admin.h"
#include "kafka/position_log.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;
constexpr std::int64_t kConfirmMs = 5'000;
constexpr std::int64_t kLookMs = 100;
constexpr std::int64_t kAskAgainMs = 500;

}  // namespace

kafka::TopicPartition seat_of(const Job& job, const ConnectorPlan& plan) {
  return {job.worker.assignments_topic,
          kafka::PositionLog::partition_of(job.worker.group_id, plan.name(), kSourceSeats)};
}

SourceOwnership::Join join_workers(const Job& job, const ConnectorPlan& plan, const StopToken& stop) {
  return [&job, &plan, stop](kafka::RebalanceListener& listener) -> Result<std::unique_ptr<kafka::GroupMembership>> {
    const std::string& name = job.worker.assignments_topic;
    CNX_ASSIGN(const auto admin, kafka::Admin::open(plan.client, kAnswerMs, stop));
    CNX_ASSIGN(const auto topic, admin->describe_topic(name));
    if (!topic || topic->partitions < kSourceSeats)
      return config_error(
          fmt::format("the assignment topic '{}' {}; `connect-host init` makes one with {} partitions", name,
                      topic ? fmt::format("has only {} partitions", topic->partitions) : "is missing", kSourceSeats));
    const kafka::GroupMember member{consumer_group(job, plan), instance_id(job, plan, 0), kSessionTimeoutMs};
    return kafka::GroupMembership::join(plan.client, member, name, listener);
  };
}

SourceOwnership::SourceOwnership(const Job& job, const ConnectorPlan& plan, Join join, std::function<void()> interrupt)
    : job_(job), plan_(plan), seat_(seat_of(job, plan)), join_(std::move(join)), interrupt_(std::move(interrupt)) {}

SourceOwnership::~SourceOwnership() = default;

// ---- task's thread ----

Result<StopToken> SourceOwnership::begin_turn(const std::function<Status()>& on_standby, const StopToken& run) {
  while (true) {
    if (run.requested()) return cancelled_error();
    if (!group_) {
      CNX_ASSIGN(group_, join_(*this));
    }
    if (Status failed = check(); !failed.ok()) {
      leave();
      return std::move(failed).error();
    }
    bool elsewhere = false;
    if (wait_for_seat(kLookMs, elsewhere)) {
      if (!doubtful_) break;
      CNX_ASSIGN(const bool confirmed, ask_group());
      if (!confirmed) static_cast<void>(run.wait_for(kAskAgainMs));
    } else if (elsewhere) {
      CNX_TRY(on_standby());
    }
  }
  const std::lock_guard lock(mutex_);
  turn_ = StopSource(run);
  in_turn_ = true;
  if (!ours_) turn_.request();  // taken away a moment ago
  return turn_.token();
}

void SourceOwnership::leave() {
  group_.reset();
  // A membership that could not be left in time has told of no revocation.
  const std::lock_guard lock(mutex_);
  ours_ = assigned_ = false;
}

bool SourceOwnership::wait_for_seat(std::int64_t wait_ms, bool& elsewhere) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return ours_; });
  elsewhere = assigned_ && !ours_;
  return ours_;
}

void SourceOwnership::end_turn() {
  const std::lock_guard lock(mutex_);
  in_turn_ = false;
  changed_.notify_all();
}

bool SourceOwnership::ours() const {
  const std::lock_guard lock(mutex_);
  return ours_;
}

Result<bool> SourceOwnership::ask_group() {
  doubtful_ = true;
  CNX_TRY(check());
  CNX_ASSIGN(const bool member, group_->confirm(seat_, kConfirmMs));
  const bool confirmed = member && ours();
  doubtful_ = !confirmed;
  return confirmed;
}

Status SourceOwnership::check() const {
  std::optional<Error> failure = group_ ? group_->failure() : std::nullopt;
  if (!failure) return {};
  if (failure->action == Action::kFenced) {
    displaced_.store(true);
    return fatal_error(displaced_message(job_, failure->message));
  }
  return *std::move(failure);
}

// ---- group's thread ----

std::vector<std::optional<std::int64_t>> SourceOwnership::on_assigned(std::span<const kafka::TopicPartition> partitions,
                                                                      std::uint64_t) {
  const std::lock_guard lock(mutex_);
  assigned_ = true;
  ours_ = ours_ || std::ranges::find(partitions, seat_) != partitions.end();
  changed_.notify_all();
  return std::vector<std::optional<std::int64_t>>(partitions.size());
}

bool SourceOwnership::take_away(std::span<const kafka::TopicPartition> partitions) {
  {
    const std::lock_guard lock(mutex_);
    assigned_ = false;
    if (std::ranges::find(partitions, seat_) == partitions.end()) return false;
    ours_ = false;
    if (!in_turn_) return false;
    turn_.request();
  }
  interrupt_();
  return true;
}

void SourceOwnership::on_revoked(std::span<const kafka::TopicPartition> partitions) {
  if (!take_away(partitions)) return;
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, std::chrono::milliseconds(kGiveBackMs), [&] { return !in_turn_; })) return;
  log::warning(plan_.name(),
               "connector '{}' task 0 did not stop within {} ms of the revocation: it is given back all the same; what "
               "it would still send is fenced",
               plan_.name(), kGiveBackMs);
}

void SourceOwnership::on_lost(std::span<const kafka::TopicPartition> partitions) {
  static_cast<void>(take_away(partitions));
}

}  // namespace cnx::host::runtime
