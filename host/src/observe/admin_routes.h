// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "observe/admin_server.h"
#include "observe/api_call.h"
#include "observe/http_access.h"

namespace cnx::host::observe {

/// What of a request decides on the answer. Headers are "" when they are not there. Borrows.
struct Request {
  std::string_view method = "GET";
  std::string_view target{};
  std::string_view host{};
  std::string_view authorization{};
  std::string_view origin{};
  std::string_view fetch_site{};  ///< Sec-Fetch-Site
  std::string_view content_type{};
  std::string_view body{};

  [[nodiscard]] bool reads() const { return method == "GET" || method == "HEAD"; }
};

/// The answer to any request: 421 when it is for another host, 401 without a login where one is asked for, 403 when it
/// would change something and comes from a web page of another site, 415 when its body is no JSON, else what the
/// handlers say. GET /health needs no login, but tells only the state without one.
[[nodiscard]] Answer answer_request(const AdminHandlers& handlers, const HttpAccess& access, const Request& request);

/// Whether the answer may take seconds, since it asks servers.
[[nodiscard]] bool may_be_slow(std::string_view target);

}  // namespace cnx::host::observe
