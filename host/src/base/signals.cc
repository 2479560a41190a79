// SPDX-License-Identifier: Apache-2.0
#include "base/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/thread.h"

namespace cnx::host {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

const char* signal_name(unsigned number) { return number == SIGINT ? "SIGINT" : "SIGTERM"; }

}  // namespace

Result<std::unique_ptr<SignalGuard>> SignalGuard::install(StopSource& stop) {
  const sigset_t set = stop_signals();
  if (const int fault = pthread_sigmask(SIG_BLOCK, &set, nullptr); fault != 0) {
    return fatal_error("signals: cannot block SIGINT and SIGTERM: " + errno_text(fault), fault);
  }
  for (const int number : {SIGPIPE, SIGXFSZ}) {
    if (::signal(number, SIG_IGN) == SIG_ERR) {
      return fatal_error("signals: cannot ignore SIGPIPE and SIGXFSZ: " + errno_text(errno), errno);
    }
  }
  const int signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd < 0) return fatal_error("signals: signalfd failed: " + errno_text(errno), errno);
  const int wake_fd = eventfd(0, EFD_CLOEXEC);
  if (wake_fd < 0) {
    const int fault = errno;
    ::close(signal_fd);
    return fatal_error("signals: eventfd failed: " + errno_text(fault), fault);
  }
  std::unique_ptr<SignalGuard> guard(new SignalGuard(stop, signal_fd, wake_fd));
  auto watcher = start_thread({}, [self = guard.get()] { self->watch(); });
  if (!watcher.ok()) return std::move(watcher).error().in("signals");
  guard->watcher_ = *std::move(watcher);
  return guard;
}

SignalGuard::SignalGuard(StopSource& stop, int signal_fd, int wake_fd)
    : stop_(stop), signal_fd_(signal_fd), wake_fd_(wake_fd) {}

SignalGuard::~SignalGuard() {
  eventfd_write(wake_fd_, 1);
  if (watcher_.joinable()) watcher_.join();
  ::close(signal_fd_);
  ::close(wake_fd_);
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalGuard::watch() {
  const SystemClock clock;
  std::int64_t stopped_ns = 0;
  for (;;) {
    std::array<pollfd, 2> fds{{{signal_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      log::error("signals", "poll failed: {}; SIGINT and SIGTERM are no longer heard", errno_text(errno));
      return;
    }
    if (fds[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signal_fd_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    if (stop_.requested()) {
      if (clock.monotonic_ns() - stopped_ns < kSameStopMs * 1'000'000) continue;
      log::error("signals", "{} while stopping: exit at once; what was not committed will be done again",
                 signal_name(info.ssi_signo));
      log::flush();
      ::_exit(1);
    }
    log::info("signals", "{}: stopping; once more to exit at once", signal_name(info.ssi_signo));
    stopped_ns = clock.monotonic_ns();
    stop_.request();
  }
}

}  // namespace cnx::host
