// SPDX-License-Identifier: Apache-2.0
#include "base/fault_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/strings.h"

namespace cnx::host::faults {

std::atomic<bool> detail::armed{false};

namespace {

constexpr std::array<std::string_view, 29> kPoints{
    "source.begin.before",    "source.begin.after",    "source.produce.before",   "source.produce.after",
    "source.position.before", "source.position.after", "source.commit.before",    "source.commit.after",
    "sink.claim.before",      "sink.claim.after",      "sink.begin.before",       "sink.begin.after",
    "sink.write.before",      "sink.write.after",      "sink.commit.before",      "sink.commit.after",
    "sink.outcome.before",    "sink.outcome.after",    "sink.advance.before",     "sink.advance.after",
    "sink.hint.before",       "sink.hint.after",       "sink.dead_letter.before", "sink.dead_letter.sent",
    "sink.dead_letter.after", "sink.revoke.before",    "sink.revoke.after",       "shutdown.before",
    "shutdown.after"};

enum class Act { kCrash, kError, kDelay, kHang, kJump };

struct Fault {
  std::string point;
  Act act = Act::kCrash;
  std::int64_t milliseconds = 0;
  std::int64_t first = 1;
  std::int64_t last = 1;
  std::int64_t passed = 0;
};

std::mutex mutex;
std::vector<Fault> all;  // guarded by mutex
std::atomic<std::int64_t> jumped_us{0};

Error malformed(std::string_view part, std::string_view why) {
  return config_error(
      fmt::format("CNX_FAULT_POINTS: '{}': {}; the form is POINT=ACTION[@N|@N+|@N-M], joined by ';'", part, why));
}

std::optional<Fault> action_of(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  Fault fault;
  if (colon == std::string_view::npos) {
    if (name == "crash")
      fault.act = Act::kCrash;
    else if (name == "error")
      fault.act = Act::kError;
    else if (name == "hang")
      fault.act = Act::kHang;
    else
      return std::nullopt;
    return fault;
  }
  const auto number = parse_int(text.substr(colon + 1));
  if (!number) return std::nullopt;
  fault.milliseconds = *number;
  if (name == "delay" && *number >= 0)
    fault.act = Act::kDelay;
  else if (name == "jump")
    fault.act = Act::kJump;
  else
    return std::nullopt;
  return fault;
}

bool take_range(std::string_view text, Fault& fault) {
  const bool open = text.ends_with('+');
  if (open) text.remove_suffix(1);
  const auto dash = open ? std::string_view::npos : text.find('-');
  const auto first = parse_int(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_int(text.substr(dash + 1));
  if (!first || !last || *first < 1 || *last < *first) return false;
  fault.first = *first;
  fault.last = open ? std::numeric_limits<std::int64_t>::max() : *last;
  return true;
}

bool known(std::string_view point) {
  const bool of_host = point.starts_with("source.") || point.starts_with("sink.") || point.starts_with("shutdown.");
  return !of_host || std::ranges::find(points(), point) != points().end();
}

Result<Fault> parse(std::string_view part) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos || equals == 0) return malformed(part, "no action");
  const auto at = part.find('@', equals);
  const auto length = at == std::string_view::npos ? at : at - equals - 1;
  std::optional<Fault> fault = action_of(part.substr(equals + 1, length));
  if (!fault) return malformed(part, "the action is none of crash, error, delay:MS, hang, jump:MS");
  if (at != std::string_view::npos && !take_range(part.substr(at + 1), *fault))
    return malformed(part, "what stands behind '@' is no number of a passing");
  fault->point = part.substr(0, equals);
  if (!known(fault->point)) return malformed(part, "no such point; 'connect-host docs --fault-points' lists them");
  return *std::move(fault);
}

Status act(const Fault& fault, std::int64_t passing) {
  log::warning("faults", "{}: passing {}: {}", fault.point, passing,
               std::array{"crash", "error", "delay", "hang", "jump"}[static_cast<std::size_t>(fault.act)]);
  switch (fault.act) {
    case Act::kCrash:
      std::raise(SIGKILL);
      break;
    case Act::kError:
      return retry_error(fmt::format("fault point {} (armed by CNX_FAULT_POINTS)", fault.point));
    case Act::kDelay:
      std::this_thread::sleep_for(std::chrono::milliseconds(fault.milliseconds));
      break;
    case Act::kHang:
      while (true) std::this_thread::sleep_for(std::chrono::hours(1));
    case Act::kJump:
      jumped_us.fetch_add(fault.milliseconds * 1000);
      break;
  }
  return {};
}

}  // namespace

std::span<const std::string_view> points() { return kPoints; }

Status arm(std::string_view text) {
  std::vector<Fault> parsed;
  for (const std::string_view part : split(text, ';')) {
    if (part.empty()) continue;
    CNX_ASSIGN(Fault fault, parse(part));
    parsed.push_back(std::move(fault));
  }
  const std::lock_guard lock(mutex);
  all = std::move(parsed);
  detail::armed.store(!all.empty());
  return {};
}

void disarm() {
  const std::lock_guard lock(mutex);
  all.clear();
  detail::armed.store(false);
  jumped_us.store(0);
}

Status detail::pass(std::string_view point) {
  std::vector<std::pair<Fault, std::int64_t>> due;
  {
    const std::lock_guard lock(mutex);
    for (Fault& fault : all) {
      if (fault.point != point) continue;
      ++fault.passed;
      if (fault.passed >= fault.first && fault.passed <= fault.last) due.emplace_back(fault, fault.passed);
    }
  }
  for (const auto& [fault, passing] : due) CNX_TRY(act(fault, passing));
  return {};
}

std::int64_t clock_jump_us() { return armed() ? jumped_us.load() : 0; }

}  // namespace cnx::host::faults
