// SPDX-License-Identifier: Apache-2.0
#include "verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "json_doc.h"
#include "times.h"

namespace walmart {
namespace {

/// An error of the API is told up to here, in bytes.
constexpr std::size_t kLongestText = 400;
constexpr std::int64_t kDefaultWaitMs = 60'000;
constexpr std::int64_t kLongestWaitMs = 300'000;
/// Above these a number is an epoch in seconds or in milliseconds; read as a count of seconds it would be 31 years.
constexpr std::int64_t kEpochSecondsFrom = 1'000'000'000;
constexpr std::int64_t kEpochMillisFrom = 1'000'000'000'000;
constexpr std::int64_t kLastInstantMs = 253'402'300'799'000;  // 9999-12-31T23:59:59Z

/// An entry, or the first of a list of them; what was JSON once XML may be either.
yyjson_val* first_of(yyjson_val* value) { return yyjson_is_arr(value) ? yyjson_arr_get_first(value) : value; }

std::optional<std::int64_t> instant_ms(std::string_view text) {
  if (const auto number = parse_integer(text)) {
    if (*number > kEpochMillisFrom) return std::min(*number, kLastInstantMs);
    if (*number > kEpochSecondsFrom) return *number * 1000;
    return std::nullopt;
  }
  if (const auto iso = parse_instant_ms(text)) return iso;
  if (const auto date = parse_http_date(text)) return *date * 1000;
  return std::nullopt;
}

/// Seconds from the server's own clock when it tells it, so that a clock of ours that is off does no harm.
std::int64_t server_now_ms(const HttpResponse& response, std::int64_t now_ms) {
  const auto date = parse_http_date(response.header("date"));
  return date ? *date * 1000 : now_ms;
}

std::int64_t bounded(std::int64_t wait_ms) { return std::clamp<std::int64_t>(wait_ms, 0, kLongestWaitMs); }

/// The time of replenishment under both its names.
std::optional<std::int64_t> replenished_in_ms(const HttpResponse& response, std::int64_t server_ms) {
  for (const char* name : {"x-next-replenishment-time", "x-next-replenish-time"})
    if (const auto instant = instant_ms(response.header(name))) return bounded(*instant - server_ms);
  return std::nullopt;
}

bool is_blank(std::string_view body) { return body.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Verdict judge_400(std::string_view body, const ApiError& error) {
  if (error.code.starts_with("INVALID_TOKEN") || error.code.starts_with("UNAUTHORIZED")) return Verdict::kNewToken;
  // This very answer was seen while the whole API was down.
  if (error.code.starts_with("INVALID_REQUEST") && error.field == "data" && error.description == "Invalid Request")
    return Verdict::kPassing;
  // The API's own refusals say what they refuse; a page of HTML comes from something in between.
  if (error.code.empty() && error.description.empty() && !is_blank(body)) return Verdict::kPassing;
  if (error.code.find("REQUEST_HEADER") != std::string::npos) return Verdict::kFatal;
  return Verdict::kBadRequest;
}

Verdict judge_404(std::string_view body, const ApiError& error) {
  if (error.code == "CONTENT_NOT_FOUND.GMP_ORDER_API" || error.code == "CONTENT_NOT_FOUND") return Verdict::kEmpty;
  if (!error.code.empty()) return Verdict::kFatal;
  // An empty body is the older form of "no orders"; a page of HTML comes from something in between.
  return is_blank(body) ? Verdict::kEmpty : Verdict::kPassing;
}

}  // namespace

ApiError read_error(std::string_view body) {
  const JsonDoc doc = JsonDoc::parse(body);
  if (!doc) return {};
  yyjson_val* entry = first_of(doc.get("error"));
  if (entry == nullptr) {
    yyjson_val* errors = doc.get("errors");
    yyjson_val* inner = yyjson_obj_get(errors, "error");
    entry = first_of(inner != nullptr ? inner : errors);
  }
  const auto text = [entry](const char* name) { return std::string(text_of(yyjson_obj_get(entry, name))); };
  ApiError error{text("code"), text("field"), text("description"), text("info")};
  if (error.description.empty()) error.description = text("message");
  return error;
}

std::string describe(const HttpResponse& response, const ApiError& error) {
  std::string out = fmt::format("HTTP {}", response.status);
  if (error.code.empty() && error.description.empty())
    return out + (response.body.empty() ? " without a body" : " with a body that is no error of the API");
  out += fmt::format(" {}", error.code);
  if (!error.field.empty()) out += fmt::format(" ({})", error.field);
  if (!error.description.empty()) out += fmt::format(": {}", error.description);
  if (out.size() > kLongestText) out = out.substr(0, kLongestText) + "…";
  return out;
}

Verdict judge_token(int status) {
  if (status == 200) return Verdict::kGood;
  if (status == 400 || status == 401 || status == 403) return Verdict::kAuth;
  if (status == 429) return Verdict::kThrottled;
  if (status >= 500 || status == 408) return Verdict::kPassing;
  return Verdict::kFatal;
}

Verdict judge_orders(int status, std::string_view body, const ApiError& error) {
  switch (status) {
    case 200:
    case 206:
      return Verdict::kGood;
    case 400:
      return judge_400(body, error);
    case 401:
      return Verdict::kNewToken;
    case 403:
      return Verdict::kAuth;
    case 404:
      return judge_404(body, error);
    case 408:
      return Verdict::kPassing;
    case 429:
      return Verdict::kThrottled;
    default:
      return status >= 500 ? Verdict::kPassing : Verdict::kFatal;
  }
}

std::int64_t throttle_wait_ms(const HttpResponse& response, std::int64_t now_ms) {
  const std::int64_t server_ms = server_now_ms(response, now_ms);
  const std::string_view retry_after = response.header("retry-after");
  if (const auto seconds = parse_integer(retry_after); seconds && *seconds >= 0 && *seconds <= kEpochSecondsFrom)
    return bounded(std::min(*seconds, kLongestWaitMs) * 1000);
  if (const auto instant = instant_ms(retry_after)) return bounded(*instant - server_ms);
  return replenished_in_ms(response, server_ms).value_or(kDefaultWaitMs);
}

std::optional<CallsLeft> calls_left(const HttpResponse& response, std::int64_t now_ms) {
  const auto calls = parse_integer(response.header("x-current-token-count"));
  if (!calls || *calls < 0) return std::nullopt;
  return CallsLeft{*calls, replenished_in_ms(response, server_now_ms(response, now_ms)).value_or(0)};
}

}  // namespace walmart
