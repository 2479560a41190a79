// SPDX-License-Identifier: Apache-2.0
//
// What `preview` prints: the rows that a batch would write, its dead records and filtered parts, in the order of the
// input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/transform_instance.h"
#include "runtime/job.h"
#include "runtime/sealed_batch.h"

namespace cnx::host::app {

enum class PreviewFormat { kTable, kJson, kSql };

/// A batch that went through the chain. Borrowed.
struct PreviewBatch {
  const runtime::SealedBatch& batch;
  const std::vector<plugin::FilteredPart>& filtered;
  std::uint64_t first = 0;                          ///< number of the batch's first document in the whole input
  const std::vector<std::string>* paths = nullptr;  ///< per record: where it stood in its document; nullptr: all "$"
};

/// Counts of documents (records, when Kafka was read) and rows.
struct PreviewSums {
  std::uint64_t documents = 0;
  std::uint64_t rows = 0;
  std::uint64_t filtered = 0;  ///< parts
  std::uint64_t dead = 0;
};

/// Writes one format. One thread.
class PreviewOutput {
 public:
  virtual ~PreviewOutput() = default;
  [[nodiscard]] virtual Status add(const PreviewBatch& batch) = 0;
  /// After the last batch.
  virtual void finish() {}

  /// `plan` and `out` outlive the output. `width`: columns of the terminal.
  [[nodiscard]] static std::unique_ptr<PreviewOutput> make(PreviewFormat format, const runtime::ConnectorPlan& plan,
                                                           std::FILE* out, std::size_t width);
};

/// A path within a part, seen from its document: ("$.list.order[3]", "$.orderLines") → "$.list.order[3].orderLines".
/// What does not begin at the root (a column, "") stays as it is.
[[nodiscard]] std::string joined_path(std::string_view part, std::string_view within);

/// The table that a batch goes to: its own target, or the sink's table.name.format.
[[nodiscard]] std::string table_of(const cnx_batch& batch, const runtime::ConnectorPlan& plan, std::string_view topic);

/// The rows of all outputs that would be written, by origin. Rows of dead records are not among them.
struct RowRef {
  std::uint32_t origin;
  std::uint32_t output;
  std::uint32_t row;
};
[[nodiscard]] std::vector<RowRef> written_rows(const runtime::SealedBatch& batch);

/// Adds what became of a batch.
void count(const PreviewBatch& batch, PreviewSums& sums);

}  // namespace cnx::host::app
