// SPDX-License-Identifier: Apache-2.0
#include "errors/rate_breaker.h"

#include <gmock/gmock.h>

#include <vector>

namespace cnx::host::errors {
namespace {

using Indexes = std::vector<std::uint32_t>;

TEST(RateBreaker, LetsAsManyDieAsItsLimitSays) {
  RateBreaker breaker(2, 10);
  EXPECT_TRUE(breaker.admit(0, Indexes{0, 9}).ok());
}

TEST(RateBreaker, TripsOnOneMoreThanTheLimitWithinAWindow) {
  RateBreaker breaker(2, 10);
  const Status status = breaker.admit(0, Indexes{0, 5, 9});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kFatal);
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("more than 2 of 10 records"));
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("errors.rate.limit"));
}

TEST(RateBreaker, DeadRecordsAWindowApartDoNotAddUp) {
  RateBreaker breaker(1, 10);
  EXPECT_TRUE(breaker.admit(0, Indexes{0, 10, 20}).ok());
  EXPECT_FALSE(RateBreaker(1, 10).admit(0, Indexes{0, 9}).ok());
}

TEST(RateBreaker, LooksAcrossBatches) {
  RateBreaker breaker(1, 10);
  ASSERT_TRUE(breaker.admit(0, Indexes{4}).ok());
  EXPECT_FALSE(breaker.admit(5, Indexes{0}).ok());
}

TEST(RateBreaker, ForgetsWhatLeftTheWindow) {
  RateBreaker breaker(1, 10);
  ASSERT_TRUE(breaker.admit(0, Indexes{4}).ok());
  EXPECT_TRUE(breaker.admit(14, Indexes{0}).ok());
}

TEST(RateBreaker, ARecordCountsOnceHoweverOftenItIsToldOf) {
  RateBreaker breaker(1, 10);
  EXPECT_TRUE(breaker.admit(0, Indexes{3}).ok());
  EXPECT_TRUE(breaker.admit(0, Indexes{3}).ok());
}

TEST(RateBreaker, ABatchThatIsReadAgainDoesNotCountTwice) {
  RateBreaker breaker(2, 10);
  ASSERT_TRUE(breaker.admit(20, Indexes{3, 4}).ok());
  EXPECT_TRUE(breaker.admit(20, Indexes{3, 4}).ok());
  EXPECT_FALSE(breaker.admit(20, Indexes{5}).ok());
}

TEST(RateBreaker, NotesNothingWhenItTrips) {
  RateBreaker breaker(1, 10);
  ASSERT_FALSE(breaker.admit(0, Indexes{1, 2}).ok());
  EXPECT_TRUE(breaker.admit(0, Indexes{5}).ok());
}

TEST(RateBreaker, WithoutALimitItNeverTrips) {
  RateBreaker breaker(0, 1000);
  Indexes all(1000);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  EXPECT_TRUE(breaker.admit(0, all).ok());
}

}  // namespace
}  // namespace cnx::host::errors
