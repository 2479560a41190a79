// SPDX-License-Identifier: Apache-2.0
#include "runtime/position_load.h"

#include <fmt/format.h>

#include "base/log.h"
#include "kafka/admin.h"
#include "kafka/position_log.h"

namespace cnx::host::runtime {
namespace {

constexpr std::int64_t kAnswerMs = 10'000;

}  // namespace

Result<std::int32_t> load_positions(const Job& job, const ConnectorPlan& plan, PositionStore& store, TaskStatus& status,
                                    const StopToken& stop) {
  CNX_ASSIGN(const auto admin, kafka::Admin::open(plan.client, kAnswerMs, stop));
  CNX_ASSIGN(const auto topic, admin->describe_topic(job.worker.offsets_topic));
  if (!topic)
    return config_error(fmt::format("the topic of positions '{}' does not exist; `connect-host init` makes it",
                                    job.worker.offsets_topic));
  const std::int32_t partition = kafka::PositionLog::partition_of(job.worker.group_id, plan.name(), topic->partitions);
  CNX_ASSIGN(const auto log, kafka::PositionLog::open(plan.client, job.worker.offsets_topic, stop));
  CNX_ASSIGN(const auto records, log->read(partition, "", [&](const kafka::PositionWait& wait) {
    const std::string what =
        fmt::format("reading its position: waits for an open transaction in {} at offset {} (end {}), {} s",
                    kafka::to_string(wait.at), wait.position, wait.target, wait.waited_ms / 1000);
    status.set_message(what);
    log::info(plan.name(), "{}", what);
  }));
  for (const auto& [key, value] : records) CNX_TRY(store.take(key, std::string_view(value)));
  return partition;
}

}  // namespace cnx::host::runtime
