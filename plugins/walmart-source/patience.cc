// SPDX-License-Identifier: Apache-2.0
#include "patience.h"

#include <fmt/format.h>

namespace walmart {
namespace {

using cnx::Status;

constexpr std::int64_t kMillisecondNs = 1'000'000;

/// Calls that fail at the same time must not come back at the same time.
std::uint64_t seed_of(const Surroundings& around, const void* who) {
  return static_cast<std::uint64_t>(around.host.monotonic_ns()) ^ reinterpret_cast<std::uintptr_t>(who);
}

}  // namespace

std::string seconds_text(std::int64_t ms) { return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100); }

Patience::Patience(const Surroundings& around)
    : around_(around),
      faults_(around.settings.retry_timeout_ms, seed_of(around, &faults_)),
      refusals_(around.settings.retry_timeout_ms, seed_of(around, &refusals_)) {}

Status Patience::refused(const std::string& about, bool worked, cnx::Error verdict) {
  around_.metrics.calls_refused.add();
  if (!worked) return verdict;
  const std::int64_t now_ns = around_.host.monotonic_ns();
  if (!refusals_.failed(now_ns)) {
    verdict.message +=
        fmt::format("; it worked before, and has been refused for {} in {} tries, errors.retry.timeout is {}",
                    seconds_text(refusals_.failing_for_ms(now_ns)), refusals_.failures(),
                    seconds_text(around_.settings.retry_timeout_ms));
    return verdict;
  }
  const std::string wait = seconds_text((refusals_.next_try_ns() - now_ns) / kMillisecondNs);
  around_.host.warning(fmt::format("{}: {}; it worked before, so again in {} (refusal {})", about, verdict.message,
                                   wait, refusals_.failures()));
  this->wait(refusals_.next_try_ns(),
             fmt::format("{}: waiting {} after {}", around_.account.name, wait, verdict.message));
  return {};
}

Status Patience::passing(const std::string& about, const std::string& what, int native_code) {
  around_.metrics.calls_passing.add();
  refusals_.succeeded();  // an outage of several faces is one of passing faults: these have their own limit
  const std::int64_t now_ns = around_.host.monotonic_ns();
  if (faults_.failed(now_ns)) {
    const std::string wait = seconds_text((faults_.next_try_ns() - now_ns) / kMillisecondNs);
    around_.host.info(fmt::format("{}: {}; again in {} (failure {})", about, what, wait, faults_.failures()));
    this->wait(faults_.next_try_ns(), fmt::format("{}: waiting {} after {}", about, wait, what));
    return {};
  }
  std::string message = fmt::format("{}: {}; no good answer for {} in {} tries, errors.retry.timeout is {}", about,
                                    what, seconds_text(faults_.failing_for_ms(now_ns)), faults_.failures(),
                                    seconds_text(around_.settings.retry_timeout_ms));
  faults_.succeeded();  // the next row of tries has a timeout of its own
  if (around_.settings.bounded()) return cnx::fatal_error(std::move(message), native_code);
  return cnx::retry_error(std::move(message), native_code);
}

void Patience::answered() {
  faults_.succeeded();
  refusals_.succeeded();
  ready_ns_ = 0;
  around_.health.waits(this, {});
}

void Patience::wait(std::int64_t until_ns, const std::string& why) {
  ready_ns_ = until_ns;
  around_.health.waits(this, why);
}

}  // namespace walmart
