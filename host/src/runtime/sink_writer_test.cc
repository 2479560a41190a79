// SPDX-License-Identifier: Apache-2.0
#include "runtime/sink_writer.h"

#include "runtime/testing/writer_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class SinkWriterTest : public testing::WriterTest {};

TEST_F(SinkWriterTest, WritesWhatItGetsInOrder) {
  expect_ok(run({assign({p(0)}), batch(range(0, 0, 2)), batch(range(0, 3, 4))}));
  EXPECT_THAT(target.table, ElementsAre("0@0", "0@1", "0@2", "0@3", "0@4"));
  EXPECT_EQ(ledger.sums().written, 5u);
  EXPECT_EQ(status.snapshot().counts.rows, 5u);
  EXPECT_EQ(status.snapshot().counts.batches, 2u);
  EXPECT_THAT(status.snapshot().committed, ElementsAre(Pair(p(0), 5)));
}

TEST_F(SinkWriterTest, TheGroupHearsOfTheCommittedOffsetAtMostOnceASecond) {
  expect_ok(
      run({assign({p(0)}), later(2000), batch(range(0, 0, 0)), batch(range(0, 1, 1)), batch(range(0, 2, 2)),
           [&] { EXPECT_EQ(partitions.hint_calls, 1); }, later(1000), [&] { EXPECT_EQ(partitions.hint_calls, 2); }}));
  EXPECT_THAT(partitions.hints, ElementsAre(Pair(p(0), 3)));
}

TEST_F(SinkWriterTest, TheLastOffsetIsToldBeforeItEnds) {
  expect_ok(run({assign({p(0)}), batch(range(0, 0, 9)), [&] { EXPECT_EQ(partitions.hint_calls, 0); }}));
  EXPECT_THAT(partitions.hints, ElementsAre(Pair(p(0), 10)));
}

TEST_F(SinkWriterTest, PositionsWithoutRecordsAreStoredAtMostOnceASecond) {
  expect_ok(
      run({assign({p(0)}), later(5000), batch({}, {{0, 3}}), [&] { EXPECT_EQ(target.offsets[p(0)].next_offset, 3); },
           batch({}, {{0, 4}}), batch({}, {{0, 5}}), [&] { EXPECT_EQ(target.offsets[p(0)].next_offset, 3); },
           later(999), [&] { EXPECT_EQ(target.offsets[p(0)].next_offset, 3); }, later(1),
           [&] { EXPECT_EQ(target.offsets[p(0)].next_offset, 5); }}));
  EXPECT_EQ(count("advance"), 2);
  EXPECT_EQ(status.snapshot().counts.batches, 0u);
}

TEST_F(SinkWriterTest, APositionIsStoredAtTheEndAndNeverBehindTheRecords) {
  expect_ok(run({assign({p(0)}), batch({}, {{0, 4}}), batch(range(0, 4, 6), {{0, 8}}), batch({}, {{0, 9}})}));
  EXPECT_EQ(target.offsets[p(0)].next_offset, 9);
  EXPECT_EQ(target.offsets[p(0)].last_offset, 6);
}

TEST_F(SinkWriterTest, AnEndThatIsToldAgainIsNoTransaction) {
  expect_ok(run({assign({p(0)}), later(5000), batch(range(0, 0, 3), {{0, 5}}), batch({}, {{0, 5}}), later(2000)}));
  EXPECT_EQ(count("advance"), 0);
  EXPECT_EQ(count("begin"), 1);
}

TEST_F(SinkWriterTest, APassingFaultIsRetriedAndCounted) {
  expect_ok(run({assign({p(0)}), fail_writes(2, retry_error("deadlock")), batch(range(0, 0, 2))}));
  EXPECT_EQ(ledger.sums().written, 3u);
  EXPECT_EQ(status.snapshot().counts.retries, 2u);
}

