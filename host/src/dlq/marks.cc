// SPDX-License-Identifier: Apache-2.0
#include "dlq/marks.h"

#include <algorithm>

namespace cnx::host::dlq {
namespace {

constexpr std::size_t kStatesAtOnce = 5'000;

}  // namespace

State state_of(plugin::MarkState mark) {
  switch (mark) {
    case plugin::MarkState::kDead:
      return State::kDead;
    case plugin::MarkState::kReplayed:
      return State::kReplayed;
    case plugin::MarkState::kDiscarded:
      return State::kDiscarded;
    case plugin::MarkState::kNone:
      break;
  }
  return State::kSettled;
}

plugin::Mark mark_of(const Letter& letter) {
  return {std::string(letter.id.topic), letter.id.partition, letter.id.offset, letter.id.timestamp_ms,
          plugin::MarkState::kNone};
}

Status read_states(plugin::MarkSinkInstance& marks, std::vector<Letter>& letters) {
  for (std::size_t begin = 0; begin < letters.size(); begin += kStatesAtOnce) {
    const std::size_t end = std::min(begin + kStatesAtOnce, letters.size());
    std::vector<plugin::Mark> asked;
    for (std::size_t i = begin; i < end; ++i) asked.push_back(mark_of(letters[i]));
    CNX_TRY(marks.read(asked));
    for (std::size_t i = begin; i < end; ++i) letters[i].state = state_of(asked[i - begin].state);
  }
  return {};
}

}  // namespace cnx::host::dlq
