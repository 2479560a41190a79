// SPDX-License-Identifier: Apache-2.0
#include "runtime/claimer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace cnx::host::runtime {

Claimer::Claimer(std::string connector, Target& target, LogView& log, std::string cluster_id,
                 std::map<std::string, std::string> topic_ids, std::set<std::string> made_anew)
    : connector_(std::move(connector)),
      target_(target),
      log_(log),
      cluster_id_(std::move(cluster_id)),
      topic_ids_(std::move(topic_ids)),
      made_anew_(std::move(made_anew)) {}

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
  if (!target_.exactly_once() && made_anew_.contains(at.topic))
    return lost(at, fmt::format("the topic was made anew while it was read, up to offset {}", stored.next_offset));
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

// What was committed once and is not there now went with its rows, unless somebody has decided so.
void Claimer::compare_with_group(const kafka::TopicPartition& at, const ClaimedPosition& stored,
                                 std::int64_t told) const {
  if (stored.owner.empty())
    log::info(connector_, "{}: goes on at offset {}, as set by `offsets reset` (before: {})", kafka::to_string(at),
              stored.next_offset, told);
  else
    log::warning(connector_,
                 "{}: the database stands at offset {}, but {} had been committed: the database went back "
                 "(restored?), records {} … {} are written again",
                 kafka::to_string(at), stored.next_offset, told, stored.next_offset, told - 1);
}

Result<ClaimedPosition> Claimer::claim(const kafka::TopicPartition& at, std::int64_t known) {
  CNX_ASSIGN(const kafka::Watermarks log, log_.watermarks(at));
  CNX_ASSIGN(const std::optional<ClaimedPosition> stored, target_.look(at));
  if (stored) CNX_TRY(check(at, *stored, log));
  if (!target_.exactly_once()) return target_.claim(at, log.low);
  ClaimedPosition before;
  before.next_offset = log.low;
  before.owner = "nobody";  // a row that is gone: no person did that by `offsets reset`
  if (stored) before = *stored;
  const std::int64_t told = std::max(log_.hint(at).value_or(-1), known);
  if (told > before.next_offset) compare_with_group(at, before, told);
  CNX_ASSIGN(ClaimedPosition claimed, target_.claim(at, log.low));
  claimed.group_is_ahead = told > claimed.next_offset;
  return claimed;
}

Status Claimer::check_gap(const kafka::TopicPartition& at, std::int64_t claimed, std::int64_t first) {
  if (first <= claimed) return {};
  auto found = log_.first_record(at, claimed, first);
  if (!found.ok()) {
    Error unknown = std::move(found).error().in("what lies before the first record read");
    if (unknown.action == Action::kFatal) unknown.action = Action::kRetry;
    return unknown;
  }
  if (!*found) return {};
  return fatal_error(
      fmt::format("{}: reading from offset {} gave nothing below {}, but the log holds a record at {}: records {} … {} "
                  "were passed over. Nothing behind them was written or committed, a new start reads them again; this "
                  "is a fault of the host, report it with the log",
                  kafka::to_string(at), claimed, first, **found, **found, first - 1));
}

}  // namespace cnx::host::runtime
