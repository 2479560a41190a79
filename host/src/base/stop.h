// SPDX-License-Identifier: Apache-2.0
//
// Stop requests that end every wait at once. Sources form a tree: a stop of the process stops every task, a stop of a
// task leaves the others alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace cnx::host {

namespace detail {
struct StopState;
struct StopCall;
}  // namespace detail

/// Reads and waits; cheap to copy. A default token is never stopped. All functions may be called from any thread.
class StopToken {
 public:
  StopToken() = default;

  [[nodiscard]] bool requested() const;
  /// Waits until a stop or for `milliseconds` (0 or less: only looks). True: a stop was requested.
  [[nodiscard]] bool wait_for(std::int64_t milliseconds) const;
  /// Waits until a stop.
  void wait() const;

 private:
  friend class StopSource;
  friend class StopCallback;
  explicit StopToken(std::shared_ptr<detail::StopState> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::StopState> state_;
};

/// Requests a stop, once and for good. Tokens may outlive their source. request() and token() from any thread.
class StopSource {
 public:
  StopSource();
  /// A source below `parent`: a stop of the parent is a stop of this one, too; never the reverse.
  explicit StopSource(const StopToken& parent);
  StopSource(const StopSource&) = delete;
  StopSource& operator=(const StopSource&) = delete;
  StopSource(StopSource&&) noexcept = default;
  StopSource& operator=(StopSource&&) noexcept = default;

  /// Wakes every waiter of this source and of those below it. Not safe in signal handlers (signals.h is the way).
  void request();
  [[nodiscard]] bool requested() const;
  [[nodiscard]] StopToken token() const { return StopToken(state_); }

 private:
  std::shared_ptr<detail::StopState> state_;
};

/// Calls `call` once at the stop, for threads that wait on something of their own and would else have to look now and
/// then: on the thread that requests it, or within the constructor when it was requested before. `call` must neither
/// block nor destroy this object. The destructor waits for a call that is under way.
class StopCallback {
 public:
  StopCallback(const StopToken& token, std::function<void()> call);
  ~StopCallback();
  StopCallback(const StopCallback&) = delete;
  StopCallback& operator=(const StopCallback&) = delete;

 private:
  std::shared_ptr<detail::StopCall> call_;
};

}  // namespace cnx::host
