// SPDX-License-Identifier: Apache-2.0
//
// Breaches of the contract between host and plugin, and who is to blame.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "cnx/result.hpp"

namespace cnx::testing::watch {

enum class Side { kHost, kPlugin };

inline const char* name_of(Side side) { return side == Side::kHost ? "host" : "plugin"; }

inline const char* status_name(cnx_status status) {
  static constexpr const char* kNames[] = {"OK",    "RETRY",  "RECORD",    "AUTH", "CONFIG",
                                           "FATAL", "FENCED", "CANCELLED", "END"};
  return status >= CNX_OK && status <= CNX_END ? kNames[status] : "an unknown status";
}

/// Where breaches go. Outlives all that is watched. Thread-safe: `tell` is called by one thread at a time.
class Breaches {
 public:
  /// `call`: the function in whose call it was found; `what`: a sentence without its subject.
  using Tell = std::function<void(Side side, std::string_view call, const std::string& what)>;
  explicit Breaches(Tell tell) : tell_(std::move(tell)) {}
  Breaches(const Breaches&) = delete;
  Breaches& operator=(const Breaches&) = delete;

  void add(Side side, std::string_view call, const std::string& what) {
    const std::lock_guard lock(mutex_);
    tell_(side, call, what);
  }
  void count_call() { ++calls_; }
  /// Calls of instances that were seen, so that a test knows that it has seen any.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  const Tell tell_;
  std::mutex mutex_;
  std::atomic<std::uint64_t> calls_{0};
};

/// The caller's error slot, seen through. One call, on its thread.
class WatchedError {
 public:
  /// `to` is borrowed for the call.
  WatchedError(Breaches& breaches, std::string_view call, cnx_error* to) : breaches_(breaches), call_(call), to_(to) {
    raw_ = {sizeof raw_, CNX_OK, 0, 0, this, &WatchedError::set_message};
    if (to_ == nullptr || !CNX_HAS(to_, cnx_error, set_message) || to_->set_message == nullptr) {
      breaches_.add(Side::kHost, call_, "was called without a whole error slot");
      to_ = nullptr;
    }
  }
  WatchedError(const WatchedError&) = delete;
  WatchedError& operator=(const WatchedError&) = delete;

  [[nodiscard]] cnx_error* slot() { return &raw_; }

  /// Checks what the call came to, hands it on, and returns it.
  cnx_status done(cnx_status status) {
    if (status < CNX_OK || status > CNX_END) {
      blame("returned " + std::to_string(status) + ", which is no status");
    } else if (status != CNX_OK && status != CNX_END && status != CNX_CANCELLED) {
      if (!said_) blame(std::string("failed with ") + status_name(status) + " and no message");
      if (raw_.action != status)
        blame(std::string("returned ") + status_name(status) + ", but its error says " + status_name(raw_.action));
    }
    if (to_ != nullptr) {
      to_->action = raw_.action;
      to_->retry_after_ms = raw_.retry_after_ms;
      to_->native_code = raw_.native_code;
    }
    return status;
  }

 private:
  static void set_message(void* ctx, cnx_str message) {
    auto& self = *static_cast<WatchedError*>(ctx);
    self.said_ = self.said_ || message.size > 0;
    if (self.to_ != nullptr) self.to_->set_message(self.to_->ctx, message);
  }
  void blame(const std::string& what) { breaches_.add(Side::kPlugin, call_, what); }

  Breaches& breaches_;
  const std::string_view call_;
  cnx_error* to_;
  cnx_error raw_{};
  bool said_ = false;
};

}  // namespace cnx::testing::watch
