// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace cnx::host::observe {

/// The terminal (or file) behind stderr, shared by log lines and the progress line: a line goes above the progress
/// line, which is drawn again below it. Thread-safe; write faults are ignored, since there is nowhere to tell them.
class Console {
 public:
  /// `fd` is borrowed. Whether it is a terminal is looked up once; tests say it themselves.
  explicit Console(int fd);
  Console(int fd, bool terminal) : fd_(fd), terminal_(terminal) {}
  ~Console() { clear_status(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  [[nodiscard]] bool is_terminal() const { return terminal_; }
  /// Columns of the terminal now; 80 when it does not say.
  [[nodiscard]] std::size_t width() const;

  /// `line` comes without newline.
  void write_line(std::string_view line);
  /// Shows `line` at the bottom of a terminal, in place of the one before; does nothing elsewhere. It must fit width().
  void set_status(std::string_view line);
  void clear_status() { set_status({}); }

 private:
  const int fd_;
  const bool terminal_;
  std::mutex mutex_;
  std::string status_;  // guarded by mutex_
};

}  // namespace cnx::host::observe
