// SPDX-License-Identifier: Apache-2.0
//
// How partitions come to a writer and go away.
#include <future>
#include <thread>

#include "runtime/sink_writer.h"
#include "runtime/testing/writer_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

constexpr std::int64_t kLongEnoughMs = 60'000;

class SinkWriterClaimTest : public testing::WriterTest {
 protected:
  /// The writer in a thread of its own, for calls that wait for it.
  void start() {
    mailbox.set_on_idle([] {});
    make_writer();
    thread = std::thread([this] { result = writer->run(); });
  }
  Status finish() {
    mailbox.close();
    thread.join();
    return result;
  }

  std::thread thread;
  Status result;
};

TEST_F(SinkWriterClaimTest, AClaimInTimeIsAnsweredWithTheStoredOffsets) {
  target.own(p(0), 42);
  log.marks = {10, 100};
  start();
  const auto answers = writer->claim(std::vector{p(0), p(1)}, kGeneration, kLongEnoughMs);
  expect_ok(finish());
  EXPECT_THAT(answers, ElementsAre(42, 10));
  EXPECT_THAT(journal, ElementsAre("claim orders[0]", "claim orders[1]")) << "reading is begun by the group's thread";
  EXPECT_EQ(target.offsets[p(0)].epoch, 2);
}

TEST_F(SinkWriterClaimTest, BatchesReadUnderTheClaimsGenerationAreWritten) {
  start();
  ASSERT_THAT(writer->claim(std::vector{p(0)}, kGeneration, kLongEnoughMs), ElementsAre(0));
  give(sealed(range(0, 0, 4)));
  expect_ok(finish());
  EXPECT_EQ(ledger.sums().written, 5u);
}

