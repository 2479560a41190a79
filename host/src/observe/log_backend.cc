// SPDX-License-Identifier: Apache-2.0
#include "observe/log_backend.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace cnx::host::observe {
namespace {

constexpr const char* kFileName = "connect-host.log";

spdlog::level::level_enum to_spdlog(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return spdlog::level::debug;
    case log::Level::kInfo:
      return spdlog::level::info;
    case log::Level::kWarning:
      return spdlog::level::warn;
    case log::Level::kError:
      break;
  }
  return spdlog::level::err;
}

const char* level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "DEBUG";
    case spdlog::level::info:
      return "INFO";
    case spdlog::level::warn:
      return "WARNING";
    default:
      return "ERROR";
  }
}

/// spdlog's own level names are lower-case and say "warning" differently by version.
class LevelFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    fmt::format_to(std::back_inserter(out), "{}", level_name(message.level));
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<LevelFlag>(); }
};

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using namespace std::chrono;
    const auto since_epoch = duration_cast<milliseconds>(message.time.time_since_epoch());
    const std::time_t seconds = duration_cast<std::chrono::seconds>(since_epoch).count();
    fmt::format_to(std::back_inserter(out),
                   R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","level":"{}","logger":{},"message":{}}})"
                   "\n",
                   fmt::gmtime(seconds), since_epoch.count() % 1000, level_name(message.level),
                   json_quote({message.logger_name.data(), message.logger_name.size()}),
                   json_quote({message.payload.data(), message.payload.size()}));
  }
  [[nodiscard]] std::unique_ptr<formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

std::unique_ptr<spdlog::formatter> make_formatter(bool json) {
  if (json) return std::make_unique<JsonFormatter>();
  auto text = std::make_unique<spdlog::pattern_formatter>();
  text->add_flag<LevelFlag>('*').set_pattern("%Y-%m-%d %H:%M:%S,%e - %* - %v");
  return text;
}

/// Lines to the console, above the progress line.
class ConsoleSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit ConsoleSink(Console& console) : console_(console) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    console_.write_line({line.data(), line.size() - 1});
  }
  void flush_() override {}

  Console& console_;
};

}  // namespace

struct LogBackend::Sinks {
  std::unique_ptr<ConsoleSink> console;
  std::unique_ptr<spdlog::sinks::rotating_file_sink_mt> file;  // may be null
};

Result<std::unique_ptr<LogBackend>> LogBackend::create(const LogOptions& options, Console& console) {
  auto sinks = std::make_unique<Sinks>();
  sinks->console = std::make_unique<ConsoleSink>(console);
  sinks->console->set_formatter(make_formatter(options.json));
  if (!options.dir.empty()) {
    const std::string path = std::filesystem::path(options.dir) / kFileName;
    try {
      std::filesystem::create_directories(options.dir);
      sinks->file = std::make_unique<spdlog::sinks::rotating_file_sink_mt>(path, options.file_bytes, options.files);
    } catch (const std::exception& fault) {
      return config_error(
          fmt::format("log.dir: cannot write {}: {}; make the folder writable, or choose another", path, fault.what()));
    }
    sinks->file->set_formatter(make_formatter(options.json));
  }
  return std::unique_ptr<LogBackend>(new LogBackend(options.level, std::move(sinks), console));
}

LogBackend::LogBackend(log::Level level, std::unique_ptr<Sinks> sinks, Console& console)
    : level_(level), sinks_(std::move(sinks)), console_(console) {}

LogBackend::~LogBackend() = default;

void LogBackend::write(log::Level level, std::string_view logger, std::string_view message) {
  const spdlog::details::log_msg record(spdlog::string_view_t(logger.data(), logger.size()), to_spdlog(level),
                                        spdlog::string_view_t(message.data(), message.size()));
  try {
    sinks_->console->log(record);
  } catch (const std::exception&) {
    // Out of memory while formatting: the file may still work, and there is no third place to tell it.
  }
  if (!sinks_->file) return;
  try {
    sinks_->file->log(record);
    if (level >= log::Level::kInfo) sinks_->file->flush();
    if (file_broken_.exchange(false)) console_.write_line("log file: written again; lines between are missing in it");
  } catch (const std::exception& fault) {
    file_fault(fault.what());
  }
}

void LogBackend::file_fault(const char* what) {
  if (file_broken_.exchange(true)) return;
  console_.write_line(fmt::format("log file: cannot be written: {}; lines go to the console only", escape_line(what)));
}

void LogBackend::flush() {
  if (!sinks_->file) return;
  try {
    sinks_->file->flush();
  } catch (const std::exception& fault) {
    file_fault(fault.what());
  }
}

}  // namespace cnx::host::observe
