// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter.h"

#include <fmt/format.h>

#include <limits>

#include "base/strings.h"

namespace cnx::host::dlq {

std::string to_string(const LetterId& id) { return fmt::format("{}:{}:{}", id.topic, id.partition, id.offset); }

Result<LetterId> parse_id(std::string_view text) {
  const auto parts = split(text, ':');
  const auto partition = parts.size() == 3 ? parse_int(parts[1]) : std::nullopt;
  const auto offset = parts.size() == 3 ? parse_int(parts[2]) : std::nullopt;
  const bool sound = partition && offset && !parts[0].empty() && *partition >= 0 &&
                     *partition <= std::numeric_limits<std::int32_t>::max() && *offset >= 0;
  if (!sound) {
    return config_error(fmt::format(
        "'{}' is no dead letter's id; it is TOPIC:PARTITION:OFFSET of the original record, as 'dlq list' prints it",
        text));
  }
  return LetterId{parts[0], static_cast<std::int32_t>(*partition), *offset, -1};
}

const char* name_of(State state) {
  switch (state) {
    case State::kDead:
      return "dead";
    case State::kReplayed:
      return "replayed";
    case State::kDiscarded:
      return "discarded";
    case State::kSettled:
      return "settled";
    case State::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace cnx::host::dlq
