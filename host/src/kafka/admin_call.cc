// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin_call.h"

#include <chrono>

#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

// The request's own timeout comes first, but for a client that is shut out or being closed: it may never answer.
constexpr auto kNoAnswer = std::chrono::seconds(2);

}  // namespace

Result<EventPtr> AdminCall::run(rd_kafka_admin_op_t operation, const Send& send) const {
  if (stop_.requested()) return cancelled_error();
  const std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<&rd_kafka_AdminOptions_destroy>> options(
      rd_kafka_AdminOptions_new(client_.get(), operation));
  char reason[512] = "";
  if (const auto code = rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout_ms_), reason,
                                                                  sizeof reason)) {
    return client_.error(code, what_, reason);
  }
  const QueuePtr queue(rd_kafka_queue_new(client_.get()));
  const StopCallback on_stop(stop_, [&queue] { rd_kafka_queue_yield(queue.get()); });  // ends the wait, or the next one
  send(client_.get(), options.get(), queue.get());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms_) + kNoAnswer;
  for (;;) {
    if (stop_.requested()) return cancelled_error();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return client_.error(RD_KAFKA_RESP_ERR__TIMED_OUT, what_);
    EventPtr event(rd_kafka_queue_poll(queue.get(), static_cast<int>(left.count())));
    if (!event) continue;
    if (const auto code = rd_kafka_event_error(event.get())) {
      const char* text = rd_kafka_event_error_string(event.get());
      client_.hear_faults();
      return client_.error(code, what_, text ? text : "");
    }
    return event;
  }
}

}  // namespace cnx::host::kafka
