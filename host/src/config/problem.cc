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
  struct Ranked {
    std::ptrdiff_t source;
    std::size_t index;  // problems of one place stay in the order in which they were found
  };
  std::vector<Ranked> order;
  for (std::size_t i = 0; i < items_.size(); ++i) order.push_back({rank(items_[i].place.source), i});
  std::sort(order.begin(), order.end(), [this](const Ranked& a, const Ranked& b) {
    const Place& one = items_[a.index].place;
    const Place& other = items_[b.index].place;
    return std::tuple(a.source, one.line, one.column, a.index) <
           std::tuple(b.source, other.line, other.column, b.index);
  });
  std::vector<Problem> out;
  for (const Ranked& ranked : order) out.push_back(items_[ranked.index]);
  return out;
}

std::string Problems::text() const {
  std::vector<std::string> lines;
  for (const Problem& problem : sorted()) lines.push_back(to_string(problem));
  return join(lines, "\n");
}

}  // namespace cnx::host::config
