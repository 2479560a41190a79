// SPDX-License-Identifier: Apache-2.0
#include "config/text_check.h"

#include <algorithm>

#include "base/strings.h"

namespace cnx::host::config {

Place place_at(std::string_view text, std::size_t offset, const std::string& source) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0: the first line
  return {source, static_cast<int>(lines) + 1, static_cast<int>(before.size() - line_start) + 1};
}

bool is_clean_text(std::string_view text, const std::string& source, Problems& problems) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0 || text[at] == '\0') {
      const bool is_nul = length != 0;
      problems.add(place_at(text, at, source), {}, is_nul ? "a NUL character" : "a byte that is not UTF-8",
                   "save the file as UTF-8 text");
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace cnx::host::config
