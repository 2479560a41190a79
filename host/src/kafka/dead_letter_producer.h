// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/stop.h"
#include "cnx/abi/batch.h"
#include "cnx/result.hpp"
#include "kafka/client_config.h"

namespace cnx::host::kafka {

class ProducerCore;

/// Writes dead letters, each acknowledged by all in-sync replicas before send() returns success. Idempotent, without
/// transactions: the caller commits elsewhere after it. One owner thread.
class DeadLetterProducer {
 public:
  /// Checks the settings. The client itself is made by the first send(): most runs have no dead letters, and a client
  /// costs three threads.
  /// `timeout_ms` is the most that one record may take to be acknowledged, its client's own retries included.
  [[nodiscard]] static Result<std::unique_ptr<DeadLetterProducer>> open(const ClientConfig& config,
                                                                        std::int32_t timeout_ms, StopToken stop);
  ~DeadLetterProducer();
  DeadLetterProducer(const DeadLetterProducer&) = delete;
  DeadLetterProducer& operator=(const DeadLetterProducer&) = delete;

  /// Sends all and waits for all. On an error some may have arrived: sending again repeats them. RECORD: one is larger
  /// than broker, topic or message.max.bytes allow (the message names it); CANCELLED: stopped while waiting; RETRY,
  /// AUTH, CONFIG, FATAL. The client makes itself anew after an error that would otherwise last.
  [[nodiscard]] Status send(std::span<const cnx_record> records);

 private:
  DeadLetterProducer(ClientConfig config, std::int32_t timeout_ms, StopToken stop);
  [[nodiscard]] Status connect();

  const ClientConfig config_;
  const std::int32_t timeout_ms_;
  const StopToken stop_;
  std::shared_ptr<ProducerCore> core_;  // absent before the first send(), and from a fatal error to the next
};

}  // namespace cnx::host::kafka
