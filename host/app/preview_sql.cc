// SPDX-License-Identifier: Apache-2.0
#include "preview_sql.h"

#include <fmt/format.h>

#include "base/secrets.h"
#include "base/strings.h"
#include "plugin/features.h"

namespace cnx::host::app {
namespace {

std::string place_of(const PreviewBatch& batch, std::uint32_t origin, const std::string& path) {
  const std::string full = batch.paths == nullptr ? path : joined_path((*batch.paths)[origin], path);
  return fmt::format("document {}{}{}", batch.first + origin, full.empty() ? "" : ", ", full);
}

}  // namespace

std::vector<std::string> remarks(const PreviewBatch& batch) {
  std::vector<std::string> lines;
  for (const auto& dead : batch.batch.dead) {
    const std::string column = dead.column.empty() ? "" : fmt::format(" (column {})", dead.column);
    lines.push_back(fmt::format("dead: {}{}: {}", place_of(batch, dead.origin, dead.path), column, dead.message));
  }
  for (const auto& part : batch.filtered) {
    lines.push_back(fmt::format("filtered by {}: {}", part.rule, place_of(batch, part.origin, part.path)));
  }
  for (std::string& line : lines) line = escape_line(secrets().mask(line));
  return lines;
}

Status SqlPreview::add(const PreviewBatch& batch) {
  std::vector<std::vector<std::uint32_t>> rows(batch.batch.outputs.size());
  for (const RowRef& at : written_rows(batch.batch)) rows[at.output].push_back(at.row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].empty()) continue;
    CNX_ASSIGN(const std::vector<std::string> statements,
               plugin::render(*plan_.component, plan_.values, *batch.batch.outputs[i], rows[i]));
    for (const std::string& statement : statements) {
      fmt::print(out_, "{}{}\n", statement, statement.ends_with(';') ? "" : ";");
    }
  }
  for (const std::string& line : remarks(batch)) fmt::print(out_, "-- {}\n", line);
  return {};
}

}  // namespace cnx::host::app
