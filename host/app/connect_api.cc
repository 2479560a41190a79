// SPDX-License-Identifier: Apache-2.0
#include "connect_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "connect_offsets.h"
#include "connect_plugins.h"
#include "connect_views.h"

namespace cnx::host::app {

using observe::empty_answer;
using observe::error_answer;
using observe::json_answer;
using runtime::Wish;

namespace {

constexpr const char* kFilesRule =
    "configurations are files here: change the file of the connector and start the host again";
constexpr const char* kRootLogger = "root";

bool fits(std::string_view pattern, const std::vector<std::string>& path) {
  std::size_t at = 0;
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty()) continue;
    if (at == path.size() || (part != "*" && part != path[at])) return false;
    ++at;
  }
  return at == path.size();
}

observe::Answer unknown_connector(const std::string& name) {
  return error_answer(404, fmt::format("Connector {} not found", name));
}

observe::Answer refused(const Error& error) {
  return error_answer(error.action == Action::kRetry ? 409 : 500, error.message);
}

bool is_true(const observe::ApiCall& call, std::string_view name) {
  for (const auto& [key, value] : call.query)
    if (key == name) return to_lower(value) == "true";
  return false;
}

}  // namespace

struct ConnectApi::Route {
  const char* method;
  const char* pattern;
  Answer (ConnectApi::*handler)(const Call&);
};

const ConnectApi::Route ConnectApi::kRoutes[] = {
    {"GET", "/", &ConnectApi::root},
    {"GET", "/connectors", &ConnectApi::list},
    {"POST", "/connectors", &ConnectApi::no_writing},
    {"GET", "/connectors/*", &ConnectApi::info},
    {"DELETE", "/connectors/*", &ConnectApi::no_writing},
    {"GET", "/connectors/*/config", &ConnectApi::config},
    {"PUT", "/connectors/*/config", &ConnectApi::no_writing},
    {"PATCH", "/connectors/*/config", &ConnectApi::no_writing},
    {"GET", "/connectors/*/status", &ConnectApi::status},
    {"GET", "/connectors/*/tasks", &ConnectApi::tasks},
    {"GET", "/connectors/*/tasks/*/status", &ConnectApi::task_status},
    {"GET", "/connectors/*/topics", &ConnectApi::topics},
    {"PUT", "/connectors/*/topics/reset", &ConnectApi::reset_topics},
    {"GET", "/connectors/*/offsets", &ConnectApi::offsets},
    {"PATCH", "/connectors/*/offsets", &ConnectApi::alter_offsets},
    {"DELETE", "/connectors/*/offsets", &ConnectApi::delete_offsets},
    {"PUT", "/connectors/*/pause", &ConnectApi::pause},
    {"PUT", "/connectors/*/resume", &ConnectApi::resume},
    {"PUT", "/connectors/*/stop", &ConnectApi::stop},
    {"POST", "/connectors/*/restart", &ConnectApi::restart},
    {"POST", "/connectors/*/tasks/*/restart", &ConnectApi::restart_task},
    {"GET", "/connector-plugins", &ConnectApi::plugins},
    {"GET", "/connector-plugins/*/config", &ConnectApi::plugin_config},
    {"PUT", "/connector-plugins/*/config/validate", &ConnectApi::validate},
    {"GET", "/admin/loggers", &ConnectApi::loggers},
    {"GET", "/admin/loggers/*", &ConnectApi::logger},
    {"PUT", "/admin/loggers/*", &ConnectApi::set_logger},
};

observe::Answer ConnectApi::answer(const observe::ApiCall& call) {
  std::string allow;
  for (const Route& route : kRoutes) {
    if (!fits(route.pattern, call.path)) continue;
    if (call.method == route.method) return (this->*route.handler)(call);
    if (route.handler == &ConnectApi::no_writing) continue;
    allow += allow.empty() ? "" : ", ";
    allow += std::string_view(route.method) == "GET" ? "GET, HEAD" : route.method;
  }
  if (!allow.empty()) return observe::method_answer(allow);
  return error_answer(404,
                      "HTTP 404 Not Found: there are /, /health, /metrics, /status, /connectors, "
                      "/connector-plugins, /admin/loggers");
}

