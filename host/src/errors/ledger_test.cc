// SPDX-License-Identifier: Apache-2.0
#include "errors/ledger.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace cnx::host::errors {
namespace {

using ::testing::HasSubstr;

TEST(Ledger, AddsUpWhileRecordsAreHeld) {
  Ledger ledger;
  EXPECT_TRUE(ledger.check().ok());
  ledger.take(10);
  EXPECT_TRUE(ledger.check().ok());
  EXPECT_EQ(ledger.pending(), 10u);
}

TEST(Ledger, AddsUpWhenEveryRecordEndedSomewhere) {
  Ledger ledger;
  ledger.take(10);
  ledger.written(5);
  ledger.filtered(2);
  ledger.dead(1);
  ledger.released(2);
  ledger.put_down(10);
  ASSERT_TRUE(ledger.check().ok());
  const LedgerSums sums = ledger.sums();
  EXPECT_EQ(sums.in, 10u);
  EXPECT_EQ(sums.written + sums.filtered + sums.dead + sums.released, 10u);
  EXPECT_EQ(ledger.pending(), 0u);
}

TEST(Ledger, ARecordThatVanishedIsAFatalErrorWithAllSums) {
  Ledger ledger;
  ledger.take(10);
  ledger.written(6);
  ledger.filtered(1);
  ledger.dead(1);
  ledger.released(1);
  ledger.put_down(10);
  const Status status = ledger.check();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kFatal);
  EXPECT_THAT(status.error().message,
              HasSubstr("10 records in, but 6 written + 1 filtered + 1 dead + 1 released + 0 pending = 9"));
}

TEST(Ledger, ARecordThatEndedTwiceIsAFatalErrorToo) {
  Ledger ledger;
  ledger.take(1);
  ledger.written(1);
  ledger.dead(1);
  ledger.put_down(1);
  EXPECT_FALSE(ledger.check().ok());
}

TEST(Ledger, PuttingDownMoreThanWasTakenDoesNotAddUp) {
  Ledger ledger;
  ledger.take(5);
  ledger.written(5);
  ledger.put_down(6);
  EXPECT_FALSE(ledger.check().ok());
}

TEST(Ledger, AReleasedRecordCountsAgainWhenItIsReadAgain) {
  Ledger ledger;
  ledger.take(3);
  ledger.released(3);
  ledger.put_down(3);
  ledger.take(3);
  ledger.written(3);
  ledger.put_down(3);
  EXPECT_TRUE(ledger.check().ok());
  EXPECT_EQ(ledger.sums().in, 6u);
}

TEST(Ledger, TwoThreadsMayCountAtOnce) {
  Ledger ledger;
  std::thread reader([&] {
    for (int i = 0; i < 10'000; ++i) ledger.take(1);
  });
  std::thread writer([&] {
    for (int i = 0; i < 10'000; ++i) ledger.written(1);
  });
  reader.join();
  writer.join();
  ledger.put_down(10'000);
  EXPECT_TRUE(ledger.check().ok());
}

}  // namespace
}  // namespace cnx::host::errors
