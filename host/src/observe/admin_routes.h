// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "observe/admin_server.h"
#include "observe/http_access.h"

namespace cnx::host::observe {

struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// The answer to a GET of `target` ("/connectors?expand=status"). Errors are Kafka Connect's {error_code, message}.
[[nodiscard]] Answer answer_get(const AdminHandlers& handlers, std::string_view target);

/// What of a request decides on the answer. Borrows.
struct Request {
  bool reads = true;  ///< GET or HEAD
  std::string_view target;
  std::string_view host;           ///< the header, "" without
  std::string_view authorization;  ///< the header, "" without
};

/// The answer to any request: 421 when it is for another host, 401 without a login where one is asked for, 405 when it
/// is no GET or HEAD, else answer_get(). GET /health needs no login, but tells only the state without one.
[[nodiscard]] Answer answer_request(const AdminHandlers& handlers, const HttpAccess& access, const Request& request);

/// {error_code, message} with that status.
[[nodiscard]] Answer error_answer(int status, std::string_view message);

}  // namespace cnx::host::observe
