// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "cnx/result.hpp"
#include "errors/dead_letter.h"
#include "errors/ledger.h"
#include "errors/rate_breaker.h"
#include "kafka/dead_letter_producer.h"
#include "runtime/commit.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// `errors.*` of one sink connector.
struct DeadLetterOptions {
  std::string connector;
  int task = 0;
  bool tolerate = false;  ///< errors.tolerance=all
  std::string topic;      ///< errors.deadletterqueue.topic.name
  std::string config_hash;
};

/// What happens to dead records of one task: sent and acknowledged, or the reason to stop. [sink thread]
class DeadLetters final : public DeadRecordPolicy {
 public:
  /// `producer` may be null when nothing is tolerated.
  DeadLetters(DeadLetterOptions options, std::unique_ptr<kafka::DeadLetterProducer> producer,
              errors::RateBreaker& breaker, const errors::Ledger& ledger, TaskStatus& status, const Clock& clock);

  [[nodiscard]] Status send(const SealedBatch& batch, std::span<const DeadRecord> dead) override;

 private:
  const DeadLetterOptions options_;
  const std::unique_ptr<kafka::DeadLetterProducer> producer_;
  errors::RateBreaker& breaker_;
  const errors::Ledger& ledger_;
  TaskStatus& status_;
  const Clock& clock_;
};

}  // namespace cnx::host::runtime
