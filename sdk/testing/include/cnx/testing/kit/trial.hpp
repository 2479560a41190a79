// SPDX-License-Identifier: Apache-2.0
//
// A check in a process of its own: a crash, an exit or a hang of the plugin is a finding that names the call.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace cnx::testing::kit {

/// What a trial found. Neither faults nor a reason: it passed.
struct Outcome {
  std::vector<std::string> faults;
  std::string not_tried;             ///< why something could not be tried; "": all of it was
  std::vector<std::string> answers;  ///< what the trial says to its parent
};

/// What the trial is doing, in memory that its parent sees.
struct Place {
  std::atomic<unsigned> calls;  ///< how many have begun
  char name[252];
};

/// The trial's side. [any thread] but for calling().
class Report {
 public:
  Report(int to, Place* place) : to_(to), place_(*place) {}
  /// What a crash or a hang is blamed on from now on.
  void calling(std::string_view what) {
    const std::size_t size = std::min(what.size(), sizeof place_.name - 1);
    std::memcpy(place_.name, what.data(), size);
    place_.name[size] = '\0';
    ++place_.calls;
  }
  [[nodiscard]] std::string place() const { return place_.name; }
  void fault(const std::string& text) { send('F', text); }
  void not_tried(const std::string& why) { send('N', why); }
  void answer(const std::string& text) { send('A', text); }

 private:
  void send(char kind, std::string text) {
    const std::lock_guard lock(mutex_);
    std::replace(text.begin(), text.end(), '\n', ' ');
    text = kind + text + '\n';
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = ::write(to_, text.data() + done, text.size() - done);
      if (n <= 0) ::_exit(125);
      done += static_cast<std::size_t>(n);
    }
  }
  const int to_;
  std::mutex mutex_;
  Place& place_;  // shared with the parent
};

/// The longest that one call may take.
inline int limit_ms = 10'000;

namespace detail {

/// Of one trial. What comes behind them is mostly their consequence.
inline constexpr std::size_t kMostFaults = 10;

inline void take_line(const std::string& line, Outcome& out) {
  if (line.empty()) return;
  const std::string text = line.substr(1);
  // The same of a thousand records is one fault.
  const bool said = std::find(out.faults.begin(), out.faults.end(), text) != out.faults.end();
  if (line[0] == 'F' && !said && out.faults.size() < kMostFaults) out.faults.push_back(text);
  if (line[0] == 'N') out.not_tried = text;
  if (line[0] == 'A') out.answers.push_back(text);
}

/// Everything that the child writes, until it ends. False: one call took longer than the limit.
inline bool read_all(int from, const Place& place, std::string& text) {
  char buffer[4096];
  for (;;) {
    const unsigned calls = place.calls;
    pollfd ready{from, POLLIN, 0};
    if (const int n = ::poll(&ready, 1, limit_ms); n <= 0) {
      if (n == 0 && place.calls != calls) continue;
      return false;
    }
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

/// The child: what the plugin prints is not the suite's answer, and it ends with its parent.
inline void be_trial(Report& report, const std::function<void(Report&)>& check) {
  if (const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC); nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
  }
  report.calling("loading");
  try {
    check(report);
  } catch (const std::exception& error) {
    report.fault("an exception crossed the border in " + report.place() + ": " + error.what());
  } catch (...) {
    report.fault("an exception crossed the border in " + report.place());
  }
  report.calling("the process's end");
}

}  // namespace detail

/// Runs `check` in a child. A call that takes longer than limit_ms ends it.
inline Outcome try_apart(const std::function<void(Report&)>& check) {
  Outcome out;
  void* shared = ::mmap(nullptr, sizeof(Place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int ends[2];
  if (shared == MAP_FAILED || ::pipe(ends) != 0)
    return {{}, std::string("no process for it: ") + ::strerror(errno), {}};
  auto* const place = new (shared) Place{};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    Report report(ends[1], place);
    detail::be_trial(report, check);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  const bool ended = child > 0 && detail::read_all(ends[0], *place, text);
  const std::string call = place->name;
  if (child > 0 && !ended) {
    ::kill(child, SIGKILL);
    out.faults.push_back(call + " did not come back within " + std::to_string(limit_ms) + " ms");
  }
  int status = 0;
  if (child > 0) ::waitpid(child, &status, 0);
  if (ended) detail::take_end(status, call, out);
  if (child < 0) out.not_tried = std::string("no process for it: ") + ::strerror(errno);
  ::close(ends[0]);
  ::munmap(shared, sizeof(Place));
  for (std::size_t at = 0, end; at < text.size(); at = end + 1) {
    end = std::min(text.find('\n', at), text.size());
    detail::take_line(text.substr(at, end - at), out);
  }
  return out;
}

}  // namespace cnx::testing::kit
