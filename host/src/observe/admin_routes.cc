// SPDX-License-Identifier: Apache-2.0
#include "observe/admin_routes.h"

#include <fmt/format.h>

#include <exception>

#include "base/log.h"
#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::observe {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kMetricsText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kConnectors = "/connectors/";
constexpr std::string_view kStatus = "/status";

Answer json(std::string body) { return {200, kJson, std::move(body)}; }

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
    return {shape.status, kJson,
            fmt::format(R"({{"status":"{}","message":{}}})", shape.name, json_quote(health.message))};
  }
  return error_answer(500, "health is not known");
}

/// nullopt: a '%' without two hex digits behind it.
std::optional<std::string> url_decode(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

bool wants_status(std::string_view query) {
  for (const std::string_view part : split(query, '&')) {
    if (part == "expand=status") return true;
  }
  return false;
}

Answer connector_answer(const AdminHandlers& handlers, std::string_view path) {
  path.remove_prefix(kConnectors.size());
  path.remove_suffix(kStatus.size());
  const std::optional<std::string> name = url_decode(path);
  if (!name) return error_answer(400, "the connector's name is not percent-encoded text");
  std::optional<std::string> body = handlers.connector_status(*name);
  if (!body) return error_answer(404, fmt::format("No status found for connector {}", *name));
  return json(*std::move(body));
}

Answer route(const AdminHandlers& handlers, std::string_view target) {
  const std::size_t mark = target.find('?');
  std::string_view path = target.substr(0, mark);
  const std::string_view query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/" && handlers.root) return json(handlers.root());
  if (path == "/health" && handlers.health) return health_answer(handlers.health());
  if (path == "/metrics" && handlers.metrics) return {200, kMetricsText, handlers.metrics()};
  if (path == "/status" && handlers.status) return json(handlers.status());
  if (path == "/connectors" && handlers.connectors) {
    const bool status = wants_status(query) && handlers.connectors_status;
    return json(status ? handlers.connectors_status() : handlers.connectors());
  }
  const bool names_one =
      path.starts_with(kConnectors) && path.ends_with(kStatus) && path.size() > kConnectors.size() + kStatus.size();
  if (names_one && handlers.connector_status) return connector_answer(handlers, path);
  return error_answer(404, "no such path; there are /health, /metrics, /status, /connectors, /connectors/NAME/status");
}

}  // namespace

Answer error_answer(int status, std::string_view message) {
  return {status, kJson, fmt::format(R"({{"error_code":{},"message":{}}})", status, json_quote(message))};
}

Answer answer_get(const AdminHandlers& handlers, std::string_view target) {
  try {
    Answer answer = route(handlers, target);
    answer.body = secrets().mask(answer.body);
    return answer;
  } catch (const std::exception& fault) {
    log::error("admin", "GET {}: {}", target, fault.what());
    return error_answer(500, "the answer could not be made; the log says why");
  }
}

Answer answer_request(const AdminHandlers& handlers, const HttpAccess& access, const Request& request) {
  if (!access.knows_host(request.host)) {
    return error_answer(421, "this server answers to localhost, 127.0.0.1 and [::1] only; see 'listeners'");
  }
  const bool admitted = access.admits(request.authorization);
  const bool asks_health = request.target == "/health" || request.target.starts_with("/health?");
  if (!admitted && !(request.reads && asks_health)) return error_answer(401, "log in; see 'listeners.*'");
  if (!request.reads) return error_answer(405, "this server only answers GET and HEAD");
  if (admitted) return answer_get(handlers, request.target);
  AdminHandlers reticent;
  if (handlers.health) {
    reticent.health = [&] { return Health{handlers.health().state, "log in to read more"}; };
  }
  return answer_get(reticent, request.target);
}

}  // namespace cnx::host::observe
