// SPDX-License-Identifier: Apache-2.0
#include "observe/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace cnx::host::observe {
namespace {

constexpr std::string_view kEraseLine = "\r\x1b[K";

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(fd, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

}  // namespace

Console::Console(int fd) : Console(fd, ::isatty(fd) == 1) {}

std::size_t Console::width() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void Console::write_line(std::string_view line) {
  const std::lock_guard lock(mutex_);
  std::string text;
  if (!status_.empty()) text += kEraseLine;
  text += line;
  text += '\n';
  text += status_;
  write_all(fd_, text);
}

void Console::set_status(std::string_view line) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  if (line == status_) return;
  std::string text(kEraseLine);
  text += line;
  status_ = line;
  write_all(fd_, text);
}

}  // namespace cnx::host::observe
