// SPDX-License-Identifier: Apache-2.0
//
// Between the two threads of a sink task: sealed batches go in one direction, bounded in bytes; orders to the sink's
// owner thread (claim, release) overtake them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

#include "base/stop.h"
#include "runtime/sealed_batch.h"

namespace cnx::host::runtime {

/// Thread-safe. After close() nothing goes in; what is inside can still be taken out.
class Mailbox {
 public:
  using Order = std::function<void()>;
  using Item = std::variant<std::monostate, Order, std::unique_ptr<SealedBatch>>;

  /// A batch larger than `max_bytes` still passes, alone.
  /// `on_idle` is called by take() when there is nothing to do; set it before the threads start. [sink thread]
  explicit Mailbox(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}
  void set_on_idle(std::function<void()> on_idle) { on_idle_ = std::move(on_idle); }

  /// Waits for room. False: closed, or no room until the stop; `batch` is left with the caller.
  [[nodiscard]] bool push(std::unique_ptr<SealedBatch>& batch, const StopToken& stop = {}) {
    const std::uint64_t bytes = batch->bytes();
    std::unique_lock lock(mutex_);
    while (!room_.wait_for(lock, kLookForStop, [&] { return closed_ || has_room(bytes); }))
      if (stop.requested()) return false;
    if (closed_) return false;
    bytes_ += bytes;
    batches_.push_back(std::move(batch));
    lock.unlock();
    work_.notify_one();
    return true;
  }

  /// Waits until a batch of `bytes` could go in, so that none is made that would only wait. It goes on without room,
  /// too, when the mailbox closes or a stop comes.
  void wait_for_room(std::uint64_t bytes, const StopToken& stop = {}) {
    std::unique_lock lock(mutex_);
    while (!room_.wait_for(lock, kLookForStop, [&] { return closed_ || has_room(bytes); }))
      if (stop.requested()) return;
  }

  /// False: closed, the order will never run.
  bool post(Order order) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      orders_.push_back(std::move(order));
    }
    work_.notify_one();
    return true;
  }

  /// The next order, else the next batch, else nothing after `timeout`. [sink thread]
  [[nodiscard]] Item take(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    idle_ = true;
    if (on_idle_ && batches_.empty() && orders_.empty() && !closed_) {
      lock.unlock();
      on_idle_();
      lock.lock();
    }
    work_.wait_for(lock, timeout, [&] { return closed_ || !orders_.empty() || !batches_.empty(); });
    idle_ = false;
    if (!orders_.empty()) {
      Item item = std::move(orders_.front());
      orders_.pop_front();
      return item;
    }
    if (batches_.empty()) return {};
    auto batch = std::move(batches_.front());
    batches_.pop_front();
    bytes_ -= batch->bytes();
    lock.unlock();
    room_.notify_one();
    return batch;
  }

  /// True when an order waits: a long wait of the sink thread should end. [sink thread]
  [[nodiscard]] bool has_order() const {
    const std::lock_guard lock(mutex_);
    return !orders_.empty();
  }
  /// Waits until an order arrives, the mailbox closes, or the time is over. [sink thread]
  void wait_for_order(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    work_.wait_for(lock, timeout, [&] { return closed_ || !orders_.empty(); });
  }

  /// True when the sink thread waits with nothing to do: a batch should be sealed at once. [any thread]
  [[nodiscard]] bool writer_is_idle() const {
    const std::lock_guard lock(mutex_);
    return idle_ && batches_.empty();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    work_.notify_all();
  }
  [[nodiscard]] bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  /// Closed, and nothing is left inside.
  [[nodiscard]] bool finished() const {
    const std::lock_guard lock(mutex_);
    return closed_ && orders_.empty() && batches_.empty();
  }

 private:
  static constexpr std::chrono::milliseconds kLookForStop{100};

  [[nodiscard]] bool has_room(std::uint64_t bytes) const { return bytes_ == 0 || bytes_ + bytes <= max_bytes_; }

  const std::uint64_t max_bytes_;
  std::function<void()> on_idle_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable work_;
  // guarded by mutex_
  std::deque<Order> orders_;
  std::deque<std::unique_ptr<SealedBatch>> batches_;
  std::uint64_t bytes_ = 0;
  bool idle_ = false;
  bool closed_ = false;
};

}  // namespace cnx::host::runtime
