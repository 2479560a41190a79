// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "base/log.h"
#include "cnx/result.hpp"
#include "observe/console.h"

namespace cnx::host::observe {

struct LogOptions {
  log::Level level = log::Level::kInfo;
  bool json = false;                   ///< one object a line: time (UTC), level, logger, message
  std::string dir = {};                ///< folder of connect-host.log; made when missing; empty: no file
  std::size_t file_bytes = 50u << 20;  ///< a file is rotated when it reaches this
  std::size_t files = 5;               ///< rotated files that are kept: connect-host.1.log …
};

/// The real backend of base/log.h: the console and, when a folder is set, a rotating file. Text lines are
/// 'YYYY-MM-DD HH:MM:SS,mmm - LEVEL - MESSAGE' in local time. Every line from INFO on is flushed, so that a kill loses
/// none. Thread-safe.
class LogBackend final : public log::Backend {
 public:
  /// `console` must outlive it. CONFIG error: the folder or file cannot be written (names it and the cause).
  [[nodiscard]] static Result<std::unique_ptr<LogBackend>> create(const LogOptions& options, Console& console);
  ~LogBackend() override;

  [[nodiscard]] bool enabled(log::Level level) const override { return level >= level_.load(); }
  void write(log::Level level, std::string_view logger, std::string_view message) override;
  void flush() override;
  // [any thread]
  [[nodiscard]] log::Level level() const { return level_.load(); }
  void set_level(log::Level level) { level_.store(level); }

 private:
  struct Sinks;
  LogBackend(log::Level level, std::unique_ptr<Sinks> sinks, Console& console);
  void file_fault(const char* what);

  std::atomic<log::Level> level_;
  const std::unique_ptr<Sinks> sinks_;
  Console& console_;
  std::atomic<bool> file_broken_{false};  // told once until it works again
};

}  // namespace cnx::host::observe
