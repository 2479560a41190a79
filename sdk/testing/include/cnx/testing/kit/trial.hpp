// SPDX-License-Identifier: Apache-2.0
//
// A check in a process of its own: a crash, an exit or a hang of the plugin is a finding that names the call.
#pragma once

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/base.h"
#include "cnx/testing/config.hpp"

namespace cnx::testing::kit {

/// What a trial found. Neither faults nor a reason: it passed.
struct Outcome {
  std::vector<std::string> faults;
  std::string not_tried;             ///< why something could not be tried; "": all of it was
  std::vector<std::string> answers;  ///< what the trial says to its parent
};

/// The trial's side: one thread but for calling().
class Report {
 public:
  Report(int to, char* place) : to_(to), place_(place) {}
  /// What a crash or a hang is blamed on from now on.
  void calling(std::string_view what) {
    const std::size_t size = std::min(what.size(), kPlace - 1);
    std::memcpy(place_, what.data(), size);
    place_[size] = '\0';
  }
  void fault(const std::string& text) { send('F', text); }
  void not_tried(const std::string& why) { send('N', why); }
  void answer(const std::string& text) { send('A', text); }

  static constexpr std::size_t kPlace = 256;

 private:
  void send(char kind, std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    text = kind + text + '\n';
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = ::write(to_, text.data() + done, text.size() - done);
      if (n <= 0) ::_exit(125);
      done += static_cast<std::size_t>(n);
    }
  }
  const int to_;
  char* const place_;  // shared with the parent
};

/// The longest that nothing may be heard of a trial.
inline int limit_ms = 10'000;

namespace detail {

inline void take_line(const std::string& line, Outcome& out) {
  if (line.empty()) return;
  const std::string text = line.substr(1);
  if (line[0] == 'F') out.faults.push_back(text);
  if (line[0] == 'N') out.not_tried = text;
  if (line[0] == 'A') out.answers.push_back(text);
}

/// Everything that the child writes, until it ends. False: the limit is over.
inline bool read_all(int from, std::string& text) {
  char buffer[4096];
  for (;;) {
    pollfd ready{from, POLLIN, 0};
    if (::poll(&ready, 1, limit_ms) <= 0) return false;
    const ssize_t n = ::read(from, buffer, sizeof buffer);
    if (n <= 0) return true;
    text.append(buffer, static_cast<std::size_t>(n));
  }
}

inline void take_end(int status, const std::string& place, Outcome& out) {
  if (WIFSIGNALED(status))
    out.faults.push_back("crashed with " + std::string(::strsignal(WTERMSIG(status))) + " in " + place);
  else if (WEXITSTATUS(status) != 0)
    out.faults.push_back("ended the process with exit code " + std::to_string(WEXITSTATUS(status)) + " in " + place);
}

}  // namespace detail

/// Runs `check` in a child. No answer for limit_ms ends it.
inline Outcome try_apart(const std::function<void(Report&)>& check) {
  Outcome out;
  void* shared = ::mmap(nullptr, Report::kPlace, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  if (shared == MAP_FAILED || ::pipe(ends) != 0)
    return {{}, std::string("no process for it: ") + ::strerror(errno), {}};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    Report report(ends[1], static_cast<char*>(shared));
    report.calling("loading");
    check(report);
    report.calling("the process's end");
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  const bool ended = child > 0 && detail::read_all(ends[0], text);
  const std::string place = static_cast<const char*>(shared);
  if (child > 0 && !ended) {
    ::kill(child, SIGKILL);
    out.faults.push_back(place + " did not come back within " + std::to_string(limit_ms) + " ms");
  }
  int status = 0;
  if (child > 0) ::waitpid(child, &status, 0);
  if (ended) detail::take_end(status, place, out);
  if (child < 0) out.not_tried = std::string("no process for it: ") + ::strerror(errno);
  ::close(ends[0]);
  ::munmap(shared, Report::kPlace);
  for (std::size_t at = 0, end; at < text.size(); at = end + 1) {
    end = std::min(text.find('\n', at), text.size());
    detail::take_line(text.substr(at, end - at), out);
  }
  return out;
}

inline const char* status_name(cnx_status status) {
  static constexpr const char* kNames[] = {"OK",    "RETRY",  "RECORD",    "AUTH", "CONFIG",
                                           "FATAL", "FENCED", "CANCELLED", "END"};
  return status >= CNX_OK && status <= CNX_END ? kNames[status] : "an unknown status";
}

/// One call that can fail: its status is known, its error says the same, and what went wrong has a message.
struct Called {
  cnx_status status;
  std::string message;
};
template <class Call>
Called call(Report& report, const std::string& what, Call run) {
  ErrorSlot error;
  report.calling(what);
  const cnx_status status = run(error.slot());
  if (status < CNX_OK || status > CNX_END)
    report.fault(what + " returned " + std::to_string(status) + ", which is no status");
  const bool fine = status == CNX_OK || status == CNX_END || status == CNX_CANCELLED;
  if (!fine && error.message.empty()) report.fault(what + " failed with " + status_name(status) + " and no message");
  if (!fine && error.raw().action != status)
    report.fault(what + " returned " + status_name(status) + ", but its error says " + status_name(error.raw().action));
  return {status, error.message};
}

}  // namespace cnx::testing::kit
