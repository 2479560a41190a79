// SPDX-License-Identifier: Apache-2.0
#include "dlq/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/fault_points.h"
#include "cnx/text.hpp"
#include "dlq/letter_batch.h"
#include "dlq/marks.h"
#include "errors/backoff.h"
#include "runtime/commit.h"
#include "runtime/fault_target.h"

namespace cnx::host::dlq {
namespace {

using Kind = Versions::Verdict::Kind;

constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::int64_t kLongestBackoffMs = 30'000;
// Each round without news is another replay's or a task's transaction that came in between.
constexpr int kMostIdleRounds = 20;

/// A replay sends no dead letters: what dies again stays where it is.
class NoLetters final : public runtime::DeadRecordPolicy {
 public:
  Status send(const runtime::SealedBatch&, std::span<const runtime::DeadRecord>) override { return {}; }
};

void sleep_ms(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

struct Replay::Batch : LetterBatch {};

Replay::Replay(Parts parts, ReplayOptions options, std::string replay, OnBatch on_batch)
    : parts_(parts),
      options_(options),
      on_batch_(std::move(on_batch)),
      versioned_(parts_.sink.marks()->overwrites() && !(options.superseded && options.unverified)),
      versions_(parts_.log) {
  auto target = std::make_unique<ReplayTarget>(
      parts_.sink, std::move(replay), options.dry_run,
      [this](std::span<const plugin::MarkPosition> positions) { return check_locked(positions); });
  replay_target_ = target.get();
  target_ = std::move(target);
  if (faults::armed()) target_ = std::make_unique<runtime::FaultTarget>(std::move(target_));
}

Status Replay::run(const std::vector<Letter>& all, std::span<const Letter* const> chosen, ReplayReport& report) {
  std::vector<const Letter*> dead;
  for (const Letter* letter : chosen) {
    if (letter->state == State::kDead) dead.push_back(letter);
    if (letter->state == State::kReplayed) ++report.already;
    if (letter->state == State::kDiscarded) ++report.discarded;
    if (letter->state == State::kSettled) ++report.settled;
  }
  if (versioned_) CNX_TRY(find_versions(all, dead));
  std::erase_if(dead, [&](const Letter* letter) { return !may_write(*letter, report); });
  const auto at_once = static_cast<std::size_t>(parts_.plan.settings.batch_size);
  for (std::size_t begin = 0; begin < dead.size(); begin += at_once) {
    const std::size_t end = std::min(begin + at_once, dead.size());
    CNX_TRY(write({dead.begin() + static_cast<std::ptrdiff_t>(begin), dead.begin() + static_cast<std::ptrdiff_t>(end)},
                  report));
  }
  return {};
}

Status Replay::find_versions(const std::vector<Letter>& all, std::span<const Letter* const> dead) {
  std::set<kafka::TopicPartition> partitions;
  for (const Letter* letter : dead) {
    versions_.watch(*letter);
    partitions.emplace(std::string(letter->id.topic), letter->id.partition);
  }
  for (const Letter& letter : all) versions_.note(letter);
  for (const kafka::TopicPartition& at : partitions) {
    std::vector<plugin::OffsetRow> rows(1);
    rows[0].topic = at.topic;
    rows[0].partition = at.partition;
    CNX_TRY(parts_.sink.offsets()->read(rows));
    CNX_TRY(versions_.scan_to(at, rows[0].present ? rows[0].next_offset : 0));
  }
  return {};
}

Kind Replay::objection(const Letter& letter) const {
  if (!versioned_) return Kind::kLast;
  const Kind kind = versions_.verdict(letter).kind;
  const bool allowed = kind == Kind::kSuperseded ? options_.superseded : options_.unverified;
  return allowed ? Kind::kLast : kind;
}

bool Replay::may_write(const Letter& letter, ReplayReport& report) const {
  const Kind kind = objection(letter);
  if (kind == Kind::kLast) return true;
  auto& left_out = kind == Kind::kSuperseded ? report.superseded : report.unverified;
  left_out.push_back({&letter, versions_.verdict(letter).why});
  return false;
}

// The connector cannot move on while the positions are locked: what it passed until now is all there is.
Status Replay::check_locked(std::span<const plugin::MarkPosition> positions) {
  for (const plugin::MarkPosition& position : positions) {
    const kafka::TopicPartition at{position.topic, position.partition};
    if (!position.present)
      return fatal_error(
          fmt::format("{} has no stored offset for {}, so it will read the partition from its start; run "
                      "the connector first, and replay what dies then",
                      parts_.plan.name(), kafka::to_string(at)));
    if (versioned_) CNX_TRY(versions_.scan_to(at, position.next_offset));
  }
  for (const Letter* letter : writing_->letters)
    if (objection(*letter) != Kind::kLast)
      return fenced_error(fmt::format("{}: a later version was written meanwhile", to_string(letter->id)));
  return {};
}

Status Replay::write(std::vector<const Letter*> letters, ReplayReport& report) {
  while (!letters.empty()) {
    std::vector<Place> places;
    for (const Letter* letter : letters) places.push_back(letter->place);
    CNX_ASSIGN(std::vector<Fetched> fetched, parts_.topic.fetch(places, kMostBytes));
    Batch batch;
    std::vector<const Letter*> later;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (fetched[i].state == Fetched::kLater) later.push_back(letters[i]);
      if (fetched[i].state == Fetched::kGone) report.gone.push_back({letters[i], "it left the topic (retention)"});
      if (fetched[i].state == Fetched::kThere) batch.add(*letters[i], std::move(fetched[i].letter));
    }
    CNX_TRY(write_fetched(batch, report));
    letters = std::move(later);
  }
  return {};
}

Status Replay::write_fetched(Batch& batch, ReplayReport& report) {
  int idle_rounds = 0;
  while (!batch.letters.empty()) {
    runtime::SealedBatch sealed;
    batch.seal(sealed);
    std::vector<plugin::FilteredPart> filtered;
    sealed.filtered_details = &filtered;
    CNX_TRY(parts_.chain.apply(sealed));
    Status status = attempt(batch, sealed);
    if (status.ok()) {
      account(batch, sealed, report);
      return on_batch_(sealed, filtered);
    }
    if (status.error().action != Action::kFenced) return status;
    const std::size_t before = batch.letters.size();
    CNX_TRY(drop_settled(batch, report));
    if (batch.letters.size() == before && ++idle_rounds >= kMostIdleRounds) return status;
  }
  return {};
}

Status Replay::attempt(Batch& batch, runtime::SealedBatch& sealed) {
  NoLetters no_letters;
  writing_ = &batch;
  replay_target_->use(sealed, batch.letters);
  errors::Backoff backoff(std::max<std::int64_t>(1, parts_.plan.settings.retry_backoff_ms), kLongestBackoffMs);
  for (std::int64_t retries = 0;; ++retries) {
    runtime::Claims claims = batch.claims();
    runtime::CommitAttempt commit(*target_, no_letters, claims, parts_.plan.component->name);
    auto result = commit.run(sealed);
    while (!result.ok() && !commit.unresolved().empty() && retries < parts_.plan.settings.max_retries) {
      ++retries;
      sleep_ms(backoff.next_ms());
      const auto outcome = target_->outcome(commit.unresolved());
      if (!outcome.ok()) continue;
      if (*outcome == runtime::Outcome::kCommitted) return {};
      if (*outcome == runtime::Outcome::kFenced) return fenced_error("another replay took some of these letters");
      break;
    }
    if (result.ok()) return {};
    if (result.error().action != Action::kRetry) return std::move(result).error();
    if (retries >= parts_.plan.settings.max_retries) {
      Error error = std::move(result).error();
      if (!commit.unresolved().empty())
        error.message += "; whether these letters were written is not known: run the replay again, their marks decide";
      return error;
    }
    sleep_ms(std::max(backoff.next_ms(), result.error().retry_after_ms));
  }
}

Status Replay::drop_settled(Batch& batch, ReplayReport& report) {
  std::vector<plugin::Mark> marks;
  for (const Letter* letter : batch.letters) marks.push_back(mark_of(*letter));
  CNX_TRY(parts_.sink.marks()->read(marks));
  std::vector<bool> keep(marks.size(), true);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const State state = state_of(marks[i].state);
    if (state == State::kReplayed) ++report.already;
    if (state == State::kDiscarded) ++report.discarded;
    if (state == State::kSettled) ++report.settled;
    keep[i] = state == State::kDead && may_write(*batch.letters[i], report);
  }
  batch.keep_only(keep);
  return {};
}

void Replay::account(const Batch& batch, const runtime::SealedBatch& sealed, ReplayReport& report) const {
  report.written += static_cast<std::uint64_t>(std::ranges::count(sealed.fates, runtime::Fate::kRows));
  report.filtered += static_cast<std::uint64_t>(std::ranges::count(sealed.fates, runtime::Fate::kFiltered));
  for (const cnx_batch* made : sealed.outputs)
    for (std::uint64_t row = 0; row < made->count; ++row)
      if (sealed.fates[made->origin[row]] == runtime::Fate::kRows) ++report.rows;
  for (const runtime::DeadRecord& dead : sealed.dead) {
    std::string why = fmt::format("{} ({})", dead.message, dead.component);
    if (!dead.path.empty()) why = fmt::format("{}: {}", dead.path, why);
    if (!dead.column.empty()) why = fmt::format("column {}: {}", dead.column, why);
    report.failed.push_back({batch.letters[dead.origin], std::move(why)});
  }
}

}  // namespace cnx::host::dlq
