// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/fault_points.h"
#include "runtime/target.h"

namespace cnx::host::runtime {

/// Puts the fault points of the sink's protocol round another target. Exists only while fault points are armed.
class FaultTarget final : public Target {
 public:
  explicit FaultTarget(std::unique_ptr<Target> target) : target_(std::move(target)) {}

  void stop() override { target_->stop(); }
  void cancel() override { target_->cancel(); }
  void idle() override { target_->idle(); }
  [[nodiscard]] bool exactly_once() const override { return target_->exactly_once(); }
  [[nodiscard]] Result<std::optional<ClaimedPosition>> look(const kafka::TopicPartition& at) override {
    return target_->look(at);
  }
  [[nodiscard]] Result<ClaimedPosition> claim(const kafka::TopicPartition& at, std::int64_t earliest) override {
    return faults::around("sink.claim", [&] { return target_->claim(at, earliest); });
  }
  [[nodiscard]] Result<std::vector<Loss>> verify(std::span<const OffsetStep> held) override {
    return target_->verify(held);
  }
  [[nodiscard]] Status prepare(const cnx_batch& shape) override { return target_->prepare(shape); }
  [[nodiscard]] Status begin(std::span<const OffsetStep> steps) override;
  [[nodiscard]] bool keeps_marks() const override { return target_->keeps_marks(); }
  [[nodiscard]] Status bury(std::span<const plugin::Mark> marks) override { return target_->bury(marks); }
  [[nodiscard]] Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                             std::vector<RejectedRow>& rejects) override {
    return faults::around("sink.write", [&] { return target_->write(batch, rows, rejects); });
  }
  [[nodiscard]] Status commit(bool& unknown) override;
  void abort() override { target_->abort(); }
  [[nodiscard]] Result<Outcome> outcome(std::span<const OffsetStep> steps) override {
    return faults::around("sink.outcome", [&] { return target_->outcome(steps); });
  }
  [[nodiscard]] Status advance(std::span<const OffsetStep> steps) override {
    return faults::around("sink.advance", [&] { return target_->advance(steps); });
  }

 private:
  const std::unique_ptr<Target> target_;
};

}  // namespace cnx::host::runtime
