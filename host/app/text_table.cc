// SPDX-License-Identifier: Apache-2.0
#include "text_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace cnx::host::app {
namespace {

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t shown = display_width(text);
  return shown < width ? text + std::string(width - shown, ' ') : text;
}

void add_line(std::string& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (c > 0) line += "  ";
    line += padded(cells[c], widths[c]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

std::string vertical(const TextTable& table) {
  std::size_t longest = 0;
  for (const std::string& column : table.columns) longest = std::max(longest, display_width(column));
  std::string out;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += fmt::format("--- row {}\n", r + 1);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      out += fmt::format("{}  {}\n", padded(table.columns[c], longest), table.rows[r][c]);
    }
  }
  return out;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  // Characters, not grapheme clusters: East Asian wide ones come out narrow, which costs alignment and nothing else.
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string render_table(const TextTable& table, std::size_t width) {
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(display_width(column));
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  }
  std::size_t total = 2 * (widths.empty() ? 0 : widths.size() - 1);
  for (const std::size_t w : widths) total += w;
  if (total > width) return vertical(table);
  std::string out;
  add_line(out, table.columns, widths);
  std::vector<std::string> rules;
  for (const std::size_t w : widths) rules.emplace_back(w, '-');
  add_line(out, rules, widths);
  for (const auto& row : table.rows) add_line(out, row, widths);
  return out;
}

}  // namespace cnx::host::app