TEST_F(SinkWriterTest, AFaultThatStaysEndsTheRunWithWhatToDoNextAndEverythingReleased) {
  const Status result = run({assign({p(0)}), fail_writes(3, retry_error("database away", 2002)), [&] {
                               give(sealed(range(0, 0, 2, kFirstRead)));
                               give(sealed(range(0, 3, 4, kFirstRead)));
                             }});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRetry);
  EXPECT_EQ(result.error().native_code, 2002);
  EXPECT_EQ(ledger.sums().released, 5u);
  EXPECT_EQ(left_inside, 2u) << "a batch behind a failed one must not be written";
  EXPECT_THAT(target.table, IsEmpty());
  EXPECT_TRUE(closed_by_writer) << "the reader has to hear of it";
}

TEST_F(SinkWriterTest, AnErrorThatRetryingCannotMendIsNotRetried) {
  target.begin_faults.push_back(config_error("no such table", 1146));
  const Status result = run({assign({p(0)}), batch(range(0, 0, 2))});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kConfig);
  EXPECT_EQ(count("begin"), 1);
  EXPECT_EQ(ledger.sums().released, 3u);
}

TEST_F(SinkWriterTest, AStopReleasesWhatIsQueued) {
  expect_ok(run({assign({p(0)}), [&] {
                   give(sealed(range(0, 0, 2, kFirstRead)));
                   give(sealed(range(0, 3, 9, kFirstRead)));
                   target.on_commit = [&] { stop.request(); };
                 }}));
  EXPECT_EQ(ledger.sums().written, 3u) << "the open transaction is finished";
  EXPECT_EQ(ledger.sums().released, 7u);
  EXPECT_EQ(target.offsets[p(0)].next_offset, 3);
  EXPECT_THAT(partitions.hints, ElementsAre(Pair(p(0), 3)));
}

TEST_F(SinkWriterTest, AStopEndsTheWaitBeforeARetry) {
  make_writer({"orders-mysql", "mysql-sink", 3, 3'600'000});
  target.on_write = [&](const std::vector<std::string>&, std::vector<RejectedRow>&) -> Status {
    mailbox.post([&] { stop.request(); });
    return retry_error("database away", 2002);
  };
  const Status result = run({assign({p(0)}), batch(range(0, 0, 2))});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kCancelled);
  EXPECT_EQ(count("begin"), 1);
  EXPECT_EQ(ledger.sums().released, 3u);
}

TEST_F(SinkWriterTest, ARecordThatMayNotDieEndsTheRun) {
  dead_letters.faults.push_back(record_error("errors.tolerance is none"));
  const Status result = run({assign({p(0)}), batch({{0, 0}, {0, 1, Fate::kDead}})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kRecord);
  EXPECT_EQ(ledger.sums().released, 2u);
  EXPECT_EQ(ledger.sums().dead, 0u);
}

TEST_F(SinkWriterTest, AMissingRecordInTheSumsEndsTheRun) {
  const Status result = run({assign({p(0)}), [&] {
                               auto made = sealed(range(0, 0, 2, kFirstRead));
                               made->fates[1] = Fate::kUndecided;
                               give(std::move(made));
                             }});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFatal);
  EXPECT_THAT(result.error().message, HasSubstr("does not add up"));
  ledger.settle({.released = 1}, 0);  // mended, for the check at the end of each test
}

