// SPDX-License-Identifier: Apache-2.0
#include "errors/rate_breaker.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace cnx::host::errors {

Status RateBreaker::admit(std::uint64_t settled, std::span<const std::uint32_t> dead) {
  if (limit_ == 0) return {};
  if (settled >= window_) dead_.erase(dead_.begin(), dead_.lower_bound(settled - window_));
  std::set<std::uint64_t> all = dead_;
  for (const std::uint32_t index : dead) all.insert(settled + index);
  // limit + 1 dead ones within one window: the i-th and the (i + limit)-th are less than a window apart.
  if (all.size() > limit_) {
    auto last = std::next(all.begin(), static_cast<std::ptrdiff_t>(limit_));
    for (auto first = all.begin(); last != all.end(); ++first, ++last) {
      if (*last - *first >= window_) continue;
      return fatal_error(
          fmt::format("more than {} of {} records in a row are dead (errors.rate.limit, errors.rate.window): "
                      "the task stops instead of filling the dead-letter topic; mend the cause, or raise the "
                      "limit",
                      limit_, window_));
    }
  }
  dead_ = std::move(all);
  return {};
}

}  // namespace cnx::host::errors
