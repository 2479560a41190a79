// SPDX-License-Identifier: Apache-2.0
//
// Letters and their marks in the target (abi/ext/sink_marks.h).
#pragma once

#include <vector>

#include "cnx/result.hpp"
#include "dlq/letter.h"
#include "plugin/mark_sink_instance.h"

namespace cnx::host::dlq {

[[nodiscard]] State state_of(plugin::MarkState mark);
[[nodiscard]] plugin::Mark mark_of(const Letter& letter);

/// Fills in what became of each letter. In parts, so that a million of them is bounded.
[[nodiscard]] Status read_states(plugin::MarkSinkInstance& marks, std::vector<Letter>& letters);

}  // namespace cnx::host::dlq
