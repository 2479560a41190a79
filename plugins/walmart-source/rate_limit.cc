// SPDX-License-Identifier: Apache-2.0
#include "rate_limit.h"

#include <algorithm>

namespace walmart {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// Counts are whole and answers overtake each other: a shorter measurement says little.
constexpr std::int64_t kMeasuredNs = 5 * kSecondNs;
constexpr std::int64_t kSampleNs = 30 * kSecondNs;
/// Of the filling that was measured.
constexpr double kBelieved = 0.9;

}  // namespace

std::int64_t RateLimit::ready_ns(std::int64_t now_ns) const {
  if (!heard_) return out_ == 0 ? now_ns : kAfterAnAnswer;
  if (!told_) return now_ns;
  const std::int64_t missing = 1 + spent_ - level_;
  if (missing <= 0) return now_ns;
  std::int64_t at = kAfterAnAnswer;
  const std::int64_t from = std::max(filled_ns_, told_ns_);
  const std::int64_t run_in = missing - (dry_ ? 1 : 0);
  if (run_in == 0) at = from;
  if (run_in > 0 && per_ns_ > 0) at = from + static_cast<std::int64_t>(static_cast<double>(run_in) / per_ns_);
  // With nothing out the next answer tells exactly.
  return out_ == 0 ? std::min(at, std::max(filled_ns_, told_ns_ + kSecondNs)) : at;
}

RateLimit::Sent RateLimit::send() {
  ++out_;
  ++spent_;
  return {answers_};
}

void RateLimit::answered(const Sent& call, std::int64_t now_ns, const std::optional<CallsLeft>& left) {
  // Calls that were answered while this one was out may have been taken out of the bucket after it.
  const std::int64_t overtook = answers_ - call.answers_before;
  lost(call);
  ++answers_;
  heard_ = true;
  if (!left) return;
  told_ = true;
  level_ = left->calls - overtook;
  dry_ = left->calls == 0;
  told_ns_ = now_ns;
  filled_ns_ = now_ns + left->next_in_ms * 1'000'000;
  spent_ = out_;
  ++reports_;
  measure(now_ns, left->calls);
}

void RateLimit::throttled(const Sent& call, std::int64_t now_ns, std::int64_t until_ns) {
  lost(call);
  ++answers_;
  heard_ = told_;
  level_ = 0;
  dry_ = true;
  told_ns_ = now_ns;
  filled_ns_ = until_ns;
  spent_ = out_;
}

void RateLimit::lost(const Sent&) { --out_; }

void RateLimit::measure(std::int64_t now_ns, std::int64_t left) {
  const Sample now{now_ns, left, reports_};
  if (!older_) older_ = newer_ = now;
  if (const std::int64_t ns = now_ns - older_->at_ns; ns >= kMeasuredNs) {
    const std::int64_t run_in = left - older_->left + reports_ - older_->reports;
    per_ns_ = kBelieved * static_cast<double>(std::max<std::int64_t>(0, run_in)) / static_cast<double>(ns);
  }
  if (now_ns - newer_->at_ns < kSampleNs) return;
  older_ = newer_;
  newer_ = now;
}

}  // namespace walmart
