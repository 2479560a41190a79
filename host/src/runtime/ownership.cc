// SPDX-License-Identifier: Apache-2.0
#include "runtime/ownership.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kLookEveryMs = 5'000;
// Of claims that wait, and of what the group has not been told yet.
constexpr std::int64_t kSoonMs = 1'000;
// A heartbeat interval: by then the group has told us when we are not its member any more.
constexpr std::int64_t kReclaimAfterMs = 3'000;
constexpr std::size_t kMostFences = 5;
constexpr std::int64_t kFencesWithinMs = 60'000;
constexpr std::int64_t kSayAgainMs = 60'000;

}  // namespace

Ownership::Ownership(std::string connector, int max_retries, Target& target, Claimer& claimer,
                     PartitionControl& partitions, Accounts& accounts, TaskStatus& status, const Clock& clock)
    : connector_(std::move(connector)),
      max_retries_(max_retries),
      target_(target),
      claimer_(claimer),
      partitions_(partitions),
      accounts_(accounts),
      status_(status),
      clock_(clock),
      next_look_ms_(now_ms() + kLookEveryMs) {}

// ---- coming and going ----

void Ownership::leaving(std::span<const kafka::TopicPartition> partitions) {
  const std::lock_guard lock(mutex_);
  for (const auto& at : partitions) ++leaving_[at];
}

bool Ownership::is_leaving(const kafka::TopicPartition& at) const {
  const std::lock_guard lock(mutex_);
  return leaving_.contains(at);
}

void Ownership::release(std::span<const kafka::TopicPartition> partitions) {
  for (const auto& at : partitions) {
    forget(at);
    fences_ms_.erase(at);
    known_.erase(at);
  }
  show_waiting();
  const std::lock_guard lock(mutex_);
  for (const auto& at : partitions)
    if (const auto found = leaving_.find(at); found != leaving_.end() && --found->second == 0) leaving_.erase(found);
}

void Ownership::forget(const kafka::TopicPartition& at) {
  claims_.erase(at);
  waiting_.erase(at);
  status_.forget_committed(at);
}

// ---- claims ----

Result<std::optional<std::int64_t>> Ownership::claim(const kafka::TopicPartition& at, std::uint64_t generation) {
  if (is_leaving(at)) return std::optional<std::int64_t>{};
  const TaskStatus::Call call(status_, 1, "claim of a partition");
  const auto known = known_.find(at);
  auto found = claimer_.claim(at, known == known_.end() ? -1 : known->second);
  if (!found.ok()) {
    if (found.error().action != Action::kRetry) return std::move(found).error();
    claim_failed(at, generation, std::move(found).error());
    return std::optional<std::int64_t>{};
  }
  accounts_.claimed(at, *found);
  claims_[at] = {generation, found->epoch, found->next_offset, found->last_offset, found->last_timestamp_ms};
  known_[at] = found->next_offset;
  status_.set_committed(at, found->next_offset);
  log::info(connector_, "claimed {} at offset {}{}", kafka::to_string(at), found->next_offset,
            target_.exactly_once() ? fmt::format(" (epoch {})", found->epoch) : "");
  claim_succeeded(at);
  // Else every claim to come would find the group ahead, and wonder.
  if (found->group_is_ahead) hints_.insert(at);
  return std::optional(found->next_offset);
}

Status Ownership::begin_reading(const kafka::TopicPartition& at, std::uint64_t generation) {
  auto begun = partitions_.start_at(at, generation, claims_.at(at).next_offset);
  if (begun.ok()) {
    claims_.at(at).generation = *begun;
    return {};
  }
  if (begun.error().action != Action::kFenced) return std::move(begun).error();
  // Not assigned under this generation: either the group's thread has not taken the assignment in yet, then it is tried
  // again; or it is over, then the release that is on its way ends this.
  forget(at);
  wait_for_claim(at, generation, kReclaimAfterMs);
  return {};
}

void Ownership::wait_for_claim(const kafka::TopicPartition& at, std::uint64_t generation, std::int64_t wait_ms) {
  Waiting& waiting = waiting_[at];
  waiting.generation = generation;
  waiting.due_ms = now_ms() + wait_ms;
}

