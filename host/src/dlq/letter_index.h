// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/abi/batch.h"
#include "dlq/letter.h"

namespace cnx::host::dlq {

/// The distinct dead letters of one connector in one topic: identities and headers, never values, so a million letters
/// take a few hundred MB. One thread; not movable, since letters point into it.
class LetterIndex {
 public:
  /// Longer messages are cut; `dlq show` has them whole.
  static constexpr std::size_t kLongestMessage = 300;

  explicit LetterIndex(std::string connector) : connector_(std::move(connector)) {}
  LetterIndex(const LetterIndex&) = delete;
  LetterIndex& operator=(const LetterIndex&) = delete;

  /// Takes the letter that `record` of the dead-letter topic is. Of several copies the latest stays, the others are
  /// counted: a crash between acknowledgement and commit repeats a letter.
  void add(const cnx_record& record);

  /// Sorted by original topic, partition and offset.
  [[nodiscard]] std::vector<Letter>& letters();

  [[nodiscard]] const std::string& connector() const { return connector_; }
  [[nodiscard]] std::uint64_t repeats() const { return repeats_; }
  /// Records that are no dead letters: they have not all of the headers that name the original record.
  [[nodiscard]] std::uint64_t foreign() const { return foreign_; }
  /// Where the first foreign record is.
  [[nodiscard]] const Place& first_foreign() const { return first_foreign_; }
  /// Letters of other connectors, by their names.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& others() const { return others_; }

 private:
  [[nodiscard]] std::string_view kept(std::string_view text);

  const std::string connector_;
  std::set<std::string, std::less<>> texts_;  // nodes stay where they are; letters share them
  std::vector<Letter> letters_;
  std::map<LetterId, std::size_t> by_id_;
  bool sorted_ = true;
  std::uint64_t repeats_ = 0;
  std::uint64_t foreign_ = 0;
  Place first_foreign_;
  std::map<std::string, std::uint64_t, std::less<>> others_;
};

}  // namespace cnx::host::dlq
