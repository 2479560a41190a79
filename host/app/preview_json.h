// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "preview_output.h"

namespace cnx::host::app {

/// One JSON object a line: {"row": {…}, "table", "op", "origin"}, {"dead": {…}} or {"filtered": {…}}.
class JsonPreview final : public PreviewOutput {
 public:
  JsonPreview(const runtime::ConnectorPlan& plan, std::FILE* out) : plan_(plan), out_(out) {}
  [[nodiscard]] Status add(const PreviewBatch& batch) override;

 private:
  void print_row(const PreviewBatch& batch, const RowRef& at);

  const runtime::ConnectorPlan& plan_;
  std::FILE* const out_;
};

}  // namespace cnx::host::app