TEST_F(SinkWriterClaimTest, ALateClaimBeginsReadingByItself) {
  target.own(p(0), 42);
  expect_ok(run({assign({p(0)}), batch(range(0, 42, 43))}));
  EXPECT_THAT(journal, ElementsAre("claim orders[0]", "start orders[0] at 42", "begin", "write 2", "commit"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 44);
}

TEST_F(SinkWriterClaimTest, WhatWasReadBeforeTheLateClaimIsReleased) {
  expect_ok(run({assign({p(0)}), batch(range(0, 0, 4), {}, kGeneration)}));
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_EQ(ledger.sums().released, 5u);
}

TEST_F(SinkWriterClaimTest, AnAssignmentTheConsumerDoesNotKnowYetIsBegunLater) {
  // The group's thread gave up waiting, and has not taken the partition in when the claim is through.
  partitions.start_faults.push_back(fenced_error("not assigned"));
  expect_ok(run({assign({p(0)}), later(2'999), [&] { EXPECT_EQ(count("start orders[0] at 0"), 1); }, later(1),
                 [&] { EXPECT_EQ(count("start orders[0] at 0"), 2); }, batch(range(0, 0, 1))}));
  EXPECT_EQ(ledger.sums().written, 2u);
}

TEST_F(SinkWriterClaimTest, AnAssignmentThatIsOverIsNotBegunLater) {
  partitions.start_faults.push_back(fenced_error("not assigned"));
  expect_ok(run({assign({p(0)}), revoke({p(0)}), later(10'000)}));
  EXPECT_EQ(count("claim orders[0]"), 1);
  EXPECT_THAT(status.snapshot().committed, IsEmpty());
}

TEST_F(SinkWriterClaimTest, AConsumerThatDoesNotAnswerEndsTheRun) {
  partitions.start_faults.push_back(retry_error("no answer"));
  const Status ended = run({assign({p(0)})});
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().action, Action::kRetry);
}

TEST_F(SinkWriterClaimTest, AClaimThatFailsEndsTheRunWithItsReason) {
  target.claim_faults.push_back(auth_error("access denied", 1045));
  const Status ended = run({assign({p(0), p(1)})});
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().action, Action::kAuth);
  EXPECT_EQ(count("claim orders[1]"), 0);
}

TEST_F(SinkWriterClaimTest, ARevokedPartitionsBatchesAreReleasedAndTheOthersWritten) {
  expect_ok(run({assign({p(0), p(1)}), [&] {
                   auto made = sealed({{0, 0, Fate::kRows, 1, 101}, {1, 0, Fate::kRows, 1, 102}});
                   give(std::move(made));
                   writer->release(std::vector{p(0)}, 0);  // overtakes the batch
                 }}));
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(ledger.sums().released, 1u);
  EXPECT_EQ(ledger.sums().written, 1u);
  EXPECT_THAT(status.snapshot().committed, ElementsAre(Pair(p(1), 1)));
}

TEST_F(SinkWriterClaimTest, ARevokedPartitionsOffsetIsToldBeforeItGoes) {
  expect_ok(
      run({assign({p(0)}), batch(range(0, 0, 4)), revoke({p(0)}), [&] { EXPECT_EQ(partitions.hints[p(0)], 5); }}));
}

TEST_F(SinkWriterClaimTest, APartitionThatGoesDuringARetryIsLeftOutOfTheNextAttempt) {
  bool first = true;
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>&) -> Status {
    if (!std::exchange(first, false)) return {};
    writer->release(std::vector{p(0)}, 0);
    mailbox.post([&] { clock.advance_ms(1'000); });  // the wait is over
    return retry_error("deadlock");
  };
  expect_ok(
      run({assign({p(0), p(1)}), [&] { give(sealed({{0, 0, Fate::kRows, 1, 101}, {1, 0, Fate::kRows, 1, 102}})); }}));
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
  EXPECT_EQ(ledger.sums().released, 1u);
}

TEST_F(SinkWriterClaimTest, APartitionThatComesBackIsReadFromTheStoredOffsetUnderItsNewGeneration) {
  expect_ok(run({assign({p(0)}), batch(range(0, 0, 1)),
                 [&] {
                   writer->release(std::vector{p(0)}, 0);
                   static_cast<void>(writer->claim(std::vector{p(0)}, 8, 0));
                   give(sealed(range(0, 2, 3, 101)));  // still of the old assignment
                 },
                 batch(range(0, 2, 3), {}, 102)}));
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@2", "0@3"));
  EXPECT_EQ(ledger.sums().released, 2u);
  EXPECT_THAT(journal, Contains("start orders[0] at 2"));
}

TEST_F(SinkWriterClaimTest, ARevocationCancelsATransactionThatDoesNotEndAndTheTaskGoesOn) {
  // The write hangs until it is cancelled; the revocation waits for a moment only.
  std::promise<void> hangs, cancelled;
  target.on_cancel = [&] { cancelled.set_value(); };
  bool first = true;
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>&) -> Status {
    if (!std::exchange(first, false)) return {};
    hangs.set_value();
    cancelled.get_future().wait();
    return cancelled_error("mysql-sink: cancelled");
  };
  start();
  ASSERT_THAT(writer->claim(std::vector{p(0), p(1)}, kGeneration, kLongEnoughMs), ElementsAre(0, 0));
  give(sealed({{0, 0}, {1, 0}}));
  hangs.get_future().wait();
  // Moves the clock over the wait before the retry, behind the release.
  std::thread revocation([&] { writer->release(std::vector{p(0)}, 1); });
  revocation.join();
  mailbox.post([&] { clock.advance_ms(1'000); });
  expect_ok(finish());
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(ledger.sums().released, 1u);
}

TEST_F(SinkWriterClaimTest, AWriterThatEndedAnswersTheOrdersThatCameTooLate) {
  target.on_commit = [&] {  // while the last transaction runs
    writer->release(std::vector{p(0)}, 0);
    static_cast<void>(writer->claim(std::vector{p(1)}, 8, 0));
  };
  target.commit_faults.push_back({fatal_error("disk full"), false, false});
  ASSERT_FALSE(run({assign({p(0)}), batch(range(0, 0, 1))}).ok());
  EXPECT_FALSE(mailbox.has_order());
  EXPECT_EQ(count("claim orders[1]"), 0) << "nothing is claimed any more";
  EXPECT_THAT(status.snapshot().committed, IsEmpty()) << "the release was served";
}

TEST_F(SinkWriterClaimTest, AfterItsEndCallsReturnAtOnce) {
  expect_ok(run({}));
  EXPECT_THAT(writer->claim(std::vector{p(0)}, kGeneration, kLongEnoughMs), ElementsAre(std::nullopt));
  writer->release(std::vector{p(0)}, kLongEnoughMs);
}

// ---- the first record of a claim ----

TEST_F(SinkWriterClaimTest, AGapWithoutRecordsBeforeTheFirstRecordIsLookedAtOnceAndPasses) {
  expect_ok(run({assign({p(0)}), batch(range(0, 2, 3)), batch(range(0, 5, 6))}));
  EXPECT_THAT(target.table, ElementsAre("0@2", "0@3", "0@5", "0@6"));
  EXPECT_THAT(log.looks, ElementsAre(Pair(0, 2)));
}

TEST_F(SinkWriterClaimTest, ReadingThatBeginsAtTheClaimedOffsetIsNotLookedAt) {
  target.own(p(0), 42);
  expect_ok(run({assign({p(0)}), batch(range(0, 42, 43)), batch({}, {{0, 46}}), later(1'000)}));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 46);
  EXPECT_THAT(log.looks, IsEmpty());
}

TEST_F(SinkWriterClaimTest, ARecordThatWasPassedOverEndsTheTaskAndNothingIsWritten) {
  target.own(p(0), 42);
  log.records = {43, 44, 50};
  const Status ended = run({assign({p(0)}), batch(range(0, 50, 51))});
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().action, Action::kFatal);
  EXPECT_THAT(ended.error().message, AllOf(HasSubstr("orders[0]"), HasSubstr("from offset 42"), HasSubstr("43 … 49")));
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_EQ(target.offsets[p(0)].next_offset, 42);
  EXPECT_EQ(ledger.sums().released, 2u);
}

TEST_F(SinkWriterClaimTest, AnEndThatWasReachedPastARecordMovesNothing) {
  log.records = {7};
  const Status ended = run({assign({p(0)}), batch({}, {{0, 9}}), later(1'000)});
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().action, Action::kFatal);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 0);
}

TEST_F(SinkWriterClaimTest, AnEndAtTheClaimedOffsetProvesNothingAboutWhatComes) {
  log.records = {3};
  EXPECT_FALSE(run({assign({p(0)}), batch({}, {{0, 0}}), later(1'000), batch(range(0, 5, 6))}).ok());
  EXPECT_THAT(target.table, IsEmpty());
}

TEST_F(SinkWriterClaimTest, EachClaimIsLookedAtAnew) {
  log.records = {4};
  const Status ended =
      run({assign({p(0)}), batch(range(0, 0, 1)), revoke({p(0)}), assign({p(0)}, 8), batch(range(0, 6, 7), {}, 102)});
  EXPECT_FALSE(ended.ok());
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1"));
  EXPECT_THAT(log.looks, ElementsAre(Pair(2, 6)));
}

TEST_F(SinkWriterClaimTest, NothingIsWrittenBeforeTheLogHasAnswered) {
  log.look_fault = fatal_error("offset out of range");  // cut since: a new claim would tell
  log.on_look = [&] {
    EXPECT_THAT(target.table, IsEmpty());
    mailbox.post([&] { clock.advance_ms(1'000); });  // the wait is over
  };
  expect_ok(run({assign({p(0)}), batch(range(0, 2, 3))}));
  EXPECT_THAT(log.looks, ElementsAre(Pair(0, 2), Pair(0, 2)));
  EXPECT_THAT(target.table, ElementsAre("0@2", "0@3"));
}

}  // namespace
}  // namespace cnx::host::runtime
