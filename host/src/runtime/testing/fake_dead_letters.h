// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "runtime/commit.h"
#include "runtime/testing/fake_target.h"

namespace cnx::host::runtime::testing {

/// Remembers dead letters; an entry of `faults` refuses a send.
class FakeDeadLetters final : public DeadRecordPolicy {
 public:
  explicit FakeDeadLetters(Journal& journal) : journal_(journal) {}

  Status send(const SealedBatch& batch, std::span<const DeadRecord> dead) override {
    journal_.push_back("send " + std::to_string(dead.size()));
    if (!faults.empty()) {
      Error error = std::move(faults.front());
      faults.pop_front();
      return error;
    }
    for (const DeadRecord& record : dead) {
      const cnx_record& origin = batch.records[record.origin];
      sent.push_back(std::to_string(origin.partition) + "@" + std::to_string(origin.offset));
      last = record;
    }
    return {};
  }

  std::vector<std::string> sent;  ///< "0@5"
  DeadRecord last;
  std::deque<Error> faults;

 private:
  Journal& journal_;
};

}  // namespace cnx::host::runtime::testing
