// SPDX-License-Identifier: Apache-2.0
//
// What an answer of the API means: the one table from HTTP status and error body to what is to be done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transport.h"

namespace walmart {

enum class Verdict {
  kGood,        ///< a page or a token
  kEmpty,       ///< no orders
  kNewToken,    ///< the token is old or bad
  kThrottled,   ///< 429: wait as told
  kPassing,     ///< the same request again after a while
  kBadRequest,  ///< 400 for this query: a cursor that died, a result too large, a bad parameter
  kAuth,        ///< no right, or credentials refused
  kFatal,       ///< trying again cannot mend it
};

/// The first entry of an error body in any of its three containers; all empty when the body is something else.
struct ApiError {
  std::string code;
  std::string field;
  std::string description;
  std::string info;
};

[[nodiscard]] ApiError read_error(std::string_view body);
/// "HTTP 400 INVALID_REQUEST.GMP_ORDER_API (createdStartDate): Invalid Date format value".
[[nodiscard]] std::string describe(const HttpResponse& response, const ApiError& error);

[[nodiscard]] Verdict judge_token(int status);
[[nodiscard]] Verdict judge_orders(int status, std::string_view body, const ApiError& error);

/// How long a 429 asks to wait, in milliseconds: Retry-After (seconds or a date), else the replenishment time under
/// both its names (epoch in ms or s, or ISO 8601), else 60 s; from 0 to 300 s. `now_ms` is the epoch time on this
/// machine.
[[nodiscard]] std::int64_t throttle_wait_ms(const HttpResponse& response, std::int64_t now_ms);

/// What an answer tells about the bucket of calls.
struct CallsLeft {
  std::int64_t calls = 0;
  std::int64_t next_in_ms = 0;  ///< until the bucket is filled up, by whatever; 0 to 300 s
};
/// Empty when the answer has no X-Current-Token-Count. `now_ms` as above.
[[nodiscard]] std::optional<CallsLeft> calls_left(const HttpResponse& response, std::int64_t now_ms);

}  // namespace walmart
