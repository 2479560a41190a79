// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "cnx/component.hpp"
#include "cnx/result.hpp"
#include "plugin/abi_sizes.h"
#include "plugin/batch.h"
#include "plugin/component.h"
#include "plugin/host_context.h"

namespace cnx::host::plugin {

/// What a poll gave: records, and positions that hold once those are committed. Owns the memory of both.
class PolledBatch {
 public:
  struct PositionView {
    std::string_view key;
    std::optional<std::string_view> value;  ///< nullopt: remove the key
  };

  /// The bounded range is complete; the batch may hold its last records.
  [[nodiscard]] bool end() const { return end_; }
  [[nodiscard]] bool empty() const { return record_count() == 0 && position_count() == 0; }
  [[nodiscard]] std::uint64_t record_count() const { return owned_ ? owned_.raw().count : 0; }
  [[nodiscard]] cnx_record record(std::uint64_t i) const {
    return copy_of(owned_.view().record(i), table_.records->record_stride);
  }
  [[nodiscard]] std::uint64_t position_count() const { return table_.position_count; }
  [[nodiscard]] PositionView position(std::uint64_t i) const;
  /// What it takes in memory, about: records and positions with what they hold. 0 only where poll gave none.
  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class SourceInstance;
  cnx_source_batch table_{};
  OwnedBatch owned_;
  bool end_ = false;
};

/// A source of a plugin. Everything is called on the owner thread but cancel(). Destruction stops a started instance.
class SourceInstance {
 public:
  /// `host` outlives the instance.
  [[nodiscard]] static Result<std::unique_ptr<SourceInstance>> create(const Component& component,
                                                                      const HostContext& host,
                                                                      const ConfigValues& config);
  ~SourceInstance();
  SourceInstance(const SourceInstance&) = delete;
  SourceInstance& operator=(const SourceInstance&) = delete;

  /// Once per instance.
  [[nodiscard]] Result<SourcePlan> start(const SourceStart& from);
  /// `deadline_ns`: on the monotonic clock of the host context. A bounded range ends with end(), never with an error.
  [[nodiscard]] Result<PolledBatch> poll(std::int64_t deadline_ns);
  /// The last polled batch is committed; with polls_ahead() the oldest that is not acked yet.
  void acked();
  /// It may be polled again before what it gave is committed (cnx.source-ahead/1).
  [[nodiscard]] bool polls_ahead() const;
  /// Makes the call in progress and all later ones return CANCELLED soon. [any thread]
  void cancel();
  /// Releases connections; nothing but destruction may follow.
  void stop();

  [[nodiscard]] const Component& component() const { return component_; }

 private:
  SourceInstance(const Component& component, const cnx_source& table, void* self)
      : component_(component), table_(table), self_(self) {}

  const Component& component_;
  const cnx_source& table_;
  void* const self_;
  bool started_ = false;
};

}  // namespace cnx::host::plugin
