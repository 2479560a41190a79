// SPDX-License-Identifier: Apache-2.0
#include "preview_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/secrets.h"
#include "base/strings.h"
#include "cell_text.h"

namespace cnx::host::app {
namespace {

std::string nullable_text(cnx_str text) { return text.data == nullptr ? "null" : json_quote(view(text)); }

std::string path_of(const PreviewBatch& batch, std::uint32_t origin, std::string_view path) {
  return batch.paths == nullptr ? std::string(path) : joined_path((*batch.paths)[origin], path);
}

std::string quoted(std::string_view text) { return json_quote(secrets().mask(text)); }

std::string row_as_json(const BatchView& rows, std::uint32_t row) {
  if (rows.raw().kind == CNX_RECORDS) {
    const cnx_record& record = rows.record(row);
    return fmt::format(R"({{"key":{},"value":{}}})", nullable_text(record.key), nullable_text(record.value));
  }
  std::string out = "{";
  for (std::uint32_t c = 0; c < rows.column_count(); ++c) {
    const ColumnView column = rows.column(c);
    if (c > 0) out += ',';
    out += json_quote(column.name());
    out += ':';
    out += cell_as_json(column, row);
  }
  return out + "}";
}

}  // namespace

void JsonPreview::print_row(const PreviewBatch& batch, const RowRef& at) {
  const BatchView rows(*batch.batch.outputs[at.output]);
  const std::string_view topic = view(batch.batch.records[at.origin].topic);
  fmt::print(out_, "{{\"row\":{},\"table\":{},\"op\":\"{}\",\"origin\":{}}}\n", row_as_json(rows, at.row),
             json_quote(table_of(rows.raw(), plan_, topic)), rows.is_delete(at.row) ? "delete" : "upsert",
             batch.first + at.origin);
}

Status JsonPreview::add(const PreviewBatch& batch) {
  // Neighbours by origin, whatever became of them: the output follows the input.
  std::vector<std::pair<std::uint32_t, std::string>> others;
  for (const auto& dead : batch.batch.dead) {
    const std::string column = dead.column.empty() ? "" : fmt::format(",\"column\":{}", json_quote(dead.column));
    others.emplace_back(
        dead.origin,
        fmt::format("{{\"dead\":{{\"origin\":{},\"path\":{},\"message\":{}{}}}}}\n", batch.first + dead.origin,
                    json_quote(path_of(batch, dead.origin, dead.path)), quoted(dead.message), column));
  }
  for (const auto& part : batch.filtered) {
    others.emplace_back(part.origin, fmt::format("{{\"filtered\":{{\"origin\":{},\"rule\":{},\"path\":{}}}}}\n",
                                                 batch.first + part.origin, json_quote(part.rule),
                                                 json_quote(path_of(batch, part.origin, part.path))));
  }
  std::ranges::stable_sort(others, {}, &std::pair<std::uint32_t, std::string>::first);
  auto other = others.begin();
  const auto print_others_before = [&](std::uint64_t origin) {
    for (; other != others.end() && other->first < origin; ++other) fmt::print(out_, "{}", other->second);
  };
  for (const RowRef& row : written_rows(batch.batch)) {
    print_others_before(row.origin);
    print_row(batch, row);
  }
  print_others_before(UINT64_MAX);
  return {};
}

}  // namespace cnx::host::app
