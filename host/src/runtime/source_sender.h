// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "cnx/result.hpp"
#include "plugin/source_instance.h"

namespace cnx::host::runtime {

/// Commits what a source gave, on a thread of its own, so that the source can be polled meanwhile. Whatever waits when
/// a transaction begins goes into it, in the order it came: the slower transactions are, the larger they get.
///
/// The first failure is the last thing it does: nothing that waits is committed behind a gap. Destroying it waits for
/// the transaction that is under way and drops what waits. [thread of the task, but for the commits]
class SourceSender {
 public:
  /// Commits all of them or nothing. [sender's thread]
  using Commit = std::function<Status(std::span<const plugin::PolledBatch>)>;

  /// Records and positions that may wait; a batch that comes while less waits is taken whole.
  static constexpr std::size_t kMostWaitingBytes = 8U << 20U;

  explicit SourceSender(Commit commit) : commit_(std::move(commit)) {}
  ~SourceSender();
  SourceSender(const SourceSender&) = delete;
  SourceSender& operator=(const SourceSender&) = delete;

  /// Before all else. RETRY: the system has no thread to give.
  [[nodiscard]] Status start();
  /// Hands `batch` over, when there is room for it. Errors: of the transaction that failed.
  [[nodiscard]] Status send(plugin::PolledBatch batch);
  /// Waits until all is committed. Errors as of send().
  [[nodiscard]] Status drain();
  /// Whether something is not committed yet.
  [[nodiscard]] bool busy() const;
  /// Those committed since the last call, in order: to be acked and released. Errors as of send(), when there are none.
  [[nodiscard]] Result<std::vector<plugin::PolledBatch>> take_committed();

 private:
  void body();
  [[nodiscard]] Status wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done);

  const Commit commit_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<plugin::PolledBatch> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool committing_ = false;
  std::vector<plugin::PolledBatch> committed_;
  std::optional<Error> failed_;
  bool ending_ = false;

  std::thread thread_;  // last: uses all of the above
};

}  // namespace cnx::host::runtime
