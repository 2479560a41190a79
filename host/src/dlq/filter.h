// SPDX-License-Identifier: Apache-2.0
//
// --filter of the `dlq` commands.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cnx/result.hpp"
#include "dlq/letter.h"

namespace cnx::host::dlq {

/// Conditions that all have to hold: FIELD=VALUE, FIELD!=VALUE, FIELD~TEXT (contains), since=TIME, until=TIME.
class Filter {
 public:
  /// For --help: the fields and what stands behind them.
  static constexpr const char* kHelp =
      "FIELD=VALUE, FIELD!=VALUE or FIELD~TEXT (contains), with id, topic, partition, offset, key, stage, class, path, "
      "column, message, code or state; since=TIME or until=TIME of the death: 2026-01-31, 2026-01-31T08:30:00Z, or "
      "90m, "
      "12h, 7d before now";

  /// `now_ms`: what relative times count from. CONFIG names the condition and how it is written.
  [[nodiscard]] static Result<Filter> parse(std::span<const std::string> conditions, std::int64_t now_ms);

  [[nodiscard]] bool matches(const Letter& letter) const;
  [[nodiscard]] bool empty() const { return conditions_.empty(); }

 private:
  enum class Kind { kEqual, kNotEqual, kContains, kSince, kUntil };
  struct Condition {
    Kind kind = Kind::kEqual;
    std::string field;
    std::string value;
    std::int64_t time_ms = 0;  // of kSince and kUntil
  };
  [[nodiscard]] static Result<Condition> parse_one(const std::string& text, std::int64_t now_ms);
  [[nodiscard]] static bool holds(const Condition& condition, const Letter& letter);

  std::vector<Condition> conditions_;
};

/// A moment as people write it, in ms since the epoch; times are UTC. nullopt: it is none.
[[nodiscard]] std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms);

}  // namespace cnx::host::dlq
