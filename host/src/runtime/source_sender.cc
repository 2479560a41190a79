// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_sender.h"

#include <iterator>
#include <utility>

#include "base/thread.h"

namespace cnx::host::runtime {

Status SourceSender::start() {
  CNX_ASSIGN(thread_, start_thread("send", [this] { body(); }));
  return {};
}

SourceSender::~SourceSender() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void SourceSender::body() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
    if (ending_) return;
    std::vector<plugin::PolledBatch> batches = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    committing_ = true;
    changed_.notify_all();  // there is room again
    lock.unlock();
    Status ended = commit_(batches);
    lock.lock();
    committing_ = false;
    if (ended.ok())
      std::move(batches.begin(), batches.end(), std::back_inserter(committed_));
    else
      failed_ = std::move(ended).error();
    changed_.notify_all();
    if (failed_) return;
  }
}

Status SourceSender::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done) {
  changed_.wait(lock, [&] { return failed_ || done(); });
  if (failed_) return *failed_;
  return {};
}

Status SourceSender::send(plugin::PolledBatch batch) {
  const std::size_t bytes = batch.bytes();
  std::unique_lock lock(mutex_);
  CNX_TRY(wait(lock, [&] { return waiting_bytes_ < kMostWaitingBytes; }));
  waiting_.push_back(std::move(batch));
  waiting_bytes_ += bytes;
  changed_.notify_all();
  return {};
}

Status SourceSender::drain() {
  std::unique_lock lock(mutex_);
  return wait(lock, [&] { return waiting_.empty() && !committing_; });
}

bool SourceSender::busy() const {
  const std::lock_guard lock(mutex_);
  return committing_ || !waiting_.empty();
}

Result<std::vector<plugin::PolledBatch>> SourceSender::take_committed() {
  const std::lock_guard lock(mutex_);
  if (committed_.empty() && failed_) return *failed_;
  return std::exchange(committed_, {});
}

}  // namespace cnx::host::runtime
