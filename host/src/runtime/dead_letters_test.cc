// SPDX-License-Identifier: Apache-2.0
//
// When records may die; the sending itself is the producer's (kafka/dead_letter_producer.h).
#include "runtime/dead_letters.h"

#include <gmock/gmock.h>

#include "runtime/testing/batches.h"

namespace cnx::host::runtime {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DeadLettersTest : public ::testing::Test {
 protected:
  Status send(bool tolerate, errors::RateBreaker& breaker, const std::vector<Rec>& records) {
    DeadLetters letters({"orders-mysql", 0, tolerate, "orders_dlq", ""}, nullptr, breaker, ledger, task_status, clock);
    const auto batch = sealed(records);
    return letters.send(*batch, batch->dead);
  }
  errors::Ledger ledger;
  ManualClock clock;
  TaskStatus task_status{"orders-mysql", 0, false, clock};
};

TEST_F(DeadLettersTest, WithoutToleranceTheFirstOneStopsTheTaskAndIsNamed) {
  errors::RateBreaker breaker(0, 1);
  const Status status = send(false, breaker, {{0, 8}, {0, 9, Fate::kDead}, {0, 10, Fate::kDead}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().action, Action::kRecord);
  EXPECT_THAT(status.error().message,
              AllOf(HasSubstr("orders[0] offset 9"), HasSubstr("$.lines"), HasSubstr("no number"), HasSubstr("2 of 3"),
                    HasSubstr("errors.tolerance")));
}

TEST_F(DeadLettersTest, TooManyOfThemStopTheTaskBeforeAnyIsSent) {
  errors::RateBreaker breaker(1, 100);
  const Status status = send(true, breaker, {{0, 8, Fate::kDead}, {0, 9, Fate::kDead}});
  ASSERT_FALSE(status.ok());  // the producer is null: a send would have crashed
  EXPECT_EQ(status.error().action, Action::kFatal);
  EXPECT_THAT(status.error().message, HasSubstr("errors.rate.limit"));
}

}  // namespace
}  // namespace cnx::host::runtime
