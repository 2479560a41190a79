// SPDX-License-Identifier: Apache-2.0
#include "observe/admin_routes.h"

#include <fmt/format.h>

#include <exception>

#include "base/log.h"
#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::observe {
namespace {

constexpr const char* kMetricsText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kReads = "GET, HEAD";

Answer health_answer(const Health& health) {
  struct Shape {
    Health::State state;
    int status;
    const char* name;
  };
  constexpr Shape kShapes[] = {{Health::State::kStarting, 503, "starting"},
                               {Health::State::kHealthy, 200, "healthy"},
                               {Health::State::kUnhealthy, 500, "unhealthy"}};
  for (const Shape& shape : kShapes) {
    if (shape.state != health.state) continue;
    return json_answer(fmt::format(R"({{"status":"{}","message":{}}})", shape.name, json_quote(health.message)),
                       shape.status);
  }
  return error_answer(500, "health is not known");
}

bool is(const ApiCall& call, std::string_view name) { return call.path.size() == 1 && call.path[0] == name; }

Answer route(const AdminHandlers& handlers, const Request& request) {
  ApiCall call;
  if (!request.target.starts_with('/')) return error_answer(404, "no such path; a path begins with '/'");
  if (!parse_target(request.target, call)) return error_answer(400, "the path or query is not percent-encoded text");
  call.method = request.method == "HEAD" ? "GET" : request.method;
  call.body = request.body;
  const bool health = is(call, "health") && handlers.health;
  const bool metrics = is(call, "metrics") && handlers.metrics;
  const bool status = is(call, "status") && handlers.status;
  if ((health || metrics || status) && !request.reads()) return method_answer(kReads);
  if (health) return health_answer(handlers.health());
  if (metrics) return {200, kMetricsText, handlers.metrics()};
  if (status) return json_answer(handlers.status());
  if (handlers.api) return handlers.api(call);
  return error_answer(404, "no such path");
}

Answer guarded(const AdminHandlers& handlers, const Request& request) {
  try {
    Answer answer = route(handlers, request);
    answer.body = secrets().mask(answer.body);
    return answer;
  } catch (const std::exception& fault) {
    log::error("admin", "{} {}: {}", request.method, request.target, fault.what());
    return error_answer(500, "the answer could not be made; the log says why");
  }
}

bool is_json(std::string_view content_type) {
  return to_lower(trim(content_type.substr(0, content_type.find(';')))) == "application/json";
}

}  // namespace

Answer answer_request(const AdminHandlers& handlers, const HttpAccess& access, const Request& request) {
  if (!access.knows_host(request.host)) {
    return error_answer(421, "this server answers to localhost, 127.0.0.1 and [::1] only; see 'listeners'");
  }
  const bool admitted = access.admits(request.authorization);
  const bool asks_health = request.target == "/health" || request.target.starts_with("/health?");
  if (!admitted && !(request.reads() && asks_health)) return error_answer(401, "log in; see 'listeners.*'");
  if (!admitted) {
    AdminHandlers reticent;
    if (handlers.health) {
      reticent.health = [&] { return Health{handlers.health().state, "log in to read more"}; };
    }
    return guarded(reticent, request);
  }
  if (!request.reads() && is_from_another_site(request.origin, request.fetch_site, request.host)) {
    return error_answer(403, "a web page of another site may not act here");
  }
  if (!request.body.empty() && !is_json(request.content_type)) {
    return error_answer(415, "send JSON, with 'Content-Type: application/json'");
  }
  return guarded(handlers, request);
}

bool may_be_slow(std::string_view target) {
  target = target.substr(0, target.find('?'));
  while (target.ends_with('/')) target.remove_suffix(1);
  return target.ends_with("/offsets");
}

}  // namespace cnx::host::observe
