// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace cnx::host::kafka {

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};

/// "topic[3]", as every message of this module writes it.
[[nodiscard]] inline std::string to_string(const TopicPartition& of) {
  return of.topic + "[" + std::to_string(of.partition) + "]";
}

struct PartitionOffset {
  TopicPartition at;
  std::int64_t offset = 0;
  auto operator<=>(const PartitionOffset&) const = default;
};

/// Who joins which consumer group.
struct GroupMember {
  std::string group_id;
  std::string instance_id;  ///< static membership: the same over restarts; empty: none
  std::int32_t session_timeout_ms = 10'000;
};

/// Log start and end of a partition: offsets `low` … `high` - 1 exist (not all of them as records).
struct Watermarks {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

}  // namespace cnx::host::kafka