// A passing fault concerns this partition only: it stays held and is claimed again, or released.
void Ownership::claim_failed(const kafka::TopicPartition& at, std::uint64_t generation, Error error) {
  Waiting& waiting = waiting_[at];
  const std::int64_t now = now_ms();
  const std::int64_t wait = std::max(error.retry_after_ms, waiting.backoff.next_ms());
  wait_for_claim(at, generation, wait);
  if (!waiting.fault) waiting.since_ms = now;
  const bool news = !waiting.fault || waiting.fault->native_code != error.native_code;
  if (news || now - waiting.said_ms >= kSayAgainMs) {
    waiting.said_ms = now;
    const std::string since =
        now == waiting.since_ms ? "" : fmt::format(" (waiting for {} s)", (now - waiting.since_ms) / 1000);
    log::warning(connector_, "{} cannot be claimed yet{}: {}; tried again in {:.1f} s", kafka::to_string(at), since,
                 error.message, static_cast<double>(wait) / 1000);
  }
  waiting.fault = std::move(error);
  show_waiting();
}

// What kept the others waiting may be over for them, too.
void Ownership::claim_succeeded(const kafka::TopicPartition& at) {
  waiting_.erase(at);
  for (auto& [other, waiting] : waiting_) {
    if (!waiting.fault) continue;
    waiting.due_ms = std::min(waiting.due_ms, now_ms());
  }
  show_waiting();
}

void Ownership::show_waiting() {
  const auto faulty =
      std::find_if(waiting_.begin(), waiting_.end(), [](const auto& w) { return w.second.fault.has_value(); });
  // The message may be somebody else's by now.
  if (faulty == waiting_.end()) {
    if (std::exchange(shown_, false)) status_.set_message("");
    return;
  }
  shown_ = true;
  status_.set_message(
      fmt::format("waits to claim {}: {}", kafka::to_string(faulty->first), faulty->second.fault->message));
}

Status Ownership::check_beginning(std::span<const Slice> slices) {
  for (const Slice& slice : slices) {
    const auto found = claims_.find(slice.at);
    if (found == claims_.end() || found->second.generation != slice.generation || found->second.begun) continue;
    Claim& claim = found->second;
    const std::int64_t first = slice.records > 0 ? slice.first_offset : slice.next_offset;
    const TaskStatus::Call call(status_, 1, "look at the first record");
    CNX_TRY(claimer_.check_gap(slice.at, claim.next_offset, first));
    // An end at the claimed offset itself proves nothing about what comes.
    claim.begun = slice.records > 0 || first > claim.next_offset;
  }
  return {};
}

bool Ownership::committed(std::span<const Slice> slices) {
  bool any = false;
  for (const Slice& slice : slices) {
    const auto claim = claims_.find(slice.at);
    if (claim == claims_.end() || claim->second.generation != slice.generation) continue;
    status_.set_committed(slice.at, claim->second.next_offset);
    hints_.insert(slice.at);
    any = true;
  }
  return any;
}

bool Ownership::tell_group() {
  std::vector<kafka::PartitionOffset> offsets;
  for (const auto& at : std::exchange(hints_, {}))
    if (const auto claim = claims_.find(at); claim != claims_.end()) offsets.push_back({at, claim->second.next_offset});
  if (!offsets.empty()) partitions_.commit_hint(offsets);
  return !offsets.empty();
}

void Ownership::show_ends() {
  for (const auto& [at, claim] : claims_)
    if (const auto end = partitions_.log_end(at)) status_.set_log_end(at, *end);
}

Status Ownership::claim_due() {
  std::vector<std::pair<kafka::TopicPartition, std::uint64_t>> due;
  for (const auto& [at, waiting] : waiting_)
    if (waiting.due_ms <= now_ms()) due.emplace_back(at, waiting.generation);
  for (const auto& [at, generation] : due) {
    CNX_ASSIGN(const auto offset, claim(at, generation));
    if (offset) CNX_TRY(begin_reading(at, generation));
  }
  return {};
}

