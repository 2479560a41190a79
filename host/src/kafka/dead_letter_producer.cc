// SPDX-License-Identifier: Apache-2.0
#include "kafka/dead_letter_producer.h"

#include "base/fault_points.h"
#include "kafka/producer_core.h"

namespace cnx::host::kafka {

DeadLetterProducer::DeadLetterProducer(ClientConfig config, std::int32_t timeout_ms, StopToken stop)
    : config_(std::move(config)), timeout_ms_(timeout_ms), stop_(std::move(stop)) {}

DeadLetterProducer::~DeadLetterProducer() = default;

Result<std::unique_ptr<DeadLetterProducer>> DeadLetterProducer::open(const ClientConfig& config,
                                                                     std::int32_t timeout_ms, StopToken stop) {
  CNX_TRY(check(config));
  return std::unique_ptr<DeadLetterProducer>(new DeadLetterProducer(config, timeout_ms, std::move(stop)));
}

Status DeadLetterProducer::connect() {
  CNX_ASSIGN(core_, ProducerCore::create(config_, {{"message.timeout.ms", std::to_string(timeout_ms_)}},
                                         "dead-letter producer"));
  return {};
}

Status DeadLetterProducer::send(std::span<const cnx_record> records) {
  if (!core_) CNX_TRY(connect());
  core_->begin_session();
  Status sent = core_->queue(records, stop_);
  if (sent.ok()) sent = faults::pass("sink.dead_letter.sent");
  // What was queued before a failure is waited for, too, so that no late copy follows a retry.
  const Status acknowledged = core_->await_deliveries(stop_);
  if (sent.ok() && acknowledged.ok()) {
    core_->client().note_success();
    return {};
  }
  const bool refused = core_->broker_refused();
  Error error = sent.ok() ? acknowledged.error() : std::move(sent).error();
  if (const std::optional<Error> fatal = core_->fatal()) {
    core_.reset();
    // A new client can do what this one no longer may.
    return retry_error(fatal->message, fatal->native_code);
  }
  if (refused) core_.reset();  // it leaves a gap in the sequence numbers
  return error;
}

}  // namespace cnx::host::kafka
