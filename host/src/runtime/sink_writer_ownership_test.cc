// SPDX-License-Identifier: Apache-2.0
//
// Other owners: fences, and what becomes of the partitions.
#include "runtime/sink_writer.h"
#include "runtime/testing/writer_fixture.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SinkWriterOwnershipTest : public testing::WriterTest {
 protected:
  Step steal(std::int32_t partition) {
    return [this, partition] { target.steal(p(partition)); };
  }
  /// Loses partition 0 again and again; after each time `then`, and a pause after which it is ours again.
  Status fence(std::uint64_t times, std::int64_t pause_ms, const Step& then) {
    std::vector<Step> steps{assign({p(0)})};
    for (std::uint64_t i = 0; i < times; ++i) {
      steps.push_back(steal(0));
      steps.push_back(batch(range(0, 0, 1), {}, kFirstRead + i));
      if (then) steps.push_back(then);
      steps.push_back(later(pause_ms));
    }
    return run(std::move(steps));
  }
};

TEST_F(SinkWriterOwnershipTest, AFencedBatchIsReleasedAndItsPartitionsHeld) {
  expect_ok(run({assign({p(0)}), steal(0), batch(range(0, 0, 4)), batch(range(0, 5, 9))}));
  EXPECT_THAT(journal, ElementsAre("claim orders[0]", "start orders[0] at 0", "begin", "verify 1", "hold orders[0]"));
  EXPECT_EQ(ledger.sums().released, 10u) << "what was queued behind it, too";
  EXPECT_THAT(status.snapshot().committed, IsEmpty());
}

