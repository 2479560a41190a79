// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "runtime/target.h"

namespace cnx::host::runtime {

/// Who claims partitions, and of which cluster and topics.
struct ClaimIdentity {
  std::string owner;       ///< worker id + a random id
  std::string group;       ///< the sink's consumer group
  std::string cluster_id;  ///< "" where not known
  std::map<std::string, std::string> topic_ids;
  std::set<std::string> made_anew;  ///< topics that had another id in an earlier run of the task
  std::string host_version;
};

/// A sink with cnx.sink-offsets/1: rows and offsets commit together.
class OffsetTarget final : public Target {
 public:
  /// `sink` has offsets() and outlives the target.
  OffsetTarget(plugin::SinkInstance& sink, ClaimIdentity identity);

  void stop() override { sink_.stop(); }
  void cancel() override { sink_.cancel(); }
  void idle() override { sink_.idle(); }
  [[nodiscard]] bool exactly_once() const override { return true; }
  [[nodiscard]] Result<std::optional<ClaimedPosition>> look(const kafka::TopicPartition& at) override;
  [[nodiscard]] Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) override;
  [[nodiscard]] Result<std::vector<Loss>> verify(std::span<const OffsetStep> held) override;
  [[nodiscard]] Status prepare(const cnx_batch& shape) override { return sink_.prepare(shape); }
  [[nodiscard]] Status begin(std::span<const OffsetStep> steps) override;
  [[nodiscard]] bool keeps_marks() const override { return sink_.marks() != nullptr; }
  [[nodiscard]] Status bury(std::span<const plugin::Mark> marks) override { return sink_.marks()->bury(marks); }
  [[nodiscard]] Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                             std::vector<RejectedRow>& rejects) override;
  [[nodiscard]] Status commit(bool& unknown) override { return sink_.offsets()->commit(unknown); }
  void abort() override { sink_.offsets()->abort(); }
  [[nodiscard]] Result<Outcome> outcome(std::span<const OffsetStep> steps) override;
  [[nodiscard]] Status advance(std::span<const OffsetStep> steps) override;

 private:
  /// Why `row` is not what we left; "": it is.
  [[nodiscard]] std::string moved(const plugin::OffsetRow& row, const OffsetStep& left) const;

  plugin::SinkInstance& sink_;
  const ClaimIdentity identity_;
  const plugin::Claimant claimant_;  // for the guards: owner and group
};

/// A sink without offsets of its own: written, flushed, then the group's offset follows. A crash in between repeats
/// rows.
class PlainTarget final : public Target {
 public:
  /// Reads and stores the group's offsets; made over the consumer.
  struct GroupOffsets {
    virtual ~GroupOffsets() = default;
    [[nodiscard]] virtual Result<std::optional<std::int64_t>> committed(const kafka::TopicPartition& at) = 0;
  };
  PlainTarget(plugin::SinkInstance& sink, GroupOffsets& offsets) : sink_(sink), offsets_(offsets) {}

  void stop() override { sink_.stop(); }
  void cancel() override { sink_.cancel(); }
  void idle() override { sink_.idle(); }
  [[nodiscard]] bool exactly_once() const override { return false; }
  [[nodiscard]] Result<std::optional<ClaimedPosition>> look(const kafka::TopicPartition& at) override;
  [[nodiscard]] Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) override;
  [[nodiscard]] Result<std::vector<Loss>> verify(std::span<const OffsetStep>) override { return std::vector<Loss>{}; }
  [[nodiscard]] Status prepare(const cnx_batch& shape) override { return sink_.prepare(shape); }
  [[nodiscard]] Status begin(std::span<const OffsetStep>) override { return {}; }
  [[nodiscard]] bool keeps_marks() const override { return false; }
  [[nodiscard]] Status bury(std::span<const plugin::Mark>) override { return {}; }
  [[nodiscard]] Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                             std::vector<RejectedRow>& rejects) override;
  [[nodiscard]] Status commit(bool&) override { return sink_.flush(); }
  void abort() override {}
  [[nodiscard]] Result<Outcome> outcome(std::span<const OffsetStep>) override { return Outcome::kNotCommitted; }
  [[nodiscard]] Status advance(std::span<const OffsetStep>) override { return {}; }

 private:
  plugin::SinkInstance& sink_;
  GroupOffsets& offsets_;
};

}  // namespace cnx::host::runtime
