// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_sender.h"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <utility>

#include "cnx/record_batch.hpp"
#include "cnx/text.hpp"
#include "plugin/testing/rogue.h"

namespace cnx::host::runtime {
namespace {

using plugin::PolledBatch;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace rogue = plugin::testing;

/// A source that gives what it is told to, and commits that a test lets go on one by one.
class SourceSenderTest : public ::testing::Test {
 protected:
  /// A test that fails while it holds a commit ends nevertheless.
  static constexpr std::chrono::seconds kLongest{30};

  SourceSenderTest() {
    auto made = plugin::SourceInstance::create(rogue::fresh(plugin::Kind::kSource), host_, {});
    EXPECT_TRUE(made.ok());
    source_ = std::move(made).value();
  }

  PolledBatch batch(const std::string& value) {
    RecordBatch records;
    records.add({.topic = "orders", .key = {}, .value = value});
    return polled(std::move(records));
  }
  PolledBatch only_a_position(const std::string& value) {
    RecordBatch records;
    records.set_position("page", value);
    return polled(std::move(records));
  }
  PolledBatch polled(RecordBatch records) {
    rogue::rogue.poll = [&](cnx_source_batch* out, cnx_error*) -> cnx_status {
      RecordBatch::hand_over(std::move(records), *out);
      return CNX_OK;
    };
    return std::move(source_->poll(0)).value();
  }
  static std::string text(std::span<const PolledBatch> batches) {
    std::string text;
    for (const PolledBatch& b : batches)
      for (std::uint64_t i = 0; i < b.record_count(); ++i) text += view(b.record(i).value);
    return text;
  }
  /// Whether a batch that is sent now has to wait; it goes with the transactions that are allowed next.
  void expect_full(SourceSender& sender) {
    PolledBatch last = batch("last");
    auto sent = std::async(std::launch::async, [&] { return sender.send(std::move(last)); });
    EXPECT_EQ(sent.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
    allow(1);
    EXPECT_TRUE(sent.get().ok());
    allow(2);
    EXPECT_TRUE(sender.drain().ok());
  }

  SourceSender::Commit commit() {
    return [this](std::span<const PolledBatch> batches) -> Status {
      std::unique_lock lock(mutex_);
      transactions_.push_back(text(batches));
      changed_.notify_all();
      changed_.wait_for(lock, kLongest, [this] { return allowed_ > 0; });
      --allowed_;
      if (!fails_.empty() && transactions_.back() == fails_) return retry_error("the broker is gone");
      return {};
    };
  }
  void allow(int transactions) {
    const std::lock_guard lock(mutex_);
    allowed_ += transactions;
    changed_.notify_all();
  }
  std::vector<std::string> begun(std::size_t transactions) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLongest, [&] { return transactions_.size() >= transactions; });
    return transactions_;
  }

  ManualClock clock_;
  plugin::HostContext host_{plugin::HostServices{"c", 0, 1, &clock_, {}}};
  std::unique_ptr<plugin::SourceInstance> source_;

  std::mutex mutex_;
  std::condition_variable changed_;
  int allowed_ = 0;
  std::string fails_;
  std::vector<std::string> transactions_;
};

TEST_F(SourceSenderTest, WhatComesDuringATransactionGoesIntoTheNextOneInItsOrder) {
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  for (const char* value : {"b", "c", "d"}) ASSERT_TRUE(sender.send(batch(value)).ok());
  EXPECT_TRUE(sender.busy());
  allow(2);
  ASSERT_TRUE(sender.drain().ok());
  EXPECT_THAT(begun(2), ElementsAre("a", "bcd"));
  EXPECT_FALSE(sender.busy());
}

TEST_F(SourceSenderTest, TellsWhatIsCommittedOnceAndInOrder) {
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  EXPECT_THAT(sender.take_committed().value(), IsEmpty());
  ASSERT_TRUE(sender.send(batch("b")).ok());
  allow(2);
  ASSERT_TRUE(sender.drain().ok());
  EXPECT_EQ(text(sender.take_committed().value()), "ab");
  EXPECT_THAT(sender.take_committed().value(), IsEmpty());
}

TEST_F(SourceSenderTest, AFullOneLetsTheNextBatchWaitUntilATransactionHasTakenWhatWaits) {
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  const std::string large(SourceSender::kMostWaitingBytes, 'x');
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  ASSERT_TRUE(sender.send(batch(large)).ok()) << "there was room when it came";
  expect_full(sender);
  EXPECT_THAT(begun(3), ElementsAre("a", large, "last"));
}

TEST_F(SourceSenderTest, PositionsWithoutRecordsFillItToo) {
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  const std::string quarter(SourceSender::kMostWaitingBytes / 4, 'x');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(sender.send(only_a_position(quarter)).ok());
  expect_full(sender);
  EXPECT_THAT(begun(3), ElementsAre("a", "", "last"));
}

TEST_F(SourceSenderTest, BatchesOfNextToNothingFillItInTheEnd) {
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  const std::size_t each = only_a_position("1").bytes();
  ASSERT_GE(each, 1024u);
  for (std::size_t sent = 0; sent < SourceSender::kMostWaitingBytes; sent += each)
    ASSERT_TRUE(sender.send(only_a_position("1")).ok());
  expect_full(sender);
}

TEST_F(SourceSenderTest, NothingIsCommittedBehindATransactionThatFailed) {
  fails_ = "bc";
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  for (const char* value : {"b", "c"}) ASSERT_TRUE(sender.send(batch(value)).ok());
  allow(1);
  begun(2);
  ASSERT_TRUE(sender.send(batch("d")).ok());
  allow(2);
  EXPECT_EQ(sender.drain().error().message, "the broker is gone");
  EXPECT_EQ(text(sender.take_committed().value()), "a") << "what was committed before is still to be acked";
  EXPECT_EQ(sender.take_committed().error().message, "the broker is gone");
  EXPECT_EQ(sender.send(batch("e")).error().action, Action::kRetry);
  EXPECT_THAT(begun(2), ElementsAre("a", "bc"));
}

TEST_F(SourceSenderTest, AFailureEndsTheWaitForRoom) {
  fails_ = "a";
  SourceSender sender(commit());
  ASSERT_TRUE(sender.start().ok());
  ASSERT_TRUE(sender.send(batch("a")).ok());
  begun(1);
  ASSERT_TRUE(sender.send(batch(std::string(SourceSender::kMostWaitingBytes, 'x'))).ok());
  PolledBatch third = batch("c");
  auto sent = std::async(std::launch::async, [&] { return sender.send(std::move(third)); });
  allow(1);
  EXPECT_EQ(sent.get().error().message, "the broker is gone");
}

TEST_F(SourceSenderTest, EndingItWaitsForTheTransactionUnderWayAndDropsWhatWaits) {
  auto sender = std::make_unique<SourceSender>(commit());
  ASSERT_TRUE(sender->start().ok());
  ASSERT_TRUE(sender->send(batch("a")).ok());
  begun(1);
  ASSERT_TRUE(sender->send(batch("b")).ok());
  auto ended = std::async(std::launch::async, [&] { sender.reset(); });
  EXPECT_EQ(ended.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  allow(9);
  ended.get();
  EXPECT_THAT(begun(1), ElementsAre("a"));
}

}  // namespace
}  // namespace cnx::host::runtime
