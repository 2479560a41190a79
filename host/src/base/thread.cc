// SPDX-License-Identifier: Apache-2.0
#include "base/thread.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "base/fault_points.h"
#include "base/thread_name.h"

namespace cnx::host {

Result<std::thread> start_thread(std::string name, std::function<void()> body) {
  const std::string what = name.empty() ? "a thread cannot be started" : "thread '" + name + "' cannot be started";
  if (Status passed = faults::pass("thread.start"); !passed.ok()) return std::move(passed).error().in(what);
  try {
    return std::thread([name = std::move(name), body = std::move(body)] {
      if (!name.empty()) name_thread(name);
      body();
    });
  } catch (const std::system_error& refused) {
    return retry_error(fmt::format("{}: {}; raise the limit on threads (ulimit -u, systemd's TasksMax, the container's "
                                   "pids limit) or on memory",
                                   what, refused.code().message()),
                       refused.code().value());
  }
}

}  // namespace cnx::host
