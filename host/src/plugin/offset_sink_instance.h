// SPDX-License-Identifier: Apache-2.0
//
// The exactly-once side of a sink: feature cnx.sink-offsets/1 (abi/ext/sink_offsets.h tells what each call means) with
// texts that the host owns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cnx/abi/ext/sink_offsets.h"
#include "cnx/result.hpp"
#include "plugin/component.h"

namespace cnx::host::plugin {

struct Claimant {
  std::string owner;  ///< worker id + a random id of this claim
  std::string group;
  std::optional<std::string> topic_id;
  std::optional<std::string> cluster_id;
  std::string host_version;
};

/// What is stored for one partition.
struct OffsetRow {
  std::string topic;
  std::int32_t partition = 0;
  bool present = false;          ///< the row exists (claim: existed)
  std::int64_t next_offset = 0;  ///< in claim and reset: input
  std::int64_t epoch = 0;
  std::int64_t last_offset = -1;
  std::int64_t last_timestamp_ms = -1;
  std::string owner;
  std::string group;
  std::optional<std::string> topic_id;
  std::optional<std::string> cluster_id;
  std::string host_version;
};

/// One partition's step in a transaction: guarded by (epoch, owner, old_offset).
struct OffsetStep {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t epoch = 0;
  std::int64_t old_offset = 0;
  std::int64_t new_offset = 0;
  std::int64_t last_offset = -1;  ///< -1: leave as it is
  std::int64_t last_timestamp_ms = -1;
};

enum class Outcome { kCommitted = CNX_COMMITTED, kNotCommitted = CNX_NOT_COMMITTED, kFenced = CNX_OUTCOME_FENCED };

/// A view of a sink instance; all calls on its owner thread.
class OffsetSinkInstance {
 public:
  OffsetSinkInstance(const Component& component, const cnx_sink_offsets& table, void* self)
      : component_(&component), table_(&table), self_(self) {}

  /// `rows`: topic, partition and the earliest offset in; what was stored before, and the new epoch, out. After an
  /// error `rows` is as it was given.
  [[nodiscard]] Status claim(const Claimant& claimant, std::vector<OffsetRow>& rows);
  [[nodiscard]] Status begin(const Claimant& claimant, std::span<const OffsetStep> steps);
  /// `unknown`: the answer was lost and outcome() has to be asked. Only ever true together with an error.
  [[nodiscard]] Status commit(bool& unknown);
  void abort();
  [[nodiscard]] Result<Outcome> outcome(const Claimant& claimant, std::span<const OffsetStep> steps);
  [[nodiscard]] Status advance(const Claimant& claimant, std::span<const OffsetStep> steps);
  /// The stored rows of the given topics and partitions.
  [[nodiscard]] Status read(std::vector<OffsetRow>& rows);
  /// All rows of the connector.
  [[nodiscard]] Result<std::vector<OffsetRow>> read_all();
  /// Sets next_offset of each, raises its epoch and clears what was remembered.
  [[nodiscard]] Status reset(std::span<const OffsetRow> rows);

 private:
  const Component* component_;
  const cnx_sink_offsets* table_;
  void* self_;
};

}  // namespace cnx::host::plugin
