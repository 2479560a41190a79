// SPDX-License-Identifier: Apache-2.0
#include "range.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace walmart {
namespace {

constexpr std::string_view kStart = ";start=";
constexpr std::string_view kEnd = ";end=";

std::vector<std::string> account_names(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& account : settings.accounts) names.push_back(account.name);
  return names;
}

/// The same set gives the same text, in whatever order it was configured.
std::string sorted_list(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ","));
}

/// What the user asked for; ranges of one selector differ only in the instants that were frozen at their first start.
std::string selector_of(const Settings& settings) {
  const std::string bounds = settings.hours ? fmt::format("hours={}", *settings.hours)
                                            : fmt::format("days={}..{} {}", day_text(settings.days->first),
                                                          day_text(settings.days->last), settings.zone.name());
  return fmt::format("created;{};accounts={};types={}", bounds, sorted_list(account_names(settings)),
                     sorted_list(settings.ship_node_types));
}

std::string id_of(const std::string& selector, EpochSeconds start, EpochSeconds end) {
  return fmt::format("{}{}{}{}{}", selector, kStart, utc_text(start), kEnd, utc_text(end));
}

/// The range behind `id` when it is one of `selector`.
std::optional<Range> parse_id(const std::string& id, const std::string& selector) {
  if (!id.starts_with(selector + std::string(kStart))) return std::nullopt;
  const std::string_view rest = std::string_view(id).substr(selector.size() + kStart.size());
  const auto middle = rest.find(kEnd);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto start = parse_instant_ms(rest.substr(0, middle));
  const auto end = parse_instant_ms(rest.substr(middle + kEnd.size()));
  if (!start || !end) return std::nullopt;
  return Range{id, *start / 1000, *end / 1000, false};
}

/// The days up to `now`, without what ranges of the same days have fetched before. Those were frozen while the last day
/// was not over, so they follow each other from the start of the first day on.
Range rest_of_days(const Settings& settings, const std::string& selector, EpochSeconds now,
                   const std::vector<cnx::KnownRange>& known, bool again) {
  const auto after = std::chrono::sys_days(settings.days->last) + std::chrono::days(1);
  Range range;
  range.start = settings.zone.start_of_day(settings.days->first);
  range.end = std::max(range.start, std::min(now - kSettleSeconds, settings.zone.start_of_day(after)));
  range.id = id_of(selector, range.start, range.end);
  if (again) return range;
  std::vector<Range> done;
  for (const auto& one : known)
    if (auto parsed = parse_id(one.id, selector); parsed && one.state == CNX_RANGE_DONE)
      done.push_back(*std::move(parsed));
  std::sort(done.begin(), done.end(), [](const Range& a, const Range& b) { return a.start < b.start; });
  for (const Range& part : done) {
    if (part.start > range.start || part.end < range.start) continue;
    range.start = part.end;
    range.rest = true;
    if (range.start < range.end) continue;
    Range nothing = part;
    nothing.fetched = true;
    return nothing;
  }
  range.id = id_of(selector, range.start, range.end);
  return range;
}

}  // namespace

Range choose_range(const Settings& settings, EpochSeconds now, const std::vector<cnx::KnownRange>& known, bool again) {
  const std::string selector = selector_of(settings);
  std::optional<Range> unfinished;
  std::int64_t newest_ms = -1;
  for (const auto& range : known) {
    if (range.state != CNX_RANGE_FETCHING && range.state != CNX_RANGE_FETCHED) continue;
    auto parsed = parse_id(range.id, selector);
    if (!parsed || range.updated_ms < newest_ms) continue;
    newest_ms = range.updated_ms;
    unfinished = std::move(parsed);
    unfinished->fetched = range.state == CNX_RANGE_FETCHED;
  }
  if (unfinished) return *std::move(unfinished);

  if (settings.days) return rest_of_days(settings, selector, now, known, again);
  Range range;
  range.end = now - kSettleSeconds;
  range.start = range.end - *settings.hours * kHour;
  range.id = id_of(selector, range.start, range.end);
  const auto same = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.id == range.id; });
  range.fetched = same != known.end() && same->state == CNX_RANGE_DONE && !again;
  return range;
}

std::string title_of(const Settings& settings, const Range& range) {
  return fmt::format("{}, {} … {} ({} … {}), {}", fmt::join(account_names(settings), "+"),
                     settings.zone.text(range.start), settings.zone.text(range.end), utc_text(range.start),
                     utc_text(range.end), fmt::join(settings.ship_node_types, "+"));
}

}  // namespace walmart
