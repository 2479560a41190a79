// SPDX-License-Identifier: Apache-2.0
#include "errors/backoff.h"

#include <algorithm>

namespace cnx::host::errors {

std::int64_t Backoff::next_ms() {
  const std::int64_t base = next_ms_;
  next_ms_ = std::clamp<std::int64_t>(next_ms_ * 2, 1, most_ms_);
  if (!random_) random_.emplace(std::random_device{}());
  std::uniform_real_distribution<double> spread(0.8, 1.2);
  return std::min(most_ms_, static_cast<std::int64_t>(static_cast<double>(base) * spread(*random_)));
}

std::int64_t RestartPolicy::wait_ms(std::int64_t up_ms) {
  if (up_ms >= std::max(last_ms_, kCalmMs)) backoff_.reset();
  last_ms_ = backoff_.next_ms();
  return last_ms_;
}

}  // namespace cnx::host::errors
