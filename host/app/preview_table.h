// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "preview_output.h"
#include "text_table.h"

namespace cnx::host::app {

/// Rows as tables, one for each target; they come at the end, since a column's width depends on all its values.
class TablePreview final : public PreviewOutput {
 public:
  TablePreview(const runtime::ConnectorPlan& plan, std::FILE* out, std::size_t width)
      : plan_(plan), out_(out), width_(width) {}
  [[nodiscard]] Status add(const PreviewBatch& batch) override;
  void finish() override;

 private:
  [[nodiscard]] TextTable& table_for(const std::string& name, std::vector<std::string> columns);

  const runtime::ConnectorPlan& plan_;
  std::FILE* const out_;
  const std::size_t width_;
  std::vector<std::pair<std::string, TextTable>> tables_;  // by target, in the order of their first rows
  std::vector<std::string> remarks_;
};

}  // namespace cnx::host::app
