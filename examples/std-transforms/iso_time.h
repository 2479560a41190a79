// SPDX-License-Identifier: Apache-2.0
//
// Dates and times of ISO 8601.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cnx::std_transforms {

/// Days since 1970-01-01 of `YYYY-MM-DD`; nullopt: it is none.
[[nodiscard]] std::optional<std::int64_t> read_date(std::string_view text);

/// Microseconds since the epoch of `YYYY-MM-DDThh:mm:ss[.digits](Z|±hh:mm|±hhmm)`, or with a blank for the T. A time
/// without a zone is no instant, and one with a digit behind the sixth decimal that is not zero is none that can be
/// kept: nullopt.
[[nodiscard]] std::optional<std::int64_t> read_instant(std::string_view text);

/// `YYYY-MM-DD`, and `YYYY-MM-DDThh:mm:ss.uuuuuu` without a zone.
void append_date(std::string& out, std::int64_t days);
void append_time(std::string& out, std::int64_t microseconds);

}  // namespace cnx::std_transforms
