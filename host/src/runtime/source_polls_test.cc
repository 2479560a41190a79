// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_polls.h"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "cnx/record_batch.hpp"
#include "cnx/text.hpp"
#include "plugin/testing/rogue.h"

namespace cnx::host::runtime {
namespace {

using plugin::PolledBatch;
using ::testing::ElementsAre;
namespace rogue = plugin::testing;

struct PollFailure {
  cnx_status status;
};
using PollStep = std::variant<std::string, PollFailure>;

/// A source that follows a script, then has nothing more, and commits that a test may hold.
class SourcePollsTest : public ::testing::Test {
 protected:
  /// A test that fails while it holds a commit ends nevertheless.
  static constexpr std::chrono::seconds kLongest{30};

  SourcePollsTest() {
    auto made = plugin::SourceInstance::create(rogue::fresh(plugin::Kind::kSource), host_, {});
    EXPECT_TRUE(made.ok());
    source_ = std::move(made).value();
  }
  ~SourcePollsTest() override { hold(false); }

  void script(std::deque<PollStep> steps, bool ahead) {
    rogue::rogue.ahead = ahead;
    rogue::rogue.poll = [this, steps](cnx_source_batch* out, cnx_error* error) mutable -> cnx_status {
      if (steps.empty()) return CNX_END;
      const PollStep step = std::move(steps.front());
      steps.pop_front();
      if (const auto* failure = std::get_if<PollFailure>(&step))
        return rogue::say(error, failure->status, "the API is gone");
      RecordBatch records;
      records.add({.topic = "orders", .key = {}, .value = std::get<std::string>(step)});
      RecordBatch::hand_over(std::move(records), *out);
      return CNX_OK;
    };
  }
  SourcePolls polls() {
    return {*source_,
            [this](std::span<const PolledBatch> batches) -> Status {
              std::unique_lock lock(mutex_);
              changed_.wait_for(lock, kLongest, [this] { return !held_; });
              for (const PolledBatch& b : batches) sent_ += view(b.record(0).value);
              if (sent_ == refused_) return retry_error("the broker is gone");
              committed_ = sent_;
              return {};
            },
            status_, clock_};
  }
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  std::string committed() {
    const std::lock_guard lock(mutex_);
    return committed_;
  }
  static std::size_t acks() { return rogue::rogue.calls.size(); }

  ManualClock clock_;
  TaskStatus status_{"orders", 0, true, clock_};
  plugin::HostContext host_{plugin::HostServices{"c", 0, 1, &clock_, {}}};
  std::unique_ptr<plugin::SourceInstance> source_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::string sent_, committed_, refused_;
};

TEST_F(SourcePollsTest, AcksBeforeItPollsAgainWhereTheSourceAllowsNoMore) {
  script({"a", "b"}, false);
  SourcePolls polls = this->polls();
  ASSERT_TRUE(polls.start().ok());
  for (const char* so_far : {"a", "ab"}) {
    ASSERT_FALSE(polls.once().value());
    EXPECT_EQ(committed(), so_far);
    EXPECT_EQ(acks(), std::string_view(so_far).size());
  }
}

TEST_F(SourcePollsTest, PollsOnDuringATransactionAndAcksEachBatchOnceItIsCommitted) {
  script({"a", "b", "c"}, true);
  hold(true);
  SourcePolls polls = this->polls();
  ASSERT_TRUE(polls.start().ok());
  for (int i = 0; i < 3; ++i) ASSERT_FALSE(polls.once().value());
  EXPECT_EQ(acks(), 0u);
  hold(false);
  EXPECT_TRUE(polls.once().value()) << "the end";
  EXPECT_EQ(committed(), "abc");
  EXPECT_THAT(rogue::rogue.calls, ElementsAre("acked", "acked", "acked"));
}

TEST_F(SourcePollsTest, AcksAllThatIsCommittedBeforeAPollThatMayTakeLong) {
  constexpr int kBatches = 200;  // each a chance for its commit to end just before the poll behind it
  int given = 0;
  bool due = true;  // a batch and an empty poll in turns
  int late = 0;
  rogue::rogue.ahead = true;
  rogue::rogue.poll = [&](cnx_source_batch* out, cnx_error*) -> cnx_status {
    const bool long_one = rogue::rogue.deadline_ns - clock_.monotonic_ns() >= 1'000'000'000;
    if (long_one && acks() < static_cast<std::size_t>(given)) ++late;
    if (std::exchange(due, !due)) {
      RecordBatch records;
      records.add({.topic = "orders", .key = {}, .value = "a"});
      RecordBatch::hand_over(std::move(records), *out);
      ++given;
    }
    return CNX_OK;
  };
  SourcePolls polls = this->polls();
  ASSERT_TRUE(polls.start().ok());
  for (int i = 0; i < kBatches; ++i) {
    hold(true);
    ASSERT_FALSE(polls.once().value());
    hold(false);
    while (committed().size() < static_cast<std::size_t>(given)) std::this_thread::yield();
    std::this_thread::yield();
    ASSERT_FALSE(polls.once().value());
  }
  EXPECT_EQ(late, 0);
}

TEST_F(SourcePollsTest, TellsAFaultOfTheSourceWhenAllBeforeItIsCommittedAndAcked) {
  script({"a", "b", PollFailure{CNX_FATAL}}, true);
  SourcePolls polls = this->polls();
  ASSERT_TRUE(polls.start().ok());
  for (int i = 0; i < 2; ++i) ASSERT_FALSE(polls.once().value());
  const auto failed = polls.once();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "the API is gone");
  EXPECT_EQ(committed(), "ab");
  EXPECT_EQ(acks(), 2u);
}

TEST_F(SourcePollsTest, TellsATransactionThatFailedRatherThanWhatTheSourceMetLater) {
  script({"a", "b", PollFailure{CNX_FATAL}}, true);
  refused_ = "ab";
  hold(true);
  SourcePolls polls = this->polls();
  ASSERT_TRUE(polls.start().ok());
  for (int i = 0; i < 2; ++i) ASSERT_FALSE(polls.once().value());
  hold(false);
  const auto failed = polls.once();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "the broker is gone");
  EXPECT_EQ(failed.error().action, Action::kRetry);
  EXPECT_EQ(acks(), committed().size());
}

TEST_F(SourcePollsTest, AStopWaitsForNoMoreThanTheTransactionUnderWay) {
  script({"a", PollFailure{CNX_CANCELLED}}, true);
  hold(true);
  {
    SourcePolls polls = this->polls();
    ASSERT_TRUE(polls.start().ok());
    ASSERT_FALSE(polls.once().value());
    EXPECT_EQ(polls.once().error().action, Action::kCancelled);
    EXPECT_EQ(committed(), "") << "its end was not waited for";
    hold(false);
  }
  EXPECT_EQ(acks(), 0u);
}

}  // namespace
}  // namespace cnx::host::runtime
