// SPDX-License-Identifier: Apache-2.0
//
// Becoming the owner of a partition: where reading begins, and whether what was stored still fits the topic.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "cnx/result.hpp"
#include "kafka/types.h"
#include "runtime/target.h"

namespace cnx::host::runtime {

/// What the claimer asks Kafka. [sink thread]
class LogView {
 public:
  virtual ~LogView() = default;
  [[nodiscard]] virtual Result<kafka::Watermarks> watermarks(const kafka::TopicPartition& at) = 0;
  /// The timestamp of the record at `offset`; nullopt when there is no record.
  [[nodiscard]] virtual Result<std::optional<std::int64_t>> timestamp_at(const kafka::TopicPartition& at,
                                                                         std::int64_t offset) = 0;
  /// The first record at or behind `from` and below `to` that a reader of committed records gets; nullopt: none.
  [[nodiscard]] virtual Result<std::optional<std::int64_t>> first_record(const kafka::TopicPartition& at,
                                                                         std::int64_t from, std::int64_t to) = 0;
  /// What the group has stored, which is a hint; nullopt: nothing or not known.
  [[nodiscard]] virtual std::optional<std::int64_t> hint(const kafka::TopicPartition& at) = 0;
};

/// Claims partitions for one task. The database's offsets win over Kafka's; data that is lost is never passed over. One
/// thread.
class Claimer {
 public:
  /// `made_anew`: topics that had another id in an earlier run of this task; for sinks that do not store the id.
  Claimer(std::string connector, Target& target, LogView& log, std::string cluster_id,
          std::map<std::string, std::string> topic_ids, std::set<std::string> made_anew = {});

  /// FATAL when records between the stored offset and the log are gone, or the topic was made anew: it names the range
  /// and the way on. The row is not touched then.
  /// `known`: an offset up to which we committed ourselves; -1: none.
  [[nodiscard]] Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t known = -1);

  /// Reading began at `claimed` and gave nothing below `first`, where a record or the end stood: is that right? Asks
  /// the log, apart from what was read, unless there is no gap. FATAL: the gap holds a record; it names both. RETRY:
  /// the log does not answer, or has been cut since; only a new claim can tell.
  [[nodiscard]] Status check_gap(const kafka::TopicPartition& at, std::int64_t claimed, std::int64_t first);

 private:
  void compare_with_group(const kafka::TopicPartition& at, const ClaimedPosition& stored, std::int64_t told) const;
  [[nodiscard]] Status check(const kafka::TopicPartition& at, const ClaimedPosition& stored,
                             const kafka::Watermarks& log);
  [[nodiscard]] Error lost(const kafka::TopicPartition& at, std::string what) const;

  const std::string connector_;
  Target& target_;
  LogView& log_;
  const std::string cluster_id_;
  const std::map<std::string, std::string> topic_ids_;
  const std::set<std::string> made_anew_;
};

}  // namespace cnx::host::runtime
