// SPDX-License-Identifier: Apache-2.0
//
// What the writer of a sink task needs of the place where rows go. Two forms: a sink that keeps Kafka's offsets in its
// own transactions (exactly once), and any other sink (at least once, offsets in Kafka).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "kafka/types.h"
#include "plugin/sink_instance.h"

namespace cnx::host::runtime {

/// A partition's place in the target, as it was found when it was claimed.
struct ClaimedPosition {
  std::int64_t next_offset = 0;
  std::int64_t epoch = 0;  ///< ours
  bool existed = false;    ///< false: the row was made now
  std::int64_t last_offset = -1;
  std::int64_t last_timestamp_ms = -1;
  std::string topic_id;
  std::string cluster_id;
  std::string owner;  ///< before us; "": nobody since `offsets reset`
  std::string group;
  bool group_is_ahead = false;  ///< Kafka's group has been told of a later offset
  bool again = false;           ///< this very owner had claimed it: the answer to that claim was lost, or it comes back
};

using plugin::OffsetStep;
using plugin::Outcome;
using plugin::RejectedRow;

/// A partition that is not where its owner left it.
struct Loss {
  std::size_t index = 0;  ///< in what was asked
  std::string reason;     ///< names the partition and what stands there now
};

/// One owner thread (the sink thread) for everything but cancel().
class Target {
 public:
  virtual ~Target() = default;

  virtual void stop() = 0;
  virtual void cancel() = 0;  // [any thread]
  virtual void idle() = 0;

  /// True: a commit covers rows and offsets together.
  [[nodiscard]] virtual bool exactly_once() const = 0;

  /// Where `at` stood before, without touching it; nullopt: never seen.
  [[nodiscard]] virtual Result<std::optional<ClaimedPosition>> look(const kafka::TopicPartition& at) = 0;
  /// Becomes the owner of `at`; a new row begins at `earliest`.
  [[nodiscard]] virtual Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) = 0;
  /// Still owner, at these positions (`old_offset`)? Those that are not, in order.
  [[nodiscard]] virtual Result<std::vector<Loss>> verify(std::span<const OffsetStep> held) = 0;

  [[nodiscard]] virtual Status prepare(const cnx_batch& shape) = 0;
  /// An error means that no transaction is open.
  [[nodiscard]] virtual Status begin(std::span<const OffsetStep> steps) = 0;
  /// True: dead records are marked in the target, in the transaction that passes them.
  [[nodiscard]] virtual bool keeps_marks() const = 0;
  /// Marks them, within a transaction. After an error the caller aborts.
  [[nodiscard]] virtual Status bury(std::span<const plugin::Mark> marks) = 0;
  /// `rows` empty: all. RECORD with `rejects` filled, or empty when the sink cannot tell which row.
  [[nodiscard]] virtual Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                                     std::vector<RejectedRow>& rejects) = 0;
  /// `unknown`: the answer was lost; ask outcome().
  [[nodiscard]] virtual Status commit(bool& unknown) = 0;
  virtual void abort() = 0;
  [[nodiscard]] virtual Result<Outcome> outcome(std::span<const OffsetStep> steps) = 0;
  /// Moves offsets without rows.
  [[nodiscard]] virtual Status advance(std::span<const OffsetStep> steps) = 0;
};

}  // namespace cnx::host::runtime
