// SPDX-License-Identifier: Apache-2.0
#include "runtime/source_sender.h"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>

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
    rogue::rogue.poll = [&](cnx_source_batch* out, cnx_error*) -> cnx_status {
      RecordBatch records;
      records.add({.topic = "orders", .key = {}, .value = value});
      RecordBatch::hand_over(std::move(records), *out);
      return CNX_OK;
    };
    return std::move(source_->poll(0)).value();
  }
  static std::string text(std::span<const PolledBatch> batches) {
    std::string text;
    for (const PolledBatch& b : batches) text += view(b.record(0).value);
    return text;
  }

  SourceSender::Commit commit() {
    return [this](std::span<const PolledBatch> batches) -> Status {
      std::unique_lock lock(mutex_);
      transactions_.push_back(text(batches));
      changed_.notify_all();
      changed_.wait_for(lock, kLongest, [this] { return allowed_ > 0; });
      --allowed_;
      if (transactions_.back() == fails_) return retry_error("the broker is gone");
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
  std::promise<void> sent;
  auto in = sent.get_future();
  PolledBatch third = batch("c");
  std::thread source([&] {
    EXPECT_TRUE(sender.send(std::move(third)).ok());
    sent.set_value();
  });
  EXPECT_EQ(in.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  allow(1);
  begun(2);
  source.join();
  allow(2);
  ASSERT_TRUE(sender.drain().ok());
  EXPECT_THAT(begun(3), ElementsAre("a", large, "c"));
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
