// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>

#include "cnx/result.hpp"

namespace cnx::host::errors {

/// Sums of Kafka records of one task since the process started.
struct LedgerSums {
  std::uint64_t in = 0;        ///< taken from Kafka; a record that is read again counts again
  std::uint64_t written = 0;   ///< at least one row, committed
  std::uint64_t filtered = 0;  ///< no row, by a named rule, committed
  std::uint64_t dead = 0;      ///< dead letter acknowledged, committed
  std::uint64_t released = 0;  ///< given back uncommitted: revoked, fenced, restarted, stopped
  std::uint64_t pending = 0;   ///< held now
};

/// Counts where every record ends, and proves that none is missing: in = written + filtered + dead + released +
/// pending, with `pending` counted apart, by those who hold records. Thread-safe.
class Ledger {
 public:
  /// `records` came from Kafka and are now held.
  void take(std::uint64_t records);
  void written(std::uint64_t records);
  void filtered(std::uint64_t records);
  void dead(std::uint64_t records);
  void released(std::uint64_t records);
  /// The holder of `records` let go of them; each of them ended as one of the above.
  void put_down(std::uint64_t records);
  /// All of that at once, so that no check() in between sees half of it: `ended` is added (but `in` and `pending`), and
  /// the holder lets go of `held` records.
  void settle(const LedgerSums& ended, std::uint64_t held);

  [[nodiscard]] LedgerSums sums() const;
  [[nodiscard]] std::uint64_t pending() const;
  /// FATAL with all the sums when they do not add up.
  [[nodiscard]] Status check() const;

 private:
  mutable std::mutex mutex_;
  LedgerSums sums_;            // guarded by mutex_
  std::uint64_t pending_ = 0;  // guarded by mutex_
};

}  // namespace cnx::host::errors
