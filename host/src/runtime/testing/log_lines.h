// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"

namespace cnx::host::runtime::testing {

/// Keeps what is logged as a warning or worse while it lives.
class LogLines final : public log::Backend {
 public:
  LogLines() { log::set_backend(this); }
  ~LogLines() override { log::set_backend(nullptr); }
  [[nodiscard]] bool enabled(log::Level) const override { return true; }
  void write(log::Level level, std::string_view, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    if (level == log::Level::kWarning) warnings.emplace_back(message);
    if (level == log::Level::kError) errors.emplace_back(message);
  }
  std::vector<std::string> warnings;
  std::vector<std::string> errors;

 private:
  std::mutex mutex_;
};

}  // namespace cnx::host::runtime::testing
