// SPDX-License-Identifier: Apache-2.0
#include "base/stop.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace cnx::host {
namespace detail {

struct StopCall {
  std::mutex mutex;
  std::function<void()> call;  // guarded by mutex; empty once called or given up

  void make() {
    std::lock_guard lock(mutex);
    if (const auto once = std::exchange(call, nullptr)) once();
  }
};

struct StopState {
  std::mutex mutex;
  std::condition_variable stopped;
  std::atomic<bool> requested{false};              // written under mutex, so that no waiter misses it
  std::vector<std::weak_ptr<StopState>> children;  // guarded by mutex; emptied by a stop
  std::vector<std::weak_ptr<StopCall>> calls;      // likewise

  void request() {
    std::vector<std::weak_ptr<StopState>> below;
    std::vector<std::weak_ptr<StopCall>> due;
    {
      std::lock_guard lock(mutex);
      requested = true;
      below.swap(children);
      due.swap(calls);
    }
    stopped.notify_all();
    for (const auto& one : due) {
      if (auto call = one.lock()) call->make();
    }
    // Outside the lock: locks are never held from parent to child, so no order can be broken.
    for (const auto& child : below) {
      if (auto state = child.lock()) state->request();
    }
  }

  void adopt(const std::shared_ptr<StopState>& child) {
    {
      std::lock_guard lock(mutex);
      if (!requested) {
        std::erase_if(children, [](const std::weak_ptr<StopState>& other) { return other.expired(); });
        children.push_back(child);
        return;
      }
    }
    child->request();
  }

  void add(const std::shared_ptr<StopCall>& call) {
    {
      std::lock_guard lock(mutex);
      if (!requested) {
        std::erase_if(calls, [](const std::weak_ptr<StopCall>& other) { return other.expired(); });
        calls.push_back(call);
        return;
      }
    }
    call->make();
  }
};

}  // namespace detail

bool StopToken::requested() const { return state_ && state_->requested.load(); }

bool StopToken::wait_for(std::int64_t milliseconds) const {
  // Longer waits would overflow the clock's arithmetic; a year is for ever here.
  constexpr std::int64_t kLongestMs = std::int64_t{365} * 24 * 3600 * 1000;
  const std::chrono::milliseconds wait(std::clamp<std::int64_t>(milliseconds, 0, kLongestMs));
  if (!state_) {
    std::this_thread::sleep_for(wait);
    return false;
  }
  std::unique_lock lock(state_->mutex);
  return state_->stopped.wait_for(lock, wait, [this] { return state_->requested.load(); });
}

void StopToken::wait() const {
  while (!wait_for(3600 * 1000)) {
  }
}

StopSource::StopSource() : state_(std::make_shared<detail::StopState>()) {}

StopSource::StopSource(const StopToken& parent) : StopSource() {
  if (parent.state_) parent.state_->adopt(state_);
}

void StopSource::request() { state_->request(); }

bool StopSource::requested() const { return state_->requested.load(); }

StopCallback::StopCallback(const StopToken& token, std::function<void()> call)
    : call_(std::make_shared<detail::StopCall>()) {
  call_->call = std::move(call);
  if (token.state_) token.state_->add(call_);
}

StopCallback::~StopCallback() {
  const std::lock_guard lock(call_->mutex);
  call_->call = nullptr;
}

}  // namespace cnx::host
