// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin_call.h"

#include "kafka/error_map.h"

namespace cnx::host::kafka {
namespace {

constexpr int kSliceMs = 100;

}  // namespace

Result<EventPtr> AdminCall::run(rd_kafka_admin_op_t operation, const Send& send) const {
  const std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<&rd_kafka_AdminOptions_destroy>> options(
      rd_kafka_AdminOptions_new(client_.get(), operation));
  char reason[512] = "";
  if (const auto code = rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout_ms_), reason,
                                                                  sizeof reason)) {
    return client_.error(code, what_, reason);
  }
  const QueuePtr queue(rd_kafka_queue_new(client_.get()));
  send(client_.get(), options.get(), queue.get());
  // The request's own timeout ends the loop: a result always comes.
  for (;;) {
    if (stop_.requested()) return cancelled_error();
    EventPtr event(rd_kafka_queue_poll(queue.get(), kSliceMs));
    if (!event) continue;
    if (const auto code = rd_kafka_event_error(event.get())) {
      const char* text = rd_kafka_event_error_string(event.get());
      rd_kafka_poll(client_.get(), 0);
      return client_.error(code, what_, text ? text : "");
    }
    return event;
  }
}

}  // namespace cnx::host::kafka
