// SPDX-License-Identifier: Apache-2.0
//
// Where the partitions of a sink stand, whoever writes them: the positions in the target, which rule, or the consumer
// group's where a sink keeps none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/stop.h"
#include "cnx/result.hpp"
#include "kafka/admin.h"
#include "plugin/host_context.h"
#include "plugin/sink_instance.h"
#include "runtime/job.h"

namespace cnx::host::runtime {

/// Where one partition of a sink stands.
struct SinkPosition {
  kafka::TopicPartition at;
  std::int64_t next_offset = 0;
  std::optional<std::int64_t> end_offset;  ///< nullopt: there is no such partition, or nobody answers
  std::int64_t epoch = 0;
  std::string owner;
  std::int64_t last_timestamp_ms = -1;

  [[nodiscard]] std::optional<std::int64_t> lag() const {
    return end_offset ? std::optional(std::max<std::int64_t>(0, *end_offset - next_offset)) : std::nullopt;
  }
};

/// The positions of one sink.
struct SinkListing {
  std::vector<SinkPosition> positions;  ///< sorted by topic and partition
  std::optional<Error> end_unknown;     ///< why the ends of the log are not told
};

/// The positions of one sink connector. One thread; connects on open.
class SinkOffsets {
 public:
  /// Everything is borrowed and outlives it. `stop` ends the plugin's waits.
  [[nodiscard]] static Result<std::unique_ptr<SinkOffsets>> open(const Job& job, const ConnectorPlan& plan,
                                                                 kafka::Admin& admin, const Clock& clock,
                                                                 StopToken stop = {});

  /// The positions without the ends of the log, in no order.
  [[nodiscard]] Result<std::vector<SinkPosition>> stored();
  [[nodiscard]] Result<SinkListing> list();
  /// Sets where reading goes on. A running owner is fenced when the target keeps the positions; else (RETRY) the group
  /// must have no members. `note`: what could not be done and does not matter, "" = nothing.
  [[nodiscard]] Status reset(const std::vector<kafka::PartitionOffset>& to, std::string& note);

  [[nodiscard]] bool in_target() const { return sink_->offsets() != nullptr; }

 private:
  SinkOffsets(const Job& job, const ConnectorPlan& plan, kafka::Admin& admin, const Clock& clock, StopToken stop);

  const std::string group_;
  kafka::Admin& admin_;
  const plugin::HostContext host_;
  std::unique_ptr<plugin::SinkInstance> sink_;
};

}  // namespace cnx::host::runtime
