// SPDX-License-Identifier: Apache-2.0
#include "run_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace cnx::host::app {
namespace {

using Json = nlohmann::ordered_json;
using runtime::TaskSnapshot;
using runtime::TaskState;

constexpr std::size_t kMostDoneWindows = 100;

const char* name_of(cnx_unit_state state) {
  switch (state) {
    case CNX_UNIT_OPEN:
      return "open";
    case CNX_UNIT_DONE:
      return "done";
    case CNX_UNIT_FAILED:
      return "failed";
    case CNX_UNIT_SPLIT:
      return "split";
    default:
      return "planned";
  }
}

std::string own_state(const TaskSnapshot& task) {
  const bool at_work = task.state == TaskState::kRunning || task.state == TaskState::kStarting;
  return at_work && !task.stalled_in.empty() ? "STALLED" : runtime::name_of(task.state);
}

Json counts_json(const runtime::TaskCounts& c) {
  return Json{{"in", c.records_in},
              {"written", c.written},
              {"filtered", c.filtered},
              {"dead", c.dead},
              {"released", c.released},
              {"pending", c.pending},
              {"rows", c.rows},
              {"sent", c.sent},
              {"retries", c.retries},
              {"restarts", c.restarts},
              {"filtered_parts", c.filtered_parts}};
}

// A source without bounds plans windows for ever; those in work, and the last that are done, are what one looks for.
void add_windows(Json& json, const TaskSnapshot& task) {
  const auto over = [](const plugin::UnitProgress& u) { return u.state == CNX_UNIT_DONE || u.state == CNX_UNIT_SPLIT; };
  const auto all_over = static_cast<std::size_t>(std::ranges::count_if(task.units, over));
  std::size_t surplus = all_over - std::min(all_over, kMostDoneWindows);
  runtime::UnitTotals left_out = task.forgotten;
  for (const auto& u : task.units) {
    if (surplus > 0 && over(u)) {
      --surplus;
      left_out.add(u);
      continue;
    }
    json["windows"].push_back({{"name", u.name},
                               {"state", name_of(u.state)},
                               {"expected", u.expected},
                               {"fetched", u.fetched},
                               {"pages", u.pages},
                               {"tries", u.tries},
                               {"repeats", u.repeats}});
  }
  if (left_out.done == 0) return;
  json["windows_left_out"] = {
      {"done", left_out.done}, {"fetched", left_out.fetched}, {"pages", left_out.pages}, {"repeats", left_out.repeats}};
}

Json task_json(const TaskSnapshot& task) {
  Json json{{"id", task.task}, {"state", own_state(task)}};
  if (!task.message.empty()) json["message"] = task.message;
  if (!task.stalled_in.empty()) json["stalled"] = {{"call", task.stalled_in}, {"ms", task.stalled_ms}};
  json["ledger"] = counts_json(task.counts);
  for (const auto& [at, offset] : task.committed) json["committed"][kafka::to_string(at)] = offset;
  add_windows(json, task);
  return json;
}

}  // namespace

observe::ProgressSnapshot progress_of(Tasks tasks, const std::string& waiting_for) {
  observe::ProgressSnapshot p;
  std::int64_t windows = 0;
  std::int64_t expected = 0;
  for (const auto& task : tasks) {
    if (!task.message.empty() && task.state != TaskState::kFailed) p.waiting = task.message;
    p.rows_written += static_cast<std::int64_t>(task.counts.rows);
    p.dead += static_cast<std::int64_t>(task.counts.dead);
    p.records_read += static_cast<std::int64_t>(task.counts.records_in);
    p.orders_fetched += static_cast<std::int64_t>(task.counts.sent);
    windows += static_cast<std::int64_t>(task.forgotten.done);
    p.windows_done += static_cast<std::int64_t>(task.forgotten.done);
    expected += static_cast<std::int64_t>(task.forgotten.fetched);
    for (const auto& unit : task.units) {
      if (unit.state == CNX_UNIT_SPLIT) continue;
      ++windows;
      p.windows_done += unit.state == CNX_UNIT_DONE ? 1 : 0;
      expected += std::max<std::int64_t>(unit.expected, 0);
    }
  }
  if (windows > 0) p.windows_total = windows;
  if (expected > 0) p.orders_expected = expected;
  if (p.waiting.empty()) p.waiting = waiting_for;
  return p;
}

// A task that has failed for good waits for a person, so a probe has to see it although the others go on. An outage
// passes by itself: it is told, but a probe that ended the process for it would make it worse.
observe::Health health_of(Tasks tasks) {
  using State = observe::Health::State;
  std::string failed;
  std::string waiting;
  bool starting = false;
  const auto add = [](std::string& list, const TaskSnapshot& task, const std::string& text) {
    list += fmt::format("{}{}-{}{}", list.empty() ? "" : "; ", task.connector, task.task, text);
  };
  for (const auto& task : tasks) {
    starting = starting || (task.state == TaskState::kStarting && task.counts.restarts == 0 && !task.has_run);
    if (task.state == TaskState::kFailed)
      add(failed, task, ": " + task.message);
    else if (!task.stalled_in.empty())
      add(waiting, task, fmt::format(" waits: {} has not come back for {} s", task.stalled_in, task.stalled_ms / 1000));
    else if (!task.message.empty())
      add(waiting, task, " waits: " + task.message);
    else if (task.state == TaskState::kStarting)
      add(waiting, task, " waits: starts again");
  }
  if (!failed.empty()) return {State::kUnhealthy, "failed for good: " + failed};
  if (starting || tasks.empty())
    return {State::kStarting, waiting.empty() ? "tasks are starting" : "tasks are starting; " + waiting};
  return {State::kHealthy, waiting.empty() ? "all tasks run" : waiting};
}

std::string told_of_resumed(const runtime::RunSummary& run) {
  if (!run.resumed || run.exit_code == 1) return {};
  return fmt::format(
      "finished the range of {} that an earlier run began (its records, rows and dead letters are not in these "
      "counts); "
      "with -H, run again for the present hours",
      run.title);
}

observe::RunSummary summary_of(const runtime::RunSummary& run) {
  observe::RunSummary s;
  s.title = run.title;
  if (run.fetched_at_ms != 0)
    s.fetched_at =
        fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(run.fetched_at_ms / 1000)));
  const auto signed_of = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  s.orders = signed_of(run.orders);
  s.written = signed_of(run.written);
  s.filtered = signed_of(run.filtered);
  s.dead = signed_of(run.dead);
  s.released = signed_of(run.released);
  s.records = signed_of(run.records + run.released);
  s.rows = signed_of(run.rows);
  s.retries = signed_of(run.retries);
  s.seconds = run.seconds;
  for (const auto& u : run.units)
    s.units.push_back({u.name, name_of(u.state), u.expected, u.fetched, u.pages, u.tries, u.repeats});
  return s;
}

std::string status_json(const runtime::Job& job, Tasks tasks) {
  Json json{{"worker_id", job.worker.worker_id}, {"group", job.worker.group_id}};
  for (const auto& plan : job.connectors) {
    Json list = Json::array();
    for (const auto& task : tasks)
      if (task.connector == plan.name()) list.push_back(task_json(task));
    json["connectors"][plan.name()] = {{"type", config::name_of(plan.settings.kind)}, {"tasks", std::move(list)}};
  }
  return json.dump(1);
}

}  // namespace cnx::host::app
