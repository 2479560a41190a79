// SPDX-License-Identifier: Apache-2.0
#include "runtime/dead_letters.h"

#include <fmt/format.h>

#include "base/fault_points.h"
#include "base/log.h"

namespace cnx::host::runtime {
namespace {

std::string describe(const cnx_record& record, const DeadRecord& dead) {
  std::string where = fmt::format("{}[{}] offset {}", view(record.topic), record.partition, record.offset);
  if (!dead.path.empty()) where += fmt::format(", {}", dead.path);
  if (!dead.column.empty()) where += fmt::format(", column {}", dead.column);
  return fmt::format("{} ({}): {}", where, dead.component, dead.message);
}

}  // namespace

DeadLetters::DeadLetters(DeadLetterOptions options, std::unique_ptr<kafka::DeadLetterProducer> producer,
                         errors::RateBreaker& breaker, const errors::Ledger& ledger, TaskStatus& status,
                         const Clock& clock)
    : options_(std::move(options)),
      producer_(std::move(producer)),
      breaker_(breaker),
      ledger_(ledger),
      status_(status),
      clock_(clock) {}

Status DeadLetters::send(const SealedBatch& batch, std::span<const DeadRecord> dead) {
  const DeadRecord& first = dead.front();
  if (!options_.tolerate)
    return record_error(
        fmt::format("{}; {} of {} records of this batch are dead and errors.tolerance is none: mend the record "
                    "or set errors.tolerance: all with errors.deadletterqueue.topic.name",
                    describe(batch.records[first.origin], first), dead.size(), batch.records.size()),
        first.native_code);
  const errors::LedgerSums sums = ledger_.sums();
  std::vector<std::uint32_t> origins;
  for (const DeadRecord& d : dead) origins.push_back(d.origin);
  CNX_TRY(breaker_.admit(sums.written + sums.filtered + sums.dead, origins));

  errors::DeadLetterBuilder letters(options_.topic, options_.connector, options_.task, options_.config_hash);
  for (const DeadRecord& d : dead)
    letters.add(batch.records[d.origin],
                {d.stage, d.component, d.path, d.column, d.message, d.native_code, d.row, clock_.now_ms()});
  Status sent = faults::around("sink.dead_letter", [&] { return producer_->send(letters.records()); });
  status_.count([&](TaskCounts& c) {
    c.letters += dead.size();
    if (!sent.ok()) c.letters_refused += dead.size();
  });
  if (!sent.ok()) {
    Error error = std::move(sent).error().in(fmt::format("dead letters to '{}'", options_.topic));
    // A dead letter that Kafka will not take has nowhere to end: stop rather than lose it.
    if (error.action == Action::kRecord) error.action = Action::kFatal;
    return error;
  }
  for (const DeadRecord& d : dead)
    log::warning(options_.connector, "dead letter: {}", describe(batch.records[d.origin], d));
  return {};
}

}  // namespace cnx::host::runtime
