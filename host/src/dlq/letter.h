// SPDX-License-Identifier: Apache-2.0
//
// One dead letter as it is kept in memory: who died, where, of what, and where the letter is. Its value stays in Kafka.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cnx/result.hpp"

namespace cnx::host::dlq {

/// The original record of a letter. The timestamp tells a record apart from one of a topic that was made anew under the
/// same name.
struct LetterId {
  std::string_view topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  std::int64_t timestamp_ms = -1;
  auto operator<=>(const LetterId&) const = default;
};

/// "orders:2:1234", as `dlq list` prints it and `dlq show` takes it.
[[nodiscard]] std::string to_string(const LetterId& id);

/// An id as people write it. `topic` points into the text. CONFIG, with the form, when it is none.
[[nodiscard]] Result<LetterId> parse_id(std::string_view text);

/// What became of a letter, as far as the target's table of dead records knows.
enum class State {
  kUnknown,    ///< not asked, or the sink keeps no such table
  kDead,       ///< nobody has written it yet
  kReplayed,   ///< its rows are written
  kDiscarded,  ///< somebody has decided that it shall never be written
  kSettled,    ///< the record was read again since and did not die for good: this letter is of no account
};

/// "dead", "replayed", "discarded", "settled", "unknown".
[[nodiscard]] const char* name_of(State state);

/// Where a letter lies in the dead-letter topic.
struct Place {
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  auto operator<=>(const Place&) const = default;
};

/// Views point into the index that holds the letter.
struct Letter {
  LetterId id;
  Place place;                   ///< of its latest copy
  std::uint32_t repeats = 0;     ///< further copies in the topic
  std::int64_t died_ms = -1;     ///< UTC; -1: not told
  std::string_view stage;        ///< TRANSFORMATION, TASK_PUT
  std::string_view component;    ///< of the transform or sink that refused it
  std::string_view path;         ///< "": none
  std::string_view column;       ///< "": none
  std::string_view message;      ///< masked, cut to LetterIndex::kLongestMessage
  std::string_view config_hash;  ///< of the connector when the record died
  std::int64_t native_code = 0;
  std::int64_t row = 0;            ///< from 1; 0: none in particular
  std::optional<std::string> key;  ///< nullopt: the record has none
  State state = State::kUnknown;
};

}  // namespace cnx::host::dlq
