// SPDX-License-Identifier: Apache-2.0
#include "dlq/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/strings.h"

namespace cnx::host::dlq {
namespace {

const std::vector<std::string> kFields = {"id",   "topic",  "partition", "offset", "key",   "stage", "class",
                                          "path", "column", "message",   "code",   "state", "since", "until"};
const std::vector<std::string> kStates = {"dead", "replayed", "discarded", "settled", "unknown"};

std::string field_of(const Letter& letter, std::string_view field) {
  if (field == "id") return to_string(letter.id);
  if (field == "topic") return std::string(letter.id.topic);
  if (field == "partition") return std::to_string(letter.id.partition);
  if (field == "offset") return std::to_string(letter.id.offset);
  if (field == "key") return letter.key.value_or("");
  if (field == "stage") return std::string(letter.stage);
  if (field == "class") return std::string(letter.component);
  if (field == "path") return std::string(letter.path);
  if (field == "column") return std::string(letter.column);
  if (field == "message") return std::string(letter.message);
  if (field == "code") return std::to_string(letter.native_code);
  return name_of(letter.state);
}

bool is_number(std::string_view field) { return field == "partition" || field == "offset" || field == "code"; }

Error refused(const std::string& text, const std::string& why) {
  return config_error(fmt::format("--filter {}: {}", text, why));
}

}  // namespace

std::optional<std::int64_t> parse_moment(std::string_view text, std::int64_t now_ms) {
  constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{
      {{'s', 1'000}, {'m', 60'000}, {'h', 3'600'000}, {'d', 86'400'000}}};
  for (const auto& [unit, ms] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto count = parse_int(text.substr(0, text.size() - 1));
    if (!count || *count < 0 || *count > now_ms / ms) return std::nullopt;
    return now_ms - *count * ms;
  }
  const std::string copy(text);
  for (const char* form :
       {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm parts{};
    const char* end = ::strptime(copy.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    const std::tm wanted = parts;
    const std::time_t seconds = ::timegm(&parts);
    // timegm() makes the 30th of February a day in March.
    if (parts.tm_mday != wanted.tm_mday || parts.tm_mon != wanted.tm_mon) return std::nullopt;
    return static_cast<std::int64_t>(seconds) * 1000;
  }
  return std::nullopt;
}

Result<Filter> Filter::parse(std::span<const std::string> conditions, std::int64_t now_ms) {
  Filter filter;
  for (const std::string& text : conditions) {
    CNX_ASSIGN(Condition condition, parse_one(text, now_ms));
    filter.conditions_.push_back(std::move(condition));
  }
  return filter;
}

Result<Filter::Condition> Filter::parse_one(const std::string& text, std::int64_t now_ms) {
  const std::size_t at = text.find_first_of("=~!");
  const bool is_not = at != std::string::npos && text.compare(at, 2, "!=") == 0;
  if (at == std::string::npos || at == 0 || (text[at] == '!' && !is_not)) {
    return refused(text, "write FIELD=VALUE, FIELD!=VALUE or FIELD~TEXT");
  }
  Condition condition;
  condition.kind = is_not ? Kind::kNotEqual : text[at] == '~' ? Kind::kContains : Kind::kEqual;
  condition.field = trim(std::string_view(text).substr(0, at));
  condition.value = text.substr(at + (is_not ? 2 : 1));
  if (std::ranges::find(kFields, condition.field) == kFields.end()) {
    const auto near = closest(condition.field, kFields);
    return refused(text,
                   fmt::format("there is no field '{}'; {}", condition.field,
                               near ? fmt::format("did you mean '{}'?", *near) : "fields: " + join(kFields, ", ")));
  }
  if (condition.field == "since" || condition.field == "until") {
    const auto moment = condition.kind == Kind::kEqual ? parse_moment(condition.value, now_ms) : std::nullopt;
    if (!moment) {
      return refused(text, fmt::format("write {}=2026-01-31, {}=2026-01-31T08:30:00Z (UTC), or {}=90m, 12h, 7d ago",
                                       condition.field, condition.field, condition.field));
    }
    condition.kind = condition.field == "since" ? Kind::kSince : Kind::kUntil;
    condition.time_ms = *moment;
  }
  if (is_number(condition.field) && (condition.kind == Kind::kContains || !parse_int(condition.value))) {
    return refused(text, fmt::format("'{}' is compared with a number: {}=1 or {}!=1", condition.field, condition.field,
                                     condition.field));
  }
  if (condition.field == "state" && condition.kind != Kind::kContains &&
      std::ranges::find(kStates, condition.value) == kStates.end()) {
    return refused(text, "states are " + join(kStates, ", "));
  }
  return condition;
}

bool Filter::holds(const Condition& condition, const Letter& letter) {
  switch (condition.kind) {
    case Kind::kEqual:
      return field_of(letter, condition.field) == condition.value;
    case Kind::kNotEqual:
      return field_of(letter, condition.field) != condition.value;
    case Kind::kContains:
      return field_of(letter, condition.field).find(condition.value) != std::string::npos;
    case Kind::kSince:
      return letter.died_ms >= condition.time_ms;
    case Kind::kUntil:
      return letter.died_ms >= 0 && letter.died_ms < condition.time_ms;
  }
  return false;
}

bool Filter::matches(const Letter& letter) const {
  return std::ranges::all_of(conditions_, [&](const Condition& condition) { return holds(condition, letter); });
}

}  // namespace cnx::host::dlq
