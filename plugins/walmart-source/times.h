// SPDX-License-Identifier: Apache-2.0
//
// Instants as text and back. Everything here is UTC; local time is zone.h's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace walmart {

/// Seconds since the epoch, UTC. The API takes whole seconds, so windows are made of these.
using EpochSeconds = std::int64_t;

constexpr EpochSeconds kMinute = 60;
constexpr EpochSeconds kHour = 3600;
constexpr EpochSeconds kDay = 24 * kHour;

/// 2026-11-23T08:00:00Z, the one form of an instant that the API is known to take everywhere.
[[nodiscard]] std::string utc_text(EpochSeconds at);
/// 2026-11-23 08:00:00, the form of request_time.
[[nodiscard]] std::string sql_text(EpochSeconds at);

/// An instant in ISO 8601 with a zone: 2026-11-23T08:00:00Z, …00.123Z, …+01:00. Epoch milliseconds.
[[nodiscard]] std::optional<std::int64_t> parse_instant_ms(std::string_view text);
/// A day: 20261123 or 2026-11-23. Empty when it is no day of the calendar.
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_day(std::string_view text);
/// 2026-11-23.
[[nodiscard]] std::string day_text(std::chrono::year_month_day day);
/// The date of HTTP headers: Mon, 23 Nov 2026 08:00:00 GMT.
[[nodiscard]] std::optional<EpochSeconds> parse_http_date(std::string_view text);

/// All of `text` as a decimal number; empty for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace walmart
