// SPDX-License-Identifier: Apache-2.0
#include "observe/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cnx::host::observe {
namespace {

bool needs_a_look(const SummaryUnit& unit) {
  if (unit.state == "split") return false;  // its parts stand for it
  return unit.state != "done" || unit.tries > 1 || (unit.expected >= 0 && unit.expected != unit.fetched);
}

std::int64_t count_state(const RunSummary& summary, std::string_view state) {
  return std::count_if(summary.units.begin(), summary.units.end(),
                       [state](const SummaryUnit& unit) { return unit.state == state; });
}

std::string unit_line(const SummaryUnit& unit) {
  const std::string expected = unit.expected < 0 ? "unknown" : fmt::format("{}", unit.expected);
  return fmt::format("  {}: {}, expected {}, fetched {}, repeats {}, pages {}, tries {}\n", escape_line(unit.name),
                     unit.state, expected, unit.fetched, unit.repeats, unit.pages, unit.tries);
}

}  // namespace

std::string summary_text(const RunSummary& summary) {
  std::string out;
  if (!summary.title.empty()) out += fmt::format("range     {}\n", escape_line(summary.title));
  if (!summary.fetched_at.empty()) out += fmt::format("fetched   already, at {}\n", escape_line(summary.fetched_at));
  const std::int64_t split = count_state(summary, "split");
  const auto windows = static_cast<std::int64_t>(summary.units.size()) - split;
  out += fmt::format("windows   {} of {} done{}\n", count_state(summary, "done"), windows,
                     split > 0 ? fmt::format(" ({} were split)", split) : "");
  out += fmt::format("orders    {}\n", summary.orders);
  out += fmt::format("records   {} = {} written + {} filtered + {} dead + {} released\n", summary.records,
                     summary.written, summary.filtered, summary.dead, summary.released);
  out += fmt::format("rows      {}\n", summary.rows);
  out += fmt::format("retries   {}\n", summary.retries);
  out += fmt::format("seconds   {:.1f}\n", summary.seconds);
  for (const SummaryUnit& unit : summary.units) {
    if (needs_a_look(unit)) out += unit_line(unit);
  }
  return out;
}

}  // namespace cnx::host::observe
