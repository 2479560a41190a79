// SPDX-License-Identifier: Apache-2.0
//
// Logging facade. Callers name a logger (the module or connector) and a format string that is checked while compiling.
// Secrets are masked and control characters escaped here, so no backend can forget it: a message is always one line.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string_view>

#include "cnx/abi/host.h"

namespace cnx::host::log {

/// The values are those of the ABI's cnx_log_level.
enum class Level : int {
  kDebug = CNX_LOG_DEBUG,
  kInfo = CNX_LOG_INFO,
  kWarning = CNX_LOG_WARNING,
  kError = CNX_LOG_ERROR
};

/// "DEBUG", "INFO", "WARNING", "ERROR".
[[nodiscard]] const char* name_of(Level level);
/// The level of such a name, in any case; "WARN" is understood too.
[[nodiscard]] std::optional<Level> level_of(std::string_view name);

/// Where messages go. Calls may come from any thread at once.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual bool enabled(Level level) const = 0;
  /// `message` is one line, without secrets. Must not log and must not throw.
  virtual void write(Level level, std::string_view logger, std::string_view message) = 0;
  virtual void flush() {}
};

/// Makes `backend` the process's backend; nullptr: back to stderr, INFO and above. Set it before other threads log and
/// take it out before it dies: it is not owned.
void set_backend(Backend* backend);

[[nodiscard]] bool enabled(Level level);
/// Writes a message that is already made (a plugin's, a library's). [any thread]
void write(Level level, std::string_view logger, std::string_view message);
/// Waits until what was written is with the operating system.
void flush();

/// Formats and writes; a formatting fault becomes a message itself. Not called directly.
void vwrite(Level level, std::string_view logger, fmt::string_view format, fmt::format_args args);

template <class... Args>
void debug(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kDebug)) vwrite(Level::kDebug, logger, format, fmt::make_format_args(args...));
}
template <class... Args>
void info(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kInfo)) vwrite(Level::kInfo, logger, format, fmt::make_format_args(args...));
}
template <class... Args>
void warning(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kWarning)) vwrite(Level::kWarning, logger, format, fmt::make_format_args(args...));
}
template <class... Args>
void error(std::string_view logger, fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kError)) vwrite(Level::kError, logger, format, fmt::make_format_args(args...));
}

}  // namespace cnx::host::log
