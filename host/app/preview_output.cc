// SPDX-License-Identifier: Apache-2.0
#include "preview_output.h"

#include <algorithm>

#include "cnx/batch.hpp"
#include "preview_json.h"
#include "preview_sql.h"
#include "preview_table.h"

namespace cnx::host::app {

std::unique_ptr<PreviewOutput> PreviewOutput::make(PreviewFormat format, const runtime::ConnectorPlan& plan,
                                                   std::FILE* out, std::size_t width) {
  switch (format) {
    case PreviewFormat::kSql:
      return std::make_unique<SqlPreview>(plan, out);
    case PreviewFormat::kTable:
      return std::make_unique<TablePreview>(plan, out, width);
    case PreviewFormat::kJson:
      break;
  }
  return std::make_unique<JsonPreview>(plan, out);
}

std::string joined_path(std::string_view part, std::string_view within) {
  if (!within.starts_with('$')) return std::string(within);
  return std::string(part) + std::string(within.substr(1));
}

std::string table_of(const cnx_batch& batch, const runtime::ConnectorPlan& plan, std::string_view topic) {
  if (batch.target.data != nullptr) return std::string(view(batch.target));
  constexpr std::string_view kTopic = "${topic}";
  std::string name(kTopic);
  for (const auto& [key, value] : plan.values) {
    if (key == "table.name.format") name = value;
  }
  if (const auto at = name.find(kTopic); at != std::string::npos) name.replace(at, kTopic.size(), topic);
  return name;
}

std::vector<RowRef> written_rows(const runtime::SealedBatch& batch) {
  std::vector<RowRef> rows;
  for (std::uint32_t output = 0; output < batch.outputs.size(); ++output) {
    const BatchView view(*batch.outputs[output]);
    for (std::uint32_t row = 0; row < view.size(); ++row) {
      const std::uint32_t origin = view.origin(row);
      if (batch.fates[origin] == runtime::Fate::kRows) rows.push_back({origin, output, row});
    }
  }
  std::ranges::stable_sort(rows, {}, &RowRef::origin);
  return rows;
}

void count(const PreviewBatch& batch, PreviewSums& sums) {
  sums.documents += batch.batch.records.size();
  sums.rows += written_rows(batch.batch).size();
  sums.filtered += batch.filtered.size();
  sums.dead += static_cast<std::uint64_t>(std::ranges::count(batch.batch.fates, runtime::Fate::kDead));
}

}  // namespace cnx::host::app
