// SPDX-License-Identifier: Apache-2.0
#include "rate_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>
#include <random>
#include <vector>

namespace walmart {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kMsNs = 1'000'000;

TEST(RateLimit, AsksOneCallUntilTheFirstAnswer) {
  RateLimit limit;
  EXPECT_EQ(limit.ready_ns(5), 5);
  const auto call = limit.send();
  EXPECT_EQ(limit.ready_ns(5), RateLimit::kAfterAnAnswer);
  limit.lost(call);
  EXPECT_EQ(limit.ready_ns(9), 9);
}

TEST(RateLimit, LetsAllGoWhereAnswersTellNoLimit) {
  RateLimit limit;
  limit.answered(limit.send(), 10, std::nullopt);
  for (int i = 0; i < 100; ++i) (void)limit.send();
  EXPECT_EQ(limit.ready_ns(11), 11);
}

TEST(RateLimit, SpendsWhatIsLeftAndNoMore) {
  RateLimit limit;
  limit.answered(limit.send(), 10, CallsLeft{3, 0});
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(limit.ready_ns(11), 11) << i;
    (void)limit.send();
  }
  EXPECT_EQ(limit.ready_ns(11), RateLimit::kAfterAnAnswer);
}

TEST(RateLimit, CountsCallsThatWereOutWithTheAnswerAsSpent) {
  RateLimit limit;
  limit.answered(limit.send(), 10, CallsLeft{100, 0});
  const auto first = limit.send(), second = limit.send(), third = limit.send();
  limit.answered(first, 20, CallsLeft{4, 0});   // two are out
  limit.answered(second, 21, CallsLeft{4, 0});  // one is out, and one was answered meanwhile
  EXPECT_EQ(limit.ready_ns(21), 21);
  (void)limit.send();
  (void)limit.send();
  EXPECT_EQ(limit.ready_ns(21), RateLimit::kAfterAnAnswer);
  limit.lost(third);
}

TEST(RateLimit, WaitsForTheTimeThatADryBucketTells) {
  RateLimit limit;
  limit.answered(limit.send(), 10, CallsLeft{0, 700});
  EXPECT_EQ(limit.ready_ns(11), 10 + 700 * kMsNs);
  (void)limit.send();
  EXPECT_EQ(limit.ready_ns(10 + 700 * kMsNs), RateLimit::kAfterAnAnswer);
}

TEST(RateLimit, HoldsAllBackAfterA429AndThenTriesOne) {
  RateLimit limit;
  limit.throttled(limit.send(), 10, 10 + 5 * kNsPerSecond);
  const std::int64_t then = 10 + 5 * kNsPerSecond;
  EXPECT_EQ(limit.ready_ns(then), then);
  (void)limit.send();
  EXPECT_EQ(limit.ready_ns(then), RateLimit::kAfterAnAnswer);
}

TEST(RateLimit, IsNotStoppedForGoodByCallsWithoutAnAnswer) {
  RateLimit limit;
  limit.answered(limit.send(), 10, CallsLeft{2, 0});
  for (int i = 0; i < 50; ++i) {
    const std::int64_t at = limit.ready_ns(kNsPerSecond + 20 + i);
    ASSERT_LE(at, 2 * kNsPerSecond + 100) << i;
    limit.lost(limit.send());
  }
}

struct Site {
  int per_minute;
  std::int64_t latency_ms;
  int side_by_side;
};

/// A server with a bucket, and clients that send whenever they may.
class AgainstABucket : public ::testing::TestWithParam<Site> {
 protected:
  struct Call {
    RateLimit::Sent sent;
    std::int64_t taken_ns;
    std::int64_t answered_ns;
    std::optional<std::int64_t> left;  ///< empty: 429
  };

  void take(Call& call) {
    level_ = std::min<double>(site_.per_minute, level_ + rate() * static_cast<double>(call.taken_ns - filled_ns_));
    filled_ns_ = call.taken_ns;
    if (level_ < 1) return;
    level_ -= 1;
    call.left = static_cast<std::int64_t>(level_);
  }
  void answer(const Call& call) {
    if (!call.left) {
      ++throttled_;
      return limit_.throttled(call.sent, call.answered_ns, call.answered_ns + kNsPerSecond);
    }
    if (*call.left == 0) dry_ = true;
    const double until = level_ < 1 ? (1 - level_) / rate() / kMsNs : 0;
    // A Date header has whole seconds.
    limit_.answered(call.sent, call.answered_ns, CallsLeft{*call.left, static_cast<std::int64_t>(until) + 1 + 999});
  }
  [[nodiscard]] double rate() const { return site_.per_minute / 60.0 / 1e9; }
  [[nodiscard]] std::int64_t latency_ns() {
    return std::uniform_int_distribution<std::int64_t>(site_.latency_ms / 2, site_.latency_ms * 3 / 2)(random_) * kMsNs;
  }
  /// One step of a millisecond; how many answers were good.
  int tick() {
    now_ns_ += kMsNs;
    while (static_cast<int>(out_.size()) < site_.side_by_side && limit_.ready_ns(now_ns_) <= now_ns_) {
      const std::int64_t there = latency_ns() / 2, back = latency_ns() / 2;
      out_.push_back({limit_.send(), now_ns_ + there, now_ns_ + there + back, std::nullopt});
    }
    int good = 0;
    for (Call& call : out_)
      if (call.taken_ns <= now_ns_ && call.taken_ns > now_ns_ - kMsNs) take(call);
    std::erase_if(out_, [&](const Call& call) {
      if (call.answered_ns > now_ns_) return false;
      answer(call);
      good += call.left ? 1 : 0;
      return true;
    });
    return good;
  }

  const Site site_ = GetParam();
  RateLimit limit_;
  std::mt19937 random_{7};
  double level_ = site_.per_minute;
  std::int64_t filled_ns_ = 0, now_ns_ = 0;
  std::vector<Call> out_;
  int throttled_ = 0;
  bool dry_ = false;
};

TEST_P(AgainstABucket, SendsAsFastAsItFillsWithoutA429) {
  // Until most of the first bucket is gone: at high rates the level is held above nothing.
  while (level_ > 2 * site_.side_by_side + 2 && now_ns_ < 1800 * kNsPerSecond) tick();
  ASSERT_LT(now_ns_, 1800 * kNsPerSecond);
  for (int i = 0; i < 10'000; ++i) tick();
  int good = 0;
  for (int i = 0; i < 180'000; ++i) good += tick();
  EXPECT_EQ(throttled_, 0);
  EXPECT_NEAR(good, 3.0 * site_.per_minute, 0.02 * 3 * site_.per_minute);
}

INSTANTIATE_TEST_SUITE_P(OfManySizes, AgainstABucket,
                         ::testing::Values(Site{60, 50, 4}, Site{150, 300, 8}, Site{300, 20, 8}, Site{1000, 200, 8},
                                           Site{5000, 100, 16}),
                         [](const auto& test) { return std::to_string(test.param.per_minute) + "PerMinute"; });

}  // namespace
}  // namespace walmart
