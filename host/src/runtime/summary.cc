// SPDX-License-Identifier: Apache-2.0
#include "runtime/summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace cnx::host::runtime {
namespace {

void add(TaskCounts& to, const TaskCounts& from) {
  to.records_in += from.records_in;
  to.written += from.written;
  to.filtered += from.filtered;
  to.dead += from.dead;
  to.released += from.released;
  to.pending += from.pending;
  to.rows += from.rows;
  to.batches += from.batches;
  to.retries += from.retries;
  to.restarts += from.restarts;
  to.sent += from.sent;
  for (const auto& [rule, parts] : from.filtered_parts) to.filtered_parts[rule] += parts;
}

ConnectorSummary& connector_of(RunSummary& summary, const TaskSnapshot& task) {
  for (auto& c : summary.connectors)
    if (c.name == task.connector) return c;
  ConnectorSummary fresh;
  fresh.name = task.connector;
  fresh.is_source = task.is_source;
  return summary.connectors.emplace_back(std::move(fresh));
}

struct Field {
  const char* name;
  std::uint64_t RunSummary::* value;
};
constexpr Field kFields[] = {
    {"windows", &RunSummary::windows},   {"pages", &RunSummary::pages},       {"fetched", &RunSummary::fetched},
    {"repeats", &RunSummary::repeats},   {"orders", &RunSummary::orders},     {"records", &RunSummary::records},
    {"written", &RunSummary::written},   {"filtered", &RunSummary::filtered}, {"dead", &RunSummary::dead},
    {"released", &RunSummary::released}, {"rows", &RunSummary::rows},         {"retries", &RunSummary::retries},
    {"restarts", &RunSummary::restarts}};

}  // namespace

RunSummary summarize(std::span<const TaskSnapshot> tasks) {
  RunSummary s;
  for (const TaskSnapshot& task : tasks) {
    ConnectorSummary& connector = connector_of(s, task);
    add(connector.counts, task.counts);
    if (task.state == TaskState::kFailed && !connector.failed) {
      connector.failed = true;
      connector.reason = task.message;
    }
    s.windows += task.forgotten.done;
    s.pages += task.forgotten.pages;
    s.fetched += task.forgotten.fetched;
    s.repeats += task.forgotten.repeats;
    for (const auto& unit : task.units) {
      s.units.push_back(unit);
      if (unit.state == CNX_UNIT_DONE) ++s.windows;
      s.pages += static_cast<std::uint64_t>(std::max<std::int64_t>(unit.pages, 0));
      if (unit.state == CNX_UNIT_SPLIT) continue;
      s.fetched += static_cast<std::uint64_t>(std::max<std::int64_t>(unit.fetched, 0));
      s.repeats += static_cast<std::uint64_t>(std::max<std::int64_t>(unit.repeats, 0));
    }
  }
  for (const auto& c : s.connectors) {
    s.retries += c.counts.retries;
    s.restarts += c.counts.restarts;
    if (c.is_source) {
      s.orders += c.counts.sent;
      continue;
    }
    s.written += c.counts.written;
    s.filtered += c.counts.filtered;
    s.dead += c.counts.dead;
    s.released += c.counts.released;
    s.rows += c.counts.rows;
    for (const auto& [rule, parts] : c.counts.filtered_parts) s.filtered_parts[rule] += parts;
  }
  s.records = s.written + s.filtered + s.dead;
  return s;
}

std::string to_json(const RunSummary& s) {
  nlohmann::ordered_json json;
  for (const Field& f : kFields) json[f.name] = s.*f.value;
  json["filtered_parts"] = s.filtered_parts;
  json["seconds"] = s.seconds;
  json["exit_code"] = s.exit_code;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);  // the default throws
}

RunSummary from_json(const std::string& text) {
  RunSummary s;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return s;
  for (const Field& f : kFields)
    if (json.contains(f.name) && json[f.name].is_number_unsigned()) s.*f.value = json[f.name].get<std::uint64_t>();
  if (const auto parts = json.find("filtered_parts"); parts != json.end() && parts->is_object())
    for (const auto& [rule, count] : parts->items())
      if (count.is_number_unsigned()) s.filtered_parts[rule] = count.get<std::uint64_t>();
  if (json.contains("seconds") && json["seconds"].is_number()) s.seconds = json["seconds"].get<double>();
  if (json.contains("exit_code") && json["exit_code"].is_number_integer()) s.exit_code = json["exit_code"].get<int>();
  return s;
}

}  // namespace cnx::host::runtime
