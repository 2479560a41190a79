// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cnx/batch.hpp"
#include "write_plan.h"

namespace cnx::mysql {

/// Refuses what a strict server takes with no more than a note (digits of decimals, fractions of seconds, blanks at the
/// end of a text) or refuses without naming row and column (nulls). Runs column by column before anything is sent.
class RowChecks {
 public:
  /// Names bad ones of `rows` through `rejects`, each once, and returns how many there were. Deletes: only their key.
  std::uint64_t run(const WritePlan& plan, const BatchView& batch, const std::vector<std::uint32_t>& rows,
                    Rejects& rejects);
  /// Texts that this run found too long and that `truncate: warn` will cut, and a column of theirs.
  [[nodiscard]] std::uint64_t cut_texts() const { return cut_texts_; }
  [[nodiscard]] const std::string& cut_column() const { return cut_column_; }
  /// All texts of the rows have no more bytes than this.
  [[nodiscard]] std::uint64_t most_text_bytes() const { return most_text_bytes_; }

 private:
  void check_column(std::uint32_t index);
  bool all_fit(const ColumnView& column, bool may_be_null, std::uint64_t limit);
  void reject(std::uint32_t row, std::uint32_t column, std::string_view why);

  // Of the run in progress.
  const WritePlan* plan_ = nullptr;
  const BatchView* batch_ = nullptr;
  const std::vector<std::uint32_t>* rows_ = nullptr;
  Rejects* rejects_ = nullptr;
  std::vector<std::uint32_t> rejected_;
  std::uint64_t cut_texts_ = 0;
  std::string cut_column_;
  std::uint64_t most_text_bytes_ = 0;
};

}  // namespace cnx::mysql