const runtime::ConnectorPlan* ConnectApi::find(const Call& call) const {
  for (const runtime::ConnectorPlan& plan : job_.connectors)
    if (plan.name() == call.path[1]) return &plan;
  return nullptr;
}

// ---- looking ----

observe::Answer ConnectApi::root(const Call&) {
  return json_answer(
      text_of({{"version", CNX_HOST_VERSION}, {"commit", "unknown"}, {"kafka_cluster_id", control_.cluster_id()}}));
}

observe::Answer ConnectApi::list(const Call& call) {
  const bool status = call.has("expand", "status");
  const bool info = call.has("expand", "info");
  Json names = Json::array();
  Json expanded = Json::object();
  const std::vector<runtime::TaskSnapshot> tasks = control_.tasks();
  for (const runtime::ConnectorPlan& plan : job_.connectors) {
    names.push_back(plan.name());
    const ConnectorView view{job_, plan, control_.wish(plan.name()), tasks};
    if (status) expanded[plan.name()]["status"] = status_of(view);
    if (info) expanded[plan.name()]["info"] = info_json(view);
  }
  return json_answer(text_of(status || info ? expanded : names));
}

observe::Answer ConnectApi::info(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  return json_answer(text_of(info_json({job_, *plan, control_.wish(plan->name()), control_.tasks()})));
}

observe::Answer ConnectApi::config(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  return json_answer(text_of(config_json(*plan)));
}

observe::Answer ConnectApi::status(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return error_answer(404, fmt::format("No status found for connector {}", call.path[1]));
  return json_answer(text_of(status_of({job_, *plan, control_.wish(plan->name()), control_.tasks()})));
}

observe::Answer ConnectApi::tasks(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  return json_answer(text_of(tasks_json({job_, *plan, control_.wish(plan->name()), control_.tasks()})));
}

observe::Answer ConnectApi::task_status(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan != nullptr) {
    const Json status = status_of({job_, *plan, control_.wish(plan->name()), control_.tasks()});
    for (const Json& task : status["tasks"])
      if (task["id"] == parse_int(call.path[3]).value_or(-1)) return json_answer(text_of(task));
  }
  return error_answer(404, fmt::format("No status found for task {}-{}", call.path[1], call.path[3]));
}

observe::Answer ConnectApi::topics(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  Json topics = plan->settings.topics;
  if (plan->is_source() && !plan->topic.empty()) topics.push_back(plan->topic);
  return json_answer(text_of({{plan->name(), {{"topics", std::move(topics)}}}}));
}

observe::Answer ConnectApi::reset_topics(const Call& call) {
  if (find(call) == nullptr) return unknown_connector(call.path[1]);
  return error_answer(403, "topics are those of the configuration; their use is not tracked, so nothing can be reset");
}

// ---- acting ----

observe::Answer ConnectApi::act(const Call& call, Wish wish, int status) {
  if (find(call) == nullptr) return error_answer(404, fmt::format("Unknown connector {}", call.path[1]));
  const Status asked = control_.ask(call.path[1], wish);
  return asked.ok() ? empty_answer(status) : refused(asked.error());
}

observe::Answer ConnectApi::pause(const Call& call) { return act(call, Wish::kPause, 202); }
observe::Answer ConnectApi::resume(const Call& call) { return act(call, Wish::kRun, 202); }
observe::Answer ConnectApi::stop(const Call& call) { return act(call, Wish::kStop, 204); }

// A connector is its tasks here: there is no instance besides them that could be started again alone.
observe::Answer ConnectApi::restart(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return error_answer(404, fmt::format("Unknown connector: {}", call.path[1]));
  const bool only_failed = is_true(call, "onlyFailed");
  const std::vector<runtime::TaskSnapshot> tasks = control_.tasks();
  ConnectorView view{job_, *plan, control_.wish(plan->name()), tasks};
  const std::set<int> present = view.task_ids();
  for (const runtime::TaskSnapshot& task : tasks) {
    if (task.connector != plan->name() || !present.contains(task.task)) continue;
    if (!only_failed || task.state == runtime::TaskState::kFailed) view.restarting.insert(task.task);
  }
  const std::vector<int> chosen(view.restarting.begin(), view.restarting.end());
  if (const Status asked = control_.restart(plan->name(), chosen); !asked.ok()) return refused(asked.error());
  if (!only_failed && !is_true(call, "includeTasks")) return empty_answer(204);
  return json_answer(text_of(status_of(view)), 202);
}

