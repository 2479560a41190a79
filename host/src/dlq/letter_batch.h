// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "dlq/letter_topic.h"
#include "runtime/commit.h"
#include "runtime/sealed_batch.h"

namespace cnx::host::dlq {

/// Letters that are replayed together, with the memory that their records point into. Sorted by original record.
struct LetterBatch {
  std::vector<const Letter*> letters;
  std::vector<StoredLetter> stored;  ///< as `letters`

  void add(const Letter& letter, StoredLetter whole);
  /// The original records again: as they were consumed, without what the death added. `sealed` borrows from this batch,
  /// and is given back before it changes.
  void seal(runtime::SealedBatch& sealed);
  /// Positions as a commit attempt wants them: in front of each partition's first letter.
  [[nodiscard]] runtime::Claims claims() const;
  /// Drops the letters at which `keep` is false.
  void keep_only(const std::vector<bool>& keep);

 private:
  std::vector<std::vector<cnx_header>> headers_;
};

}  // namespace cnx::host::dlq
