// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cnx::host::app {

/// Cells of rows with one set of columns.
struct TextTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< each as long as `columns`
};

/// Aligned columns; or, when a line would be wider than `width`, each row as a block of "column: value" lines.
[[nodiscard]] std::string render_table(const TextTable& table, std::size_t width);

/// Columns that a terminal shows for a text of UTF-8: characters, without those that take no place of their own.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace cnx::host::app
