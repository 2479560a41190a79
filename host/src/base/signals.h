// SPDX-License-Identifier: Apache-2.0
//
// SIGINT and SIGTERM become a stop request. The first asks for a clean stop, the second ends the process, unless it
// comes within kSameStopMs: some senders signal a process and then its group, and mean one stop (GNU timeout, for one).
// SIGPIPE (a peer or the console's reader is gone) and SIGXFSZ (a file has reached its limit) are ignored: they show as
// errors of the write that met them.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "base/stop.h"
#include "cnx/result.hpp"

namespace cnx::host {

inline constexpr std::int64_t kSameStopMs = 500;

/// Takes SIGINT and SIGTERM for as long as it lives; SIGPIPE and SIGXFSZ stay ignored. Make it before any other thread:
/// threads inherit the blocked mask, and a thread without it would be killed by the signal.
class SignalGuard {
 public:
  /// `stop` must outlive the guard. RETRY when the system has no thread to give: then the signals are as before.
  [[nodiscard]] static Result<std::unique_ptr<SignalGuard>> install(StopSource& stop);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  SignalGuard(StopSource& stop, int signal_fd, int wake_fd);
  void watch();

  StopSource& stop_;
  const int signal_fd_;
  const int wake_fd_;  // ends watch()
  std::thread watcher_;
};

}  // namespace cnx::host
