// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/batch.h"
#include "plugin/component.h"
#include "plugin/host_context.h"

namespace cnx::host::plugin {

/// A record that is dead by a transform: none of its rows may be written.
struct DeadOrigin {
  std::uint32_t origin = 0;
  std::string path;    ///< JSON path or column at fault
  std::string column;  ///< target column; empty: none
  std::string message;
  std::int64_t native_code = 0;
};

/// A part of a record that gives no row, by a named rule.
struct FilteredPart {
  std::uint32_t origin = 0;
  std::string rule;
  std::string path;
};

/// What one apply() gave. Batches may point into the input's memory, so the input outlives them.
struct TransformOutput {
  std::vector<OwnedBatch> batches;  ///< checked: kind, tables, origins
  std::vector<DeadOrigin> dead;
  std::vector<FilteredPart> filtered;

  /// Empties it, keeping its memory.
  void clear();
};

/// A transform of a plugin. All calls on the owner thread.
class TransformInstance {
 public:
  /// `host` outlives the instance.
  [[nodiscard]] static Result<std::unique_ptr<TransformInstance>> create(const Component& component,
                                                                         const HostContext& host,
                                                                         const ConfigValues& config);
  ~TransformInstance();
  TransformInstance(const TransformInstance&) = delete;
  TransformInstance& operator=(const TransformInstance&) = delete;

  /// Adds what `in` becomes to `out`. After an error nothing was added. A plugin that breaks the contract of
  /// abi/transform.h (kind, pointers, origins that `in` does not have) is an error; whether every origin of `in` ended
  /// somewhere is the caller's to check.
  [[nodiscard]] Status apply(const cnx_batch& in, TransformOutput& out);

  /// The shapes of rows that apply() can emit; empty when the plugin does not declare them (no cnx.schema/1).
  [[nodiscard]] Result<std::vector<RowShape>> shapes() const;

  [[nodiscard]] const Component& component() const { return component_; }
  [[nodiscard]] cnx_batch_kind input() const { return table_.input; }
  [[nodiscard]] cnx_batch_kind output() const { return table_.output; }

 private:
  TransformInstance(const Component& component, const cnx_transform& table, void* self)
      : component_(component), table_(table), self_(self) {}

  const Component& component_;
  const cnx_transform& table_;
  void* const self_;
};

}  // namespace cnx::host::plugin
