// SPDX-License-Identifier: Apache-2.0
#include "config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::config {

std::string to_string(const Place& place) {
  if (place.line == 0) return place.source;
  return fmt::format("{}:{}:{}", place.source, place.line, place.column);
}

std::string to_string(const Problem& problem) {
  std::string text = to_string(problem.place);
  for (const std::string* part : {&problem.key, &problem.cause}) {
    if (part->empty()) continue;
    if (!text.empty()) text += ": ";
    text += *part;
  }
  if (!problem.mend.empty()) text += "; " + problem.mend;
  return escape_line(secrets().mask(text));
}

void Problems::add(Place place, std::string_view key, std::string_view cause, std::string_view mend) {
  items_.push_back({std::move(place), std::string(key), std::string(cause), std::string(mend)});
}

std::vector<Problem> Problems::sorted() const {
  std::vector<std::string> sources;
  const auto rank = [&sources](const std::string& source) {
    return std::find(sources.begin(), sources.end(), source) - sources.begin();
  };
  for (const Problem& item : items_) {
    if (rank(item.place.source) == static_cast<std::ptrdiff_t>(sources.size())) sources.push_back(item.place.source);
  }
  std::vector<Problem> out = items_;
  std::stable_sort(out.begin(), out.end(), [&rank](const Problem& a, const Problem& b) {
    return std::tuple(rank(a.place.source), a.place.line, a.place.column) <
           std::tuple(rank(b.place.source), b.place.line, b.place.column);
  });
  return out;
}

std::string Problems::text() const {
  std::vector<std::string> lines;
  for (const Problem& problem : sorted()) lines.push_back(to_string(problem));
  return join(lines, "\n");
}

}  // namespace cnx::host::config
