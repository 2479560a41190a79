// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "base/thread.h"

namespace cnx::host::kafka {

/// Runs a blocking library call on a thread of its own and waits for its result: at most `limit`, and at most `grace`
/// after a stop. nullopt: given up. The call then goes on alone, so `call` must own (share) all that it touches, and
/// nobody else may use that any more. Without a thread to be had it is run unwatched.
template <class Call>
auto watched_call(Call call, std::chrono::milliseconds limit, std::chrono::milliseconds grace, const StopToken& stop)
    -> std::optional<decltype(call())> {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kLookForStop{50};
  const auto task = std::make_shared<std::packaged_task<decltype(call())()>>(std::move(call));
  auto result = task->get_future();
  auto started = start_thread({}, [task] { (*task)(); });
  if (!started.ok()) {
    log::warning("kafka", "a call goes unwatched, and may take long: {}", started.error().message);
    (*task)();
    return result.get();
  }
  std::thread worker = std::move(started).value();
  Clock::time_point deadline = Clock::now() + limit;
  bool stopping = false;
  while (result.wait_for(kLookForStop) != std::future_status::ready) {
    if (!stopping && stop.requested()) {
      stopping = true;
      deadline = std::min(deadline, Clock::now() + grace);
    }
    if (Clock::now() >= deadline) {
      worker.detach();
      return std::nullopt;
    }
  }
  worker.join();
  return result.get();
}

}  // namespace cnx::host::kafka
