// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "runtime/task_status.h"

namespace cnx::host::runtime {

/// A connector's part of a run.
struct ConnectorSummary {
  std::string name;
  bool is_source = false;
  bool failed = false;
  std::string reason;  ///< of the first failed task
  TaskCounts counts;   ///< of all its tasks
};

/// What a run came to; of this process, so a run that goes on after a crash tells of its own part.
struct RunSummary {
  std::uint64_t windows = 0;  ///< units of the sources that are done
  std::uint64_t pages = 0;
  std::uint64_t fetched = 0;  ///< items got from the sources' systems, repeats included
  std::uint64_t repeats = 0;
  std::uint64_t orders = 0;   ///< records committed to Kafka by sources
  std::uint64_t records = 0;  ///< records that the sinks dealt with: written + filtered + dead
  std::uint64_t written = 0;
  std::uint64_t filtered = 0;
  std::uint64_t dead = 0;
  std::uint64_t released = 0;
  std::uint64_t rows = 0;
  std::uint64_t retries = 0;
  std::uint64_t restarts = 0;
  std::map<std::string, std::uint64_t> filtered_parts;
  double seconds = 0;
  int exit_code = 0;
  std::string title;               ///< of the bounded range; "" = without bounds
  bool resumed = false;            ///< an earlier run began the range; what it did is not in these counts
  std::int64_t fetched_at_ms = 0;  ///< not 0: the range was done before, and this is its old summary
  std::vector<ConnectorSummary> connectors;
  std::vector<plugin::UnitProgress> units;  ///< of all sources
};

[[nodiscard]] RunSummary summarize(std::span<const TaskSnapshot> tasks);
/// For the range record; `from_json` gives back what was stored, as far as it can be read.
[[nodiscard]] std::string to_json(const RunSummary& summary);
[[nodiscard]] RunSummary from_json(const std::string& json);

}  // namespace cnx::host::runtime
