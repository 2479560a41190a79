// SPDX-License-Identifier: Apache-2.0
//
// What the topic of positions says about one source connector: positions of the plugin and the state of bounded ranges.
// Keys are JSON objects {"group","connector","topic","range","part"}; a range's own state has no "part".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/source.h"
#include "cnx/component.hpp"
#include "cnx/result.hpp"
#include "kafka/types.h"

namespace cnx::host::runtime {

/// Whose positions: keys of one scope never meet those of another.
struct PositionScope {
  std::string group;  ///< worker.group.id
  std::string connector;
  std::string topic;  ///< the topic that the source writes to; "" when its records name their own
};

using EndOffsets = std::map<kafka::TopicPartition, std::int64_t>;

/// A bounded range: fetching → fetched(end offsets) → done(result).
struct RangeRecord {
  std::string id;
  std::string title;
  cnx_range_state state = CNX_RANGE_NEW;
  std::int64_t updated_ms = 0;
  EndOffsets end_offsets;   ///< highest offset in the delivery reports + 1, of all that was sent so far
  std::string result_json;  ///< done: the run's result, as the summary prints it
};

/// The record key of one position; `range` is "" for none.
[[nodiscard]] std::string position_key(const PositionScope& scope, std::string_view range, std::string_view part);
/// The record key of a range's state.
[[nodiscard]] std::string range_key(const PositionScope& scope, std::string_view range);
[[nodiscard]] std::string encode_range(const RangeRecord& record);

/// Positions and ranges of one scope, filled from the topic. One thread.
class PositionStore {
 public:
  explicit PositionStore(PositionScope scope) : scope_(std::move(scope)) {}

  [[nodiscard]] const PositionScope& scope() const { return scope_; }

  /// Takes a record of the topic; one of another scope is passed over. An unreadable one of this scope is an error:
  /// going on without it would send everything again.
  [[nodiscard]] Status take(std::string_view key, std::optional<std::string_view> value);

  /// Everything a source's start needs to know.
  [[nodiscard]] SourceStart start_from(bool again) const;
  [[nodiscard]] const RangeRecord* range(std::string_view id) const;
  [[nodiscard]] bool is_done(std::string_view range) const;

  /// Keeps the store as the topic is, after a commit of these.
  void put_position(std::string_view range, const Position& position);
  void put_range(RangeRecord record);
  /// Keys to be removed from the topic when `range` is done.
  [[nodiscard]] std::vector<std::string> position_keys_of(std::string_view range) const;
  void forget_positions_of(std::string_view range);

 private:
  const PositionScope scope_;
  std::map<std::pair<std::string, std::string>, std::string> positions_;  // (range, part) → value
  std::map<std::string, RangeRecord, std::less<>> ranges_;
};

}  // namespace cnx::host::runtime
