// SPDX-License-Identifier: Apache-2.0
//
// Positions of sources for `offsets`: what the topic of positions holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.h"
#include "cnx/result.hpp"
#include "runtime/job.h"

namespace cnx::host::app {

/// One record of the topic of positions.
struct SourcePosition {
  std::string key;                  ///< as it is in the topic
  std::string topic;                ///< that the source writes to
  std::string range;                ///< bounded range; "" = none
  std::optional<std::string> part;  ///< nullopt: the state of the range itself
  std::string value;
};

/// All positions of a source connector, sorted by topic, range and part. Nothing when the topic does not exist. Waits
/// for open transactions until `stop`, and says so on stderr.
[[nodiscard]] Result<std::vector<SourcePosition>> source_positions(const runtime::Job& job,
                                                                   const runtime::ConnectorPlan& plan,
                                                                   const StopToken& stop = {});

/// Removes the positions of a topic (nullopt: all of them), and returns how many there were. A running source is fenced
/// first and goes on from what is left.
[[nodiscard]] Result<std::size_t> remove_source_positions(const runtime::Job& job, const runtime::ConnectorPlan& plan,
                                                          const std::optional<std::string>& topic,
                                                          const StopToken& stop = {});

/// Reads such a key; nullopt: it is none of this group and connector.
[[nodiscard]] std::optional<SourcePosition> parse_position_key(const std::string& key, const std::string& group,
                                                               const std::string& connector);

}  // namespace cnx::host::app
