// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_polls.h"

#include <utility>
#include <vector>

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kPollNs = 1'000'000'000;
// A source that waits for its input hears of its acks, and of a transaction that failed, after so long.
constexpr std::int64_t kPollWhileSendingNs = 50'000'000;

}  // namespace

SourcePolls::SourcePolls(plugin::SourceInstance& source, SourceSender::Commit commit, TaskStatus& status,
                         const Clock& clock)
    : source_(source), status_(status), clock_(clock), ahead_(source.polls_ahead()), sender_(std::move(commit)) {}

Result<bool> SourcePolls::once() {
  // Asked before what is committed is acked: a poll that may take long leaves nothing untold behind.
  const std::int64_t most_ns = sender_.busy() ? kPollWhileSendingNs : kPollNs;
  CNX_TRY(acknowledge());
  const std::int64_t began_ns = clock_.monotonic_ns();
  Result<plugin::PolledBatch> polled = [&] {
    const TaskStatus::Call call(status_, 0, "poll of the source");
    return source_.poll(began_ns + most_ns);
  }();
  if (!polled.ok()) {
    // What came before the fault is committed first. A stop does not wait for it.
    if (polled.error().action == Action::kCancelled) return std::move(polled).error();
    Status drained = sender_.drain();
    CNX_TRY(acknowledge());
    CNX_TRY(std::move(drained));
    return std::move(polled).error();
  }
  const bool end = polled->end();
  Status sent;
  if (!polled->empty()) {
    status_.count([&](TaskCounts& c) { c.poll_ms.add((clock_.monotonic_ns() - began_ns) / 1'000'000); });
    sent = sender_.send(*std::move(polled));
  }
  if (sent.ok() && (end || !ahead_)) sent = sender_.drain();
  // What was committed before a transaction that failed is acked all the same.
  CNX_TRY(acknowledge());
  CNX_TRY(std::move(sent));
  return end;
}

Status SourcePolls::acknowledge() {
  for (;;) {  // a failure is told behind what was committed before it
    CNX_ASSIGN(const std::vector<plugin::PolledBatch> committed, sender_.take_committed());
    if (committed.empty()) return {};
    for (std::size_t i = 0; i < committed.size(); ++i) source_.acked();
  }
}

}  // namespace cnx::host::runtime
