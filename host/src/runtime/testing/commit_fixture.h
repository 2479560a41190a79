// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "runtime/commit.h"
#include "runtime/testing/fake_dead_letters.h"

namespace cnx::host::runtime::testing {

/// A task that owns partitions 0 and 1 from offset 0, and commits batches by attempts.
class CommitTest : public ::testing::Test {
 protected:
  CommitTest() {
    own(0);
    own(1);
  }

  void own(std::int32_t partition, std::int64_t next_offset = 0) {
    target.own(p(partition), next_offset);
    claims[p(partition)] = {kGeneration, 1, next_offset, -1, -1};
  }

  /// A new attempt at `batch`; keeps what it leaves unresolved.
  Result<Committed> run(SealedBatch& batch) {
    CommitAttempt attempt(target, dead_letters, claims, "mysql-sink");
    auto result = attempt.run(batch);
    unresolved = attempt.unresolved();
    return result;
  }
  /// The attempt must succeed.
  Committed commit(SealedBatch& batch) {
    auto result = run(batch);
    if (!result.ok()) ADD_FAILURE() << name_of(result.error().action) << ": " << result.error().message;
    return result.ok() ? *result : Committed{};
  }

  /// Every record of `batch` ended somewhere.
  static void expect_complete(const SealedBatch& batch, const Committed& sums) {
    EXPECT_EQ(sums.written + sums.filtered + sums.dead + sums.released, batch.records.size());
  }

  [[nodiscard]] long count(const std::string& call) const { return std::count(journal.begin(), journal.end(), call); }

  Journal journal;
  FakeTarget target{journal};
  FakeDeadLetters dead_letters{journal};
  Claims claims;
  std::vector<OffsetStep> unresolved;
};

}  // namespace cnx::host::runtime::testing
