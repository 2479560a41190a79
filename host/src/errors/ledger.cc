// SPDX-License-Identifier: Apache-2.0
#include "errors/ledger.h"

#include <fmt/format.h>

namespace cnx::host::errors {

void Ledger::take(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  sums_.in += records;
  pending_ += records;
}
void Ledger::written(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  sums_.written += records;
}
void Ledger::filtered(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  sums_.filtered += records;
}
void Ledger::dead(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  sums_.dead += records;
}
void Ledger::released(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  sums_.released += records;
}
void Ledger::put_down(std::uint64_t records) {
  const std::lock_guard lock(mutex_);
  pending_ -= records;
}

void Ledger::settle(const LedgerSums& ended, std::uint64_t held) {
  const std::lock_guard lock(mutex_);
  sums_.written += ended.written;
  sums_.filtered += ended.filtered;
  sums_.dead += ended.dead;
  sums_.released += ended.released;
  pending_ -= held;
}

LedgerSums Ledger::sums() const {
  const std::lock_guard lock(mutex_);
  LedgerSums sums = sums_;
  sums.pending = pending_;
  return sums;
}

std::uint64_t Ledger::pending() const {
  const std::lock_guard lock(mutex_);
  return pending_;
}

Status Ledger::check() const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t ended = sums_.written + sums_.filtered + sums_.dead + sums_.released;
  if (sums_.in == ended + pending_) return {};
  return fatal_error(
      fmt::format("the ledger does not add up: {} records in, but {} written + {} filtered + {} dead + {} released "
                  "+ {} pending = {}; this is a fault of connect-host or of a plugin, nothing more is committed",
                  sums_.in, sums_.written, sums_.filtered, sums_.dead, sums_.released, pending_, ended + pending_));
}

}  // namespace cnx::host::errors
