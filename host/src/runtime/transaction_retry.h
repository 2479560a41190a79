// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/transactional_producer.h"
#include "runtime/job.h"
#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// Runs a Kafka transaction, again while its fault passes by itself; a producer that has to be made anew is the task's
/// restart (RETRY). `what` names it in messages. CANCELLED: `stop`.
[[nodiscard]] Status retry_transaction(const char* what, const ConnectorPlan& plan,
                                       kafka::TransactionalProducer& producer, TaskStatus& status,
                                       const StopToken& stop, const std::function<Status()>& transaction);

}  // namespace cnx::host::runtime
