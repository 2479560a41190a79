// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "observe/admin_server.h"

namespace cnx::host::observe {

struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
};

/// The answer to a GET of `target` ("/connectors?expand=status"). Errors are Kafka Connect's {error_code, message}.
[[nodiscard]] Answer answer_get(const AdminHandlers& handlers, std::string_view target);

/// {error_code, message} with that status.
[[nodiscard]] Answer error_answer(int status, std::string_view message);

}  // namespace cnx::host::observe
