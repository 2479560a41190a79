// SPDX-License-Identifier: Apache-2.0
#include "runtime/claimer.h"

#include <fmt/format.h>

#include "base/log.h"

namespace cnx::host::runtime {

Claimer::Claimer(std::string connector, Target& target, LogView& log, std::string cluster_id,
                 std::map<std::string, std::string> topic_ids)
    : connector_(std::move(connector)),
      target_(target),
      log_(log),
      cluster_id_(std::move(cluster_id)),
      topic_ids_(std::move(topic_ids)) {}

Error Claimer::lost(const kafka::TopicPartition& at, std::string what) const {
  return fatal_error(
      fmt::format("{}: {}; decide where to go on with `connect-host offsets reset --connector {} --topic {} "
                  "--partition {} --to earliest|latest|OFFSET`",
                  kafka::to_string(at), what, connector_, at.topic, at.partition));
}

Status Claimer::check(const kafka::TopicPartition& at, const ClaimedPosition& stored, const kafka::Watermarks& log) {
  if (!cluster_id_.empty() && !stored.cluster_id.empty() && stored.cluster_id != cluster_id_)
    return lost(at, fmt::format("the stored offset {} is of Kafka cluster {}, but this is cluster {}",
                                stored.next_offset, stored.cluster_id, cluster_id_));
  const auto id = topic_ids_.find(at.topic);
  if (id != topic_ids_.end() && !id->second.empty() && !stored.topic_id.empty() && stored.topic_id != id->second)
    return lost(at, fmt::format("the topic was made anew: the stored offset {} is of topic id {}, the present id is {}",
                                stored.next_offset, stored.topic_id, id->second));
  if (log.low > stored.next_offset)
    return lost(at,
                fmt::format("records {} … {} were deleted by retention before they were written (log start {}, stored "
                            "offset {})",
                            stored.next_offset, log.low - 1, log.low, stored.next_offset));
  if (stored.next_offset > log.high)
    return lost(
        at, fmt::format("the stored offset {} lies behind the end of the log ({}): the log lost records or the topic "
                        "was made anew",
                        stored.next_offset, log.high));
  if (stored.last_offset < 0 || stored.last_offset < log.low) return {};
  CNX_ASSIGN(const std::optional<std::int64_t> timestamp, log_.timestamp_at(at, stored.last_offset));
  if (timestamp && *timestamp != stored.last_timestamp_ms)
    return lost(at,
                fmt::format("the topic was made anew: the record at offset {} has timestamp {}, the one written had {}",
                            stored.last_offset, *timestamp, stored.last_timestamp_ms));
  return {};
}

Result<ClaimedPosition> Claimer::claim(const kafka::TopicPartition& at) {
  CNX_ASSIGN(const kafka::Watermarks log, log_.watermarks(at));
  if (!target_.exactly_once()) return target_.claim(at, log.low);
  CNX_ASSIGN(const std::optional<ClaimedPosition> stored, target_.look(at));
  if (stored) {
    CNX_TRY(check(at, *stored, log));
    if (const auto hint = log_.hint(at); hint && *hint > stored->next_offset)
      log::warning(connector_,
                   "{}: the database stands at offset {}, Kafka's group was told {}: the database went back "
                   "(restored?), records {} … {} are written again",
                   kafka::to_string(at), stored->next_offset, *hint, stored->next_offset, *hint - 1);
  }
  return target_.claim(at, log.low);
}

}  // namespace cnx::host::runtime
