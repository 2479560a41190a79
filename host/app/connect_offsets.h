// SPDX-License-Identifier: Apache-2.0
//
// The offsets of connectors over REST: asked of Kafka and of the sinks' targets, so each call may take seconds.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/stop.h"
#include "observe/api_call.h"
#include "runtime/connector_control.h"
#include "runtime/job.h"

namespace cnx::host::app {

/// Whose offsets. Borrows.
struct OffsetsOf {
  const runtime::Job& job;
  const runtime::ConnectorPlan& plan;
  const Clock& clock;
  const StopToken& stop;
};

/// {offsets: [{partition, offset}]}. A sink's partition is {kafka_topic, kafka_partition}, its offset {kafka_offset};
/// a source's are {topic, range?, part} and its value.
[[nodiscard]] observe::Answer read_offsets(const OffsetsOf& of);

/// 400 while the connector, or a task of it here, is not stopped.
[[nodiscard]] std::optional<observe::Answer> refuse_unless_stopped(const runtime::ConnectorPlan& plan,
                                                                   const runtime::ConnectorControl& control);

/// Sets where a sink goes on: `body` has the shape of read_offsets(), an offset of null is the earliest. The positions
/// of a source are its own: 400.
[[nodiscard]] observe::Answer alter_offsets(const OffsetsOf& of, std::string_view body);

/// A sink goes on at the earliest offsets, a source without positions.
[[nodiscard]] observe::Answer delete_offsets(const OffsetsOf& of);

}  // namespace cnx::host::app
