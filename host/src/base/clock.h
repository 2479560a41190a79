// SPDX-License-Identifier: Apache-2.0
//
// Time as an interface: code that decides by time takes a Clock, so that tests and repeated runs choose it.
#pragma once

#include <atomic>
#include <cstdint>

namespace cnx::host {

/// All functions may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Microseconds since the epoch, UTC. May jump.
  [[nodiscard]] virtual std::int64_t now_us() const = 0;
  /// Nanoseconds of a clock that never jumps; only differences mean something.
  [[nodiscard]] virtual std::int64_t monotonic_ns() const = 0;

  [[nodiscard]] std::int64_t now_ms() const { return now_us() / 1000; }
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_us() const override;
  [[nodiscard]] std::int64_t monotonic_ns() const override;
};

/// Stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_us = 0) : now_us_(now_us) {}
  [[nodiscard]] std::int64_t now_us() const override { return now_us_.load(); }
  [[nodiscard]] std::int64_t monotonic_ns() const override { return monotonic_ns_.load(); }
  /// Both clocks go forward.
  void advance_ms(std::int64_t milliseconds);
  /// The wall clock jumps; the monotonic one does not notice.
  void set_now_us(std::int64_t now_us) { now_us_.store(now_us); }

 private:
  std::atomic<std::int64_t> now_us_;
  std::atomic<std::int64_t> monotonic_ns_{0};
};

}  // namespace cnx::host
