// SPDX-License-Identifier: Apache-2.0
//
// Internal: one request of the Admin API, waited for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/client_handle.h"
#include "kafka/library.h"

namespace cnx::host::kafka {

class AdminCall {
 public:
  using Send = std::function<void(rd_kafka_t*, rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;

  /// `what` stands in errors: "making topic 'x'". `client` must outlive the call.
  AdminCall(const ClientHandle& client, std::int64_t timeout_ms, StopToken stop, std::string what)
      : client_(client), timeout_ms_(timeout_ms), stop_(std::move(stop)), what_(std::move(what)) {}

  /// Sends and waits. The result event, or the error of the request as a whole; CANCELLED at a stop: nothing is sent
  /// after one, and what was sent before may have come to pass.
  [[nodiscard]] Result<EventPtr> run(rd_kafka_admin_op_t operation, const Send& send) const;

 private:
  const ClientHandle& client_;
  const std::int64_t timeout_ms_;
  const StopToken stop_;
  const std::string what_;
};

}  // namespace cnx::host::kafka
