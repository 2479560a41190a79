// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/batch.h"
#include "plugin/component.h"
#include "plugin/host_context.h"
#include "plugin/mark_sink_instance.h"
#include "plugin/offset_sink_instance.h"

namespace cnx::host::plugin {

/// A row that a sink refused.
struct RejectedRow {
  std::uint32_t row = 0;  ///< index in the batch
  std::string column;     ///< empty: none in particular
  std::string message;
  std::int64_t native_code = 0;
};

/// A sink of a plugin. Everything is called on the owner thread but cancel(). Destruction stops a started instance.
class SinkInstance {
 public:
  /// `host` outlives the instance.
  [[nodiscard]] static Result<std::unique_ptr<SinkInstance>> create(const Component& component, const HostContext& host,
                                                                    const ConfigValues& config);
  ~SinkInstance();
  SinkInstance(const SinkInstance&) = delete;
  SinkInstance& operator=(const SinkInstance&) = delete;

  /// Connects. Again after a RETRY error or stop().
  [[nodiscard]] Status start();
  /// Outside a transaction, before rows of this shape are written (auto.create, auto.evolve).
  [[nodiscard]] Status prepare(const cnx_batch& shape);
  /// Writes all rows. With a RECORD error `rejects` names bad rows (each within the batch), or none: then bisect.
  [[nodiscard]] Status write(const cnx_batch& batch, std::vector<RejectedRow>& rejects);
  /// Writes the chosen rows only; `rows` ascending, not empty. `rejects` is emptied first.
  [[nodiscard]] Status write(const cnx_batch& batch, std::span<const std::uint32_t> rows,
                             std::vector<RejectedRow>& rejects);
  /// Makes what was written durable (sinks without offsets()).
  [[nodiscard]] Status flush();
  /// At least every 10 s while there is nothing to write.
  void idle();
  /// Makes the call in progress return soon, with CANCELLED or its real outcome. [any thread]
  void cancel();
  void stop();

  /// The exactly-once side, nullptr for a sink without cnx.sink-offsets/1. Lives in the instance, same thread role.
  [[nodiscard]] OffsetSinkInstance* offsets() { return offsets_ ? &*offsets_ : nullptr; }
  /// What became of dead records, nullptr for a sink without cnx.sink-marks/1. With it, offsets() is there, too.
  [[nodiscard]] MarkSinkInstance* marks() { return marks_ ? &*marks_ : nullptr; }

  [[nodiscard]] const Component& component() const { return component_; }
  [[nodiscard]] cnx_batch_kind input() const { return table_.input; }

 private:
  SinkInstance(const Component& component, const cnx_sink& table, void* self);
  Status write(const cnx_batch& batch, cnx_selection rows, std::vector<RejectedRow>& rejects);

  const Component& component_;
  const cnx_sink& table_;
  void* const self_;
  std::optional<OffsetSinkInstance> offsets_;
  std::optional<MarkSinkInstance> marks_;
  bool started_ = false;
};

}  // namespace cnx::host::plugin
