// SPDX-License-Identifier: Apache-2.0
#include "dlq/discard.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

#include "dlq/marks.h"
#include "errors/backoff.h"
#include "kafka/types.h"

namespace cnx::host::dlq {
namespace {

constexpr std::size_t kAtOnce = 1'000;
constexpr std::int64_t kLongestBackoffMs = 30'000;

/// One transaction of marks.
class Discarder {
 public:
  Discarder(plugin::SinkInstance& sink, std::string id, const DiscardOptions& options)
      : sink_(sink), id_(std::move(id)), options_(options) {}

  /// What is dead of `marks` is discarded; the others are counted as what they are. A passing fault, and a letter that
  /// somebody else takes meanwhile, is met by looking again.
  [[nodiscard]] Status run(std::vector<plugin::Mark> marks, DiscardReport& report) {
    errors::Backoff backoff(std::max<std::int64_t>(1, options_.retry_backoff_ms), kLongestBackoffMs);
    for (std::int64_t tries = 0;; ++tries) {
      Status done = once(marks, report);
      const bool again =
          !done.ok() && (done.error().action == Action::kRetry || done.error().action == Action::kFenced);
      if (!again || tries >= options_.max_retries) {
        if (!tried_.empty())
          done.error().message +=
              "; whether the last of these letters were discarded is not known: do it again, their marks decide";
        return done;
      }
      const std::int64_t wait = std::max(backoff.next_ms(), done.error().retry_after_ms);
      std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    }
  }

 private:
  // An earlier try may have been carried out though its answer was lost: its marks are this one's then.
  [[nodiscard]] Status once(std::vector<plugin::Mark>& marks, DiscardReport& report) {
    if (!tried_.empty()) {
      CNX_ASSIGN(const plugin::Outcome outcome, sink_.marks()->outcome(id_, tried_));
      if (outcome == plugin::Outcome::kCommitted) report.discarded += tried_.size();
      if (outcome == plugin::Outcome::kCommitted) marks.clear();
      tried_.clear();
    }
    CNX_TRY(sink_.marks()->read(marks));
    for (const plugin::Mark& mark : marks) count(mark.state, report);
    std::erase_if(marks, [](const plugin::Mark& mark) { return mark.state != plugin::MarkState::kDead; });
    if (marks.empty()) return {};
    if (!options_.dry_run) CNX_TRY(spend(marks));
    report.discarded += marks.size();
    marks.clear();
    return {};
  }

  static void count(plugin::MarkState state, DiscardReport& report) {
    if (state == plugin::MarkState::kDiscarded) ++report.already;
    if (state == plugin::MarkState::kReplayed) ++report.replayed;
    if (state == plugin::MarkState::kNone) ++report.settled;
  }

  [[nodiscard]] Status spend(const std::vector<plugin::Mark>& marks) {
    std::set<kafka::TopicPartition> partitions;
    for (const plugin::Mark& mark : marks) partitions.insert({mark.topic, mark.partition});
    std::vector<plugin::MarkPosition> positions;
    for (const kafka::TopicPartition& at : partitions) positions.push_back({at.topic, at.partition, false, 0});
    CNX_TRY(sink_.marks()->begin_replay(positions));
    Status done = sink_.marks()->redeem(id_, marks);
    bool unknown = false;
    if (done.ok()) done = sink_.offsets()->commit(unknown);
    if (unknown) tried_ = marks;
    if (!done.ok() && !unknown) sink_.offsets()->abort();
    return done;
  }

  plugin::SinkInstance& sink_;
  const std::string id_;
  const DiscardOptions& options_;
  std::vector<plugin::Mark> tried_;  // in a transaction whose answer was lost
};

}  // namespace

Status discard(plugin::SinkInstance& sink, const std::string& id, std::span<const Letter* const> chosen,
               const DiscardOptions& options, DiscardReport& report) {
  Discarder discarder(sink, CNX_DISCARD_PREFIX + id, options);
  for (std::size_t begin = 0; begin < chosen.size(); begin += kAtOnce) {
    std::vector<plugin::Mark> marks;
    for (const Letter* letter : chosen.subspan(begin, std::min(kAtOnce, chosen.size() - begin)))
      marks.push_back(mark_of(*letter));
    CNX_TRY(discarder.run(std::move(marks), report));
  }
  return {};
}

}  // namespace cnx::host::dlq
