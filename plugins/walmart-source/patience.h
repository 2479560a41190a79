// SPDX-License-Identifier: Apache-2.0
//
// One thing that is asked for again and again until it is there: when it is asked for next, and when that ends.
#pragma once

#include <cstdint>
#include <string>

#include "backoff.h"
#include "cnx/host.hpp"
#include "cnx/result.hpp"
#include "health.h"
#include "metrics.h"
#include "settings.h"

namespace walmart {

/// What the parts of a client share; outlives them.
struct Surroundings {
  const cnx::Host& host;
  const Settings& settings;
  const Account& account;
  Metrics& metrics;
  Health& health;
};

/// Passing faults, and refusals of what worked before, each for errors.retry.timeout. Times are monotonic nanoseconds.
/// One thread.
class Patience {
 public:
  explicit Patience(const Surroundings& around);
  ~Patience() { around_.health.waits(this, {}); }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  /// `verdict` ends the task unless it `worked` before: then it is waited until ready_ns(), or the error comes back.
  [[nodiscard]] cnx::Status refused(const std::string& about, bool worked, cnx::Error verdict);
  /// A passing fault; as refused(). The error is FATAL in a bounded run, else RETRY.
  [[nodiscard]] cnx::Status passing(const std::string& about, const std::string& what, int native_code);
  /// It is there: the next row of failures has a timeout of its own.
  void answered();

  [[nodiscard]] std::int64_t ready_ns() const { return ready_ns_; }
  [[nodiscard]] bool failing() const { return faults_.failures() + refusals_.failures() > 0; }

 private:
  void wait(std::int64_t until_ns, const std::string& why);

  const Surroundings& around_;
  Backoff faults_;
  Backoff refusals_;  ///< of what worked before
  std::int64_t ready_ns_ = 0;
};

/// "12.3 s".
[[nodiscard]] std::string seconds_text(std::int64_t ms);

}  // namespace walmart
