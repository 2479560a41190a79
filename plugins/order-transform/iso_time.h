// SPDX-License-Identifier: Apache-2.0
//
// ISO 8601 times as they occur around the Orders API.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cnx::order_transform {

/// Epoch milliseconds (UTC, finer digits cut off) of `2025-11-10T05:10:00.123Z`. A blank may stand for the T; the
/// fraction may be missing; Z may be an offset of at most 14 hours (+05:30, +0530, +05). Without one, or as a date
/// alone (midnight), it is UTC: the API's documentation says so of all its times. Anything else: nothing.
[[nodiscard]] std::optional<std::int64_t> parse_iso_time(std::string_view text);

}  // namespace cnx::order_transform