observe::Answer ConnectApi::restart_task(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  const std::vector<runtime::TaskSnapshot> tasks = control_.tasks();
  const std::set<int> ids =
      plan == nullptr ? std::set<int>() : ConnectorView{job_, *plan, control_.wish(plan->name()), tasks}.task_ids();
  for (const int id : ids) {
    if (parse_int(call.path[3]) != id) continue;
    const Status asked = control_.restart(plan->name(), {&id, 1});
    return asked.ok() ? empty_answer(204) : refused(asked.error());
  }
  return error_answer(404, fmt::format("Unknown task: {}-{}", call.path[1], call.path[3]));
}

observe::Answer ConnectApi::no_writing(const Call& call) {
  std::string allow;
  for (const Route& route : kRoutes)
    if (fits(route.pattern, call.path) && route.handler != &ConnectApi::no_writing)
      allow += fmt::format("{}{}", allow.empty() ? "" : ", ", route.method);
  return observe::method_answer(allow + ", HEAD", kFilesRule);
}

// ---- offsets ----

observe::Answer ConnectApi::offsets(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  return read_offsets({job_, *plan, clock_, stop_});
}

observe::Answer ConnectApi::alter_offsets(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  if (auto not_now = refuse_unless_stopped(*plan, control_)) return *not_now;
  return app::alter_offsets({job_, *plan, clock_, stop_}, call.body);
}

observe::Answer ConnectApi::delete_offsets(const Call& call) {
  const runtime::ConnectorPlan* plan = find(call);
  if (plan == nullptr) return unknown_connector(call.path[1]);
  if (auto not_now = refuse_unless_stopped(*plan, control_)) return *not_now;
  return app::delete_offsets({job_, *plan, clock_, stop_});
}

// ---- plugins ----

observe::Answer ConnectApi::plugins(const Call& call) {
  return json_answer(text_of(plugins_json(*job_.registry, !call.has("connectorsOnly", "false"))));
}

observe::Answer ConnectApi::plugin_config(const Call& call) {
  return plugin_config_answer(*job_.registry, call.path[1]);
}

observe::Answer ConnectApi::validate(const Call& call) {
  return validate_answer(*job_.registry, call.path[1], call.body);
}

// ---- loggers: one level holds for the process ----

std::string ConnectApi::logger_json() const {
  const std::int64_t when = level_set_ms_.load();
  return text_of({{"level", log::name_of(level_.get())}, {"last_modified", when < 0 ? Json(nullptr) : Json(when)}});
}

observe::Answer ConnectApi::loggers(const Call&) {
  return json_answer(fmt::format(R"({{"{}":{}}})", kRootLogger, logger_json()));
}

observe::Answer ConnectApi::logger(const Call& call) {
  if (call.path[2] != kRootLogger)
    return error_answer(404, fmt::format("Logger {} not found; there is '{}' only", call.path[2], kRootLogger));
  return json_answer(logger_json());
}

observe::Answer ConnectApi::set_logger(const Call& call) {
  if (call.path[2] != kRootLogger)
    return error_answer(404, fmt::format("Logger {} not found; there is '{}' only", call.path[2], kRootLogger));
  if (call.has("scope", "cluster"))
    return error_answer(400, "workers do not know each other: ask each of them, without scope=cluster");
  const Json json = Json::parse(call.body, nullptr, false);
  const auto level = json.is_object() ? json.find("level") : json.end();
  if (!json.is_object() || level == json.end() || !level->is_string())
    return error_answer(400, R"(Desired 'level' parameter was not specified in request: send {"level": "DEBUG"})");
  const std::optional<log::Level> wanted = log::level_of(level->get<std::string>());
  if (!wanted)
    return error_answer(404, fmt::format("Invalid log level '{}': it is one of DEBUG, INFO, WARNING, ERROR",
                                         level->get<std::string>()));
  level_.set(*wanted);
  level_set_ms_.store(clock_.now_ms());
  log::info("admin", "the log's level is {} now, by request, until the process ends", log::name_of(*wanted));
  return json_answer(text_of(Json::array({kRootLogger})));
}

}  // namespace cnx::host::app
