// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/transform_instance.h"
#include "runtime/sealed_batch.h"

namespace cnx::host::runtime {

/// One transform of a chain, by the name it has in the config (`transforms: flatten`).
struct ChainLink {
  std::string name;
  std::unique_ptr<plugin::TransformInstance> transform;
};

/// The transforms of a sink task, applied in order; each is 1 → N. Owner: the reader thread.
class TransformChain {
 public:
  /// CONFIG when neighbours do not fit together or the last does not give what the sink takes; names both.
  [[nodiscard]] static Result<TransformChain> make(std::vector<ChainLink> links, cnx_batch_kind sink_input,
                                                   std::string_view sink_name);

  /// Fills in fates, dead, filtered parts and outputs from `batch.records`. An error is about the whole batch; a record
  /// that a transform passed over in silence is one (FATAL, names the transform).
  [[nodiscard]] Status apply(SealedBatch& batch);

  /// What the last transform can emit, when it says so.
  [[nodiscard]] Result<std::vector<plugin::RowShape>> shapes() const;
  [[nodiscard]] bool empty() const { return links_.empty(); }
  [[nodiscard]] std::span<const ChainLink> links() const { return links_; }

 private:
  explicit TransformChain(std::vector<ChainLink> links) : links_(std::move(links)) {}
  [[nodiscard]] Status check_complete(const SealedBatch& batch, const ChainLink& link);
  void take(SealedBatch& batch, const ChainLink& link);

  std::vector<ChainLink> links_;
  plugin::TransformOutput output_;  // reused
  std::vector<bool> answered_;      // per record, reused
};

}  // namespace cnx::host::runtime