TEST_F(SinkWriterOwnershipTest, AFencedPartitionIsClaimedAgainAfterThreeSeconds) {
  expect_ok(run({assign({p(0)}), steal(0), batch(range(0, 0, 4)), later(2'999),
                 [&] { EXPECT_EQ(count("claim orders[0]"), 1); }, [&] { target.offsets[p(0)].next_offset = 3; },
                 later(1), [&] { EXPECT_EQ(count("claim orders[0]"), 2); }, batch(range(0, 3, 4), {}, 102)}));
  EXPECT_THAT(journal, Contains("start orders[0] at 3"));
  EXPECT_THAT(target.table, ElementsAre("0@3", "0@4"));
}

TEST_F(SinkWriterOwnershipTest, AFencedPartitionThatGoesAwayIsNotClaimedAgain) {
  expect_ok(run({assign({p(0)}), steal(0), batch(range(0, 0, 4)), revoke({p(0)}), later(10'000)}));
  EXPECT_EQ(count("claim orders[0]"), 1);
}

TEST_F(SinkWriterOwnershipTest, AWaitingRevocationIsServedBeforeAPartitionIsClaimedAgain) {
  expect_ok(run({assign({p(0)}), steal(0), batch(range(0, 0, 4)), [&] {
                   mailbox.post([&] { clock.advance_ms(3'000); });
                   writer->release(std::vector{p(0)}, 0);
                 }}));
  EXPECT_EQ(count("claim orders[0]"), 1) << "it would have fenced the new owner";
}

TEST_F(SinkWriterOwnershipTest, AClaimThatTheConsumerDoesNotKnowYetIsTriedAgain) {
  partitions.last_generation = 100;
  expect_ok(
      run({assign({p(0)}), steal(0), batch(range(0, 0, 4)),
           [&] { partitions.start_faults.push_back(fenced_error("not assigned")); }, later(3'000), later(10'000)}));
  EXPECT_EQ(count("claim orders[0]"), 3);
  EXPECT_THAT(status.snapshot().committed, SizeIs(1));
}

TEST_F(SinkWriterOwnershipTest, FencedFiveTimesWithinAMinuteIsFatalAndNamesTheOther) {
  const Status result = fence(5, 3'000, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().action, Action::kFatal);
  EXPECT_THAT(result.error().message, HasSubstr("orders[0]"));
  EXPECT_THAT(result.error().message, HasSubstr("another"));
  EXPECT_EQ(count("hold orders[0]"), 4);
  EXPECT_EQ(ledger.sums().released, 10u);
}

TEST_F(SinkWriterOwnershipTest, FencesFarApartAreEndured) {
  expect_ok(fence(12, 20'000, {}));
  EXPECT_EQ(count("hold orders[0]"), 12);
}

TEST_F(SinkWriterOwnershipTest, FencesOfAnEarlierAssignmentDoNotCount) {
  // Taken away and given back each time: then the group does its work, and nobody is to blame.
  expect_ok(fence(6, 3'000, [this] {
    writer->release(std::vector{p(0)}, 0);
    static_cast<void>(writer->claim(std::vector{p(0)}, 8, 0));
  }));
  EXPECT_EQ(count("hold orders[0]"), 6);
}

TEST_F(SinkWriterOwnershipTest, ManyPartitionsLostAtOnceAreNoReasonToFail) {
  // After a long freeze each queued batch finds that its partition has moved on.
  expect_ok(run({assign({p(0), p(1), p(2), p(3), p(4), p(5)}), [&] {
                   for (std::int32_t i = 0; i < 6; ++i) {
                     target.steal(p(i));
                     give(sealed(range(i, 0, 1, 101 + static_cast<std::uint64_t>(i))));
                   }
                 }}));
  EXPECT_EQ(ledger.sums().released, 12u);
}

TEST_F(SinkWriterOwnershipTest, AFenceTakesOnlyThePartitionsOfItsBatch) {
  expect_ok(run({assign({p(0), p(1)}), steal(0), batch(range(0, 0, 1), {}, 101), batch(range(1, 0, 1), {}, 102)}));
  EXPECT_THAT(target.table, ElementsAre("1@0", "1@1"));
}

TEST_F(SinkWriterOwnershipTest, TheOthersOfAFencedBatchAreWrittenAtOnce) {
  expect_ok(run({assign({p(0), p(1)}), steal(0),
                 [&] { give(sealed({{0, 0, Fate::kRows, 1, 101}, {1, 0, Fate::kRows, 1, 102}})); }}));
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(ledger.sums().released, 1u);
  EXPECT_EQ(ledger.sums().written, 1u);
  EXPECT_EQ(count("hold orders[1]"), 0);
  EXPECT_EQ(status.snapshot().counts.retries, 0u);
}

TEST_F(SinkWriterOwnershipTest, AFenceThatCannotBeExplainedYetIsRetriedAsAWhole) {
  target.verify_faults.push_back(retry_error("database away", 2002));
  expect_ok(run({assign({p(0), p(1)}), steal(0), [&] {
                   target.on_verify = [&] { mailbox.post([&] { clock.advance_ms(1'000); }); };
                   give(sealed({{0, 0, Fate::kRows, 1, 101}, {1, 0, Fate::kRows, 1, 102}}));
                 }}));
  EXPECT_THAT(target.table, ElementsAre("1@0"));
  EXPECT_EQ(ledger.sums().released, 1u);
}

TEST_F(SinkWriterOwnershipTest, AnIdleOwnerLooksEveryFiveSeconds) {
  expect_ok(run({assign({p(0)}), later(4'999), [&] { EXPECT_EQ(count("verify 1"), 0); }, later(1),
                 [&] { EXPECT_EQ(count("verify 1"), 1); }, later(4'999), [&] { EXPECT_EQ(count("verify 1"), 1); },
                 later(1), [&] { EXPECT_EQ(count("verify 1"), 2); }}));
  EXPECT_GE(target.idled, 2);
}

TEST_F(SinkWriterOwnershipTest, ABusyOwnerNeedsNoLook) {
  expect_ok(
      run({assign({p(0)}), later(3'000), batch(range(0, 0, 1)), later(3'000), batch(range(0, 2, 3)), later(3'000)}));
  EXPECT_EQ(count("verify 1"), 0);
}

TEST_F(SinkWriterOwnershipTest, ASinkWithoutPartitionsIsKeptAliveToo) {
  expect_ok(run({later(5'000), later(5'000)}));
  EXPECT_EQ(target.idled, 2);
  EXPECT_EQ(count("verify 1"), 0);
}

TEST_F(SinkWriterOwnershipTest, AnIdleOwnerThatWasReplacedHoldsAndClaimsAgain) {
  expect_ok(run({assign({p(0)}), steal(0), later(5'000), [&] { EXPECT_THAT(journal, Contains("hold orders[0]")); },
                 later(3'000)}));
  EXPECT_EQ(count("claim orders[0]"), 2);
}

TEST_F(SinkWriterOwnershipTest, AnOutcomeThatIsFencedIsAFence) {
  target.commit_faults.push_back({retry_error("lost"), false, true});
  target.on_commit = [&] { target.steal(p(0)); };
  expect_ok(run({assign({p(0)}), batch(range(0, 0, 1))}));
  EXPECT_THAT(journal, Contains("hold orders[0]"));
  EXPECT_EQ(ledger.sums().released, 2u);
  EXPECT_EQ(doubts.records(), 0u);
}

}  // namespace
}  // namespace cnx::host::runtime
