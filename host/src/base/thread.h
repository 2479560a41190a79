// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "cnx/result.hpp"

namespace cnx::host {

/// A thread that runs `body`, called `name` (see name_thread(); "": as the caller's). RETRY: the system has none to
/// give; `body` was not called, and the message names the limits. Passes the fault point `thread.start` first.
[[nodiscard]] Result<std::thread> start_thread(std::string name, std::function<void()> body);

}  // namespace cnx::host
