// SPDX-License-Identifier: Apache-2.0
#include "backoff.h"

#include <algorithm>

namespace walmart {
namespace {

constexpr std::int64_t kFirstWaitMs = 1'000;
constexpr std::int64_t kLongestWaitMs = 60'000;

}  // namespace

bool Backoff::failed(std::int64_t now_ns) {
  if (failures_++ == 0) first_failure_ns_ = now_ns;
  const std::int64_t whole = std::min(kLongestWaitMs, kFirstWaitMs << std::min(failures_ - 1, 10));
  const std::int64_t wait = std::uniform_int_distribution<std::int64_t>(whole / 2, whole)(random_);
  next_try_ns_ = now_ns + wait * 1'000'000;
  return failing_for_ms(next_try_ns_) <= timeout_ms_;
}

void Backoff::succeeded() {
  failures_ = 0;
  next_try_ns_ = 0;
}

std::int64_t Backoff::with_jitter(std::int64_t wait_ms) {
  const std::int64_t most = std::clamp<std::int64_t>(wait_ms / 10, 50, 1000);
  return wait_ms + std::uniform_int_distribution<std::int64_t>(0, most)(random_);
}

}  // namespace walmart
