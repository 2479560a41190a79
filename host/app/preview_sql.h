// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "preview_output.h"

namespace cnx::host::app {

/// The statements that the sink would send; dead records and filtered parts as comments.
class SqlPreview final : public PreviewOutput {
 public:
  SqlPreview(const runtime::ConnectorPlan& plan, std::FILE* out) : plan_(plan), out_(out) {}
  [[nodiscard]] Status add(const PreviewBatch& batch) override;

 private:
  const runtime::ConnectorPlan& plan_;
  std::FILE* const out_;
};

/// "dead: document 3, $.orderLines (column quantity): …", for the formats that people read.
[[nodiscard]] std::vector<std::string> remarks(const PreviewBatch& batch);

}  // namespace cnx::host::app
