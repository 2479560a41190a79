// SPDX-License-Identifier: Apache-2.0
//
// A source with a fake host and a fake API, and what the host does around it: commits, positions, ranges, crashes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "source.h"
#include "testing/fake_walmart.h"

namespace walmart::testing {

struct SentRecord {
  std::optional<std::string> key;
  std::string value;
};

/// One record of a batch that was handed over. Reads the batch as the host does, through the ABI.
[[nodiscard]] std::vector<SentRecord> take_records(cnx::RecordBatch&& batch,
                                                   std::map<std::string, std::string>& positions);

/// The outside world of a source, which outlives its instances.
class SourceRig {
 public:
  /// 2026-11-23T08:00:00Z.
  static constexpr EpochSeconds kNow = 1795420800;

  /// What differs from a run of eForCity for SellerFulfilled.
  explicit SourceRig(std::initializer_list<cnx::testing::Pairs::value_type> config);

  /// A new instance that goes on from what is committed; the one before is gone, as after kill -9.
  cnx::Result<cnx::SourcePlan> start(bool again = false);
  /// One poll that may wait for `wait_ms` of the fake time. Committed unless `lose`.
  cnx::Result<bool> poll(std::int64_t wait_ms = 60'000, bool lose = false);
  /// Polls and commits until the bounded range is complete; at most `most` times.
  cnx::Status run(int most = 10'000);
  /// The range gets this state, as the host writes it.
  void mark(cnx_range_state state);

  cnx::testing::FakeHost host{"walmart-orders"};
  FakeWalmart walmart;
  ProvenAccounts proven;
  cnx::Config config;
  std::vector<SentRecord> sent;                  ///< committed
  std::map<std::string, std::string> positions;  ///< committed, of the present range
  std::vector<cnx::KnownRange> ranges;
  std::string range_id;
  std::unique_ptr<WalmartSource> source;
  std::size_t largest_batch = 0;
};

/// SourceRig::kNow in milliseconds.
inline constexpr std::int64_t kNowMs = SourceRig::kNow * 1000;

}  // namespace walmart::testing
