// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dlq/letter.h"
#include "plugin/sink_instance.h"
#include "runtime/sealed_batch.h"
#include "runtime/target.h"

namespace cnx::host::dlq {

/// The sink as a replay's commit attempts see it: instead of moving offsets, a transaction spends the marks of the
/// records that it writes. Offsets of the connector are locked meanwhile and stay as they are. One thread.
class ReplayTarget final : public runtime::Target {
 public:
  /// Called inside the transaction, with the positions locked: may the batch still be written? FENCED: not all of it.
  using Check = std::function<Status(std::span<const plugin::MarkPosition> positions)>;

  /// `sink` has offsets() and marks() and outlives the target. `replay`: an id that no other replay has. `dry_run`:
  /// everything is tried and rolled back, with a `sink` whose prepare() alters nothing.
  ReplayTarget(plugin::SinkInstance& sink, std::string replay, bool dry_run, Check check)
      : sink_(sink), replay_(std::move(replay)), dry_run_(dry_run), check_(std::move(check)) {}

  /// The batch of the next attempts, and its letters, one per record; fates tell which marks are spent. Both outlive
  /// them.
  void use(const runtime::SealedBatch& batch, const std::vector<const Letter*>& letters) {
    batch_ = &batch;
    letters_ = &letters;
  }

  void stop() override { sink_.stop(); }
  void cancel() override { sink_.cancel(); }
  void idle() override { sink_.idle(); }
  [[nodiscard]] bool exactly_once() const override { return true; }
  [[nodiscard]] Result<std::optional<runtime::ClaimedPosition>> look(const kafka::TopicPartition& at) override;
  [[nodiscard]] Result<runtime::ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) override;
  [[nodiscard]] Result<std::vector<runtime::Loss>> verify(std::span<const runtime::OffsetStep> held) override;
  [[nodiscard]] Status prepare(const cnx_batch& shape) override { return sink_.prepare(shape); }
  [[nodiscard]] Status begin(std::span<const runtime::OffsetStep> steps) override;
  /// What dies again is not marked anew.
  [[nodiscard]] bool keeps_marks() const override { return false; }
  [[nodiscard]] Status bury(std::span<const plugin::Mark>) override { return {}; }
  [[nodiscard]] Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                             std::vector<runtime::RejectedRow>& rejects) override;
  [[nodiscard]] Status commit(bool& unknown) override;
  void abort() override { sink_.offsets()->abort(); }
  [[nodiscard]] Result<runtime::Outcome> outcome(std::span<const runtime::OffsetStep> steps) override;
  [[nodiscard]] Status advance(std::span<const runtime::OffsetStep> steps) override;

 private:
  void choose_marks();

  plugin::SinkInstance& sink_;
  const std::string replay_;
  const bool dry_run_;
  const Check check_;
  const runtime::SealedBatch* batch_ = nullptr;
  const std::vector<const Letter*>* letters_ = nullptr;
  std::vector<plugin::Mark> marks_;  // spent by the transaction that began last
};

}  // namespace cnx::host::dlq
