// SPDX-License-Identifier: Apache-2.0
#include "runtime/transaction_retry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "errors/backoff.h"

namespace cnx::host::runtime {

Status retry_transaction(const char* what, const ConnectorPlan& plan, kafka::TransactionalProducer& producer,
                         TaskStatus& status, const StopToken& stop, const std::function<Status()>& transaction) {
  errors::Backoff backoff(plan.settings.retry_backoff_ms, 10'000);
  for (std::int64_t tries = 0;; ++tries) {
    Status ended = transaction();
    if (ended.ok()) return ended;
    if (ended.error().action == Action::kRecord)
      return fatal_error(fmt::format("{}: {}; nothing of this transaction is sent, the source stands where it was",
                                     what, ended.error().message));
    bool usable = !producer.must_be_recreated();
    if (usable) {
      if (Status aborted = producer.abort(); !aborted.ok()) {
        log::warning(plan.name(), "{}: {}", what, ended.error().message);
        ended = std::move(aborted);
        usable = false;
      }
    }
    if (!usable) {
      if (ended.error().action == Action::kFatal) ended.error().action = Action::kRetry;
      return ended;
    }
    if (ended.error().action != Action::kRetry || tries >= plan.settings.max_retries) return ended;
    const std::int64_t wait = std::max(ended.error().retry_after_ms, backoff.next_ms());
    log::warning(plan.name(), "{}: {}; the transaction is tried again in {} ms ({} of {})", what, ended.error().message,
                 wait, tries + 1, plan.settings.max_retries);
    status.count([](TaskCounts& c) { ++c.retries; });
    status.count_errors(1);
    if (stop.wait_for(wait)) return cancelled_error();
  }
}

}  // namespace cnx::host::runtime
