// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <exception>
#include <string>

#include "base/secrets.h"
#include "base/strings.h"

namespace cnx::host::log {
namespace {

/// Until a real backend is set: start-up errors must be seen somewhere.
class StderrBackend final : public Backend {
 public:
  bool enabled(Level level) const override { return level >= Level::kInfo; }
  void write(Level level, std::string_view, std::string_view message) override {
    std::string line = fmt::format("{} - {}\n", name_of(level), message);
    std::fwrite(line.data(), 1, line.size(), stderr);
  }
  void flush() override { std::fflush(stderr); }
};

StderrBackend g_stderr;
std::atomic<Backend*> g_backend{&g_stderr};

struct LevelName {
  Level level;
  const char* name;
};
constexpr std::array<LevelName, 4> kLevels{
    {{Level::kDebug, "DEBUG"}, {Level::kInfo, "INFO"}, {Level::kWarning, "WARNING"}, {Level::kError, "ERROR"}}};

}  // namespace

const char* name_of(Level level) {
  for (const auto& entry : kLevels) {
    if (entry.level == level) return entry.name;
  }
  return "ERROR";  // a level that a plugin made up is better seen than hidden
}

std::optional<Level> level_of(std::string_view name) {
  const std::string upper = to_upper(name);
  if (upper == "WARN") return Level::kWarning;
  for (const auto& entry : kLevels) {
    if (upper == entry.name) return entry.level;
  }
  return std::nullopt;
}

void set_backend(Backend* backend) {
  g_backend.store(backend != nullptr ? backend : &g_stderr, std::memory_order_release);
}

bool enabled(Level level) { return g_backend.load(std::memory_order_acquire)->enabled(level); }

void write(Level level, std::string_view logger, std::string_view message) {
  Backend* backend = g_backend.load(std::memory_order_acquire);
  if (!backend->enabled(level)) return;
  backend->write(level, logger, escape_line(secrets().mask(message)));
}

void flush() { g_backend.load(std::memory_order_acquire)->flush(); }

void vwrite(Level level, std::string_view logger, fmt::string_view format, fmt::format_args args) {
  std::string message;
  try {
    message = fmt::vformat(format, args);
  } catch (const std::exception& fault) {
    message = std::string("(message could not be formatted: ") + fault.what() + ") " +
              std::string(format.data(), format.size());
  }
  write(level, logger, message);
}

}  // namespace cnx::host::log