TEST_F(SinkWriterTest, ACommitInDoubtStaysPendingUntilTheNextClaimSaysThatItHappened) {
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.outcome_faults.push_back(retry_error("database away"));
  const Status broke =
      run({assign({p(0), p(1)}), batch({{0, 0}, {0, 1, Fate::kFiltered}, {0, 2, Fate::kDead}, {5, 0}})});
  ASSERT_FALSE(broke.ok());
  EXPECT_EQ(broke.error().action, Action::kRetry);
  EXPECT_EQ(status.snapshot().counts.retries, 0u) << "not to be tried again before it is known";
  EXPECT_EQ(ledger.pending(), 3u);
  EXPECT_EQ(ledger.sums().released, 1u) << "the record of a partition that was not ours";

  Mailbox fresh(1 << 20);
  fresh.post([] {});
  SinkWriter next({"orders-mysql", "mysql-sink", 2, 1}, fresh, target, claimer, partitions, dead_letters, ledger,
                  doubts, status, clock, stop.token());
  static_cast<void>(next.claim(std::vector{p(0)}, 9, 0));
  fresh.close();
  expect_ok(next.run());
  EXPECT_EQ(ledger.sums().written, 1u);
  EXPECT_EQ(ledger.sums().filtered, 1u);
  EXPECT_EQ(ledger.sums().dead, 1u);
  EXPECT_EQ(ledger.pending(), 0u);
  EXPECT_EQ(status.snapshot().counts.rows, 1u);
  EXPECT_THAT(status.snapshot().counts.filtered_parts, ElementsAre(Pair("no-lines", 1u)));
  EXPECT_EQ(doubts.records(), 0u);
}

TEST_F(SinkWriterTest, ACommitInDoubtIsSettledByTheClaimOfAnotherTask) {
  target.commit_faults.push_back({retry_error("lost"), true, true});
  target.outcome_faults.push_back(retry_error("database away"));
  const Status broke = run({assign({p(0)}), batch({{0, 0}, {0, 1}})});
  ASSERT_FALSE(broke.ok());
  EXPECT_EQ(ledger.pending(), 2u);

  Mailbox mailbox_of_other(1 << 20);
  errors::Ledger ledger_of_other;
  TaskStatus status_of_other("orders-mysql", 1, false, clock);
  SinkWriter other({"orders-mysql", "mysql-sink", 2, 1}, mailbox_of_other, target, claimer, partitions, dead_letters,
                   ledger_of_other, doubts, status_of_other, clock, stop.token());
  static_cast<void>(other.claim(std::vector{p(0)}, 9, 0));
  mailbox_of_other.close();
  expect_ok(other.run());
  EXPECT_EQ(ledger.sums().written, 2u);
  EXPECT_EQ(ledger.pending(), 0u);
  EXPECT_EQ(status.snapshot().counts.rows, 2u);
  EXPECT_EQ(ledger_of_other.sums().written, 0u);
}

TEST_F(SinkWriterTest, ACommitInDoubtIsReleasedWhenTheNextClaimSaysThatItDidNotHappen) {
  target.commit_faults.push_back({retry_error("lost"), false, true});
  target.outcome_faults.push_back(retry_error("database away"));
  ASSERT_FALSE(run({assign({p(0)}), batch(range(0, 0, 2))}).ok());
  EXPECT_EQ(ledger.pending(), 3u);

  Mailbox fresh(1 << 20);
  SinkWriter next({"orders-mysql", "mysql-sink", 2, 1}, fresh, target, claimer, partitions, dead_letters, ledger,
                  doubts, status, clock, stop.token());
  static_cast<void>(next.claim(std::vector{p(0)}, 9, 0));
  fresh.close();
  expect_ok(next.run());
  EXPECT_EQ(ledger.sums().written, 0u);
  EXPECT_EQ(ledger.sums().released, 3u);
  EXPECT_THAT(partitions.hints, IsEmpty());
}

TEST_F(SinkWriterTest, FilteredPartsAreCountedWhenTheyAreCommittedAndNotWhenTheyAreReleased) {
  expect_ok(run({assign({p(0)}), batch({{0, 0, Fate::kFiltered}, {1, 0, Fate::kFiltered}})}));
  EXPECT_THAT(status.snapshot().counts.filtered_parts, ElementsAre(Pair("no-lines", 1u)));
  EXPECT_EQ(ledger.sums().filtered, 1u);
  EXPECT_EQ(ledger.sums().released, 1u);
}

}  // namespace
}  // namespace cnx::host::runtime
