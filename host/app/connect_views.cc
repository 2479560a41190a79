// SPDX-License-Identifier: Apache-2.0
#include "connect_views.h"

#include <nlohmann/json.hpp>

namespace cnx::host::app {
namespace {

using runtime::TaskSnapshot;
using runtime::TaskState;
using runtime::Wish;

// Kafka Connect's clients know no DONE: to them a source that has sent everything is running.
const char* state_of(const TaskSnapshot& task, const ConnectorView& view) {
  if (view.restarting.contains(task.task)) return "RESTARTING";
  return task.state == TaskState::kDone ? "RUNNING" : runtime::name_of(task.state);
}

Json task_json(const TaskSnapshot& task, const ConnectorView& view) {
  Json json{{"id", task.task},
            {"state", state_of(task, view)},
            {"worker_id", view.job.worker.worker_id},
            {"version", view.plan.component != nullptr ? view.plan.component->origin.version : ""}};
  if (task.state == TaskState::kFailed && !view.restarting.contains(task.task)) json["trace"] = task.message;
  return json;
}

const char* connector_state(const ConnectorView& view, bool failed) {
  if (view.wish == Wish::kStop) return "STOPPED";
  if (view.wish == Wish::kPause) return "PAUSED";
  return failed ? "FAILED" : "RUNNING";
}

template <class Visit>
void each_task(const ConnectorView& view, Visit visit) {
  if (view.wish == Wish::kStop) return;
  for (const TaskSnapshot& task : view.tasks)
    if (task.connector == view.plan.name()) visit(task);
}

}  // namespace

std::set<int> ConnectorView::task_ids() const {
  std::set<int> ids;
  each_task(*this, [&](const TaskSnapshot& task) { ids.insert(task.task); });
  return ids;
}

Json config_json(const runtime::ConnectorPlan& plan) {
  Json json = Json::object();
  for (const auto& [key, value] : plan.shown) json[key] = value;
  return json;
}

Json info_json(const ConnectorView& view) {
  Json tasks = Json::array();
  each_task(view,
            [&](const TaskSnapshot& task) { tasks.push_back({{"connector", view.plan.name()}, {"task", task.task}}); });
  return Json{{"name", view.plan.name()},
              {"config", config_json(view.plan)},
              {"tasks", std::move(tasks)},
              {"type", config::name_of(view.plan.settings.kind)}};
}

Json status_of(const ConnectorView& view) {
  Json tasks = Json::array();
  bool failed = false;
  each_task(view, [&](const TaskSnapshot& task) {
    tasks.push_back(task_json(task, view));
    failed = failed || tasks.back().contains("trace");
  });
  return Json{{"name", view.plan.name()},
              {"connector", {{"state", connector_state(view, failed)}, {"worker_id", view.job.worker.worker_id}}},
              {"tasks", std::move(tasks)},
              {"type", config::name_of(view.plan.settings.kind)}};
}

Json tasks_json(const ConnectorView& view) {
  Json tasks = Json::array();
  each_task(view, [&](const TaskSnapshot& task) {
    tasks.push_back(
        {{"id", {{"connector", view.plan.name()}, {"task", task.task}}}, {"config", config_json(view.plan)}});
  });
  return tasks;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace cnx::host::app