// ---- other owners ----

Result<std::vector<Loss>> Ownership::ask(const std::vector<kafka::TopicPartition>& of) {
  std::vector<OffsetStep> held;
  for (const auto& at : of) {
    const Claim& claim = claims_.at(at);
    held.push_back({at.topic, at.partition, claim.epoch, claim.next_offset, claim.next_offset, -1, -1});
  }
  return target_.verify(held);
}

Status Ownership::fenced(const Error& error, const std::vector<kafka::TopicPartition>& of) {
  // A batch may hold a partition twice, under two generations.
  std::vector<kafka::TopicPartition> owned;
  for (const auto& at : std::set(of.begin(), of.end()))
    if (claims_.contains(at)) owned.push_back(at);
  CNX_ASSIGN(std::vector<Loss> losses, ask(owned));
  // Nobody has taken anything, and yet the guards refuse: then none of them can be trusted.
  if (losses.empty())
    for (std::size_t i = 0; i < owned.size(); ++i) losses.push_back({i, error.message});
  for (const Loss& loss : losses) CNX_TRY(lost(owned.at(loss.index), loss.reason));
  return {};
}

Status Ownership::lost(const kafka::TopicPartition& at, const std::string& reason) {
  const std::int64_t now = now_ms();
  std::deque<std::int64_t>& fences = fences_ms_[at];
  fences.push_back(now);
  while (now - fences.front() > kFencesWithinMs) fences.pop_front();
  if (fences.size() >= kMostFences)
    return fatal_error(
        fmt::format("fenced {} times in {} s while the group still assigns {}: {}; two groups or workers write "
                    "the same table under connector name '{}': give one of them another name",
                    fences.size(), kFencesWithinMs / 1000, kafka::to_string(at), reason, connector_));
  log::warning(connector_,
               "fenced: {}; what is queued of {} is dropped, it is claimed again if the group still assigns it to us",
               reason, kafka::to_string(at));
  const Claim claim = claims_.at(at);
  known_[at] = claim.next_offset;
  partitions_.hold(at, claim.generation);
  forget(at);
  wait_for_claim(at, claim.generation, kReclaimAfterMs);
  return {};
}

std::int64_t Ownership::rest_ms(std::int64_t last_commit_ms) const {
  if (!waiting_.empty() || !hints_.empty()) return kSoonMs;
  return std::clamp<std::int64_t>(std::max(next_look_ms_, last_commit_ms + kLookEveryMs) - now_ms(), 1, kLookEveryMs);
}

Status Ownership::look(std::int64_t last_commit_ms) {
  const std::int64_t now = now_ms();
  if (now < next_look_ms_ || now - last_commit_ms < kLookEveryMs) return {};
  next_look_ms_ = now + kLookEveryMs;
  const TaskStatus::Call call(status_, 1, "check of ownership");
  target_.idle();
  partitions_.idle();
  std::vector<kafka::TopicPartition> owned;
  for (const auto& [at, claim] : claims_) owned.push_back(at);
  if (owned.empty()) return {};
  auto losses = ask(owned);
  if (!losses.ok()) return look_failed(std::move(losses).error());
  if (std::exchange(failed_looks_, 0) > 0) log::info(connector_, "the check of ownership is answered again");
  look_backoff_.reset();
  for (const Loss& loss : *losses) CNX_TRY(lost(owned.at(loss.index), loss.reason));
  return {};
}

// Nothing is in work: a passing fault may pass by itself before the task is made anew.
Status Ownership::look_failed(Error error) {
  if (error.action != Action::kRetry || ++failed_looks_ > max_retries_) return error;
  const std::int64_t wait = std::max(error.retry_after_ms, look_backoff_.next_ms());
  next_look_ms_ = now_ms() + wait;
  if (failed_looks_ == 1)
    log::warning(connector_, "the check of ownership was not answered: {}; tried again up to {} times", error.message,
                 max_retries_);
  return {};
}

}  // namespace cnx::host::runtime
