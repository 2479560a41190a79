// SPDX-License-Identifier: Apache-2.0
//
// Keys as they stand in plain JSON without blanks: one that is expected is found by three comparisons of words.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "key_index.h"

namespace cnx::order_transform {

/// A key in its quotes, and the colon behind it.
class WrittenKey {
 public:
  /// What has to be readable where one is looked for.
  static constexpr std::size_t kMost = 24;

  constexpr WrittenKey() = default;
  explicit constexpr WrittenKey(std::string_view key) : size_(key.size() + 3) {
    if (size_ > kMost) throw "too long a key";
    std::array<char, kMost> text{};
    text[0] = text[key.size() + 1] = '"';
    std::copy(key.begin(), key.end(), text.begin() + 1);
    text[key.size() + 2] = ':';
    const std::string_view written(text.data(), size_);
    last_at_ = std::max(size_, kWord) - kWord;
    middle_at_ = std::min(last_at_, kWord);
    // Of a short one all three are the same word, without what is behind it.
    first_ = word_at(written, 0);
    middle_ = word_at(written, middle_at_);
    last_ = word_at(written, last_at_);
    if (size_ < kWord) mask_ = ends_of(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff", size_)).first;
  }

  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  /// Whether it stands at `at`, from where kMost bytes are readable.
  [[nodiscard]] bool is_at(const char* at) const {
    const std::string_view text(at, kMost);
    return (((word_at(text, 0) ^ first_) | (word_at(text, middle_at_) ^ middle_) | (word_at(text, last_at_) ^ last_)) &
            mask_) == 0;
  }

 private:
  static constexpr std::size_t kWord = 8;

  std::uint64_t first_ = 0;
  std::uint64_t middle_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t mask_ = ~std::uint64_t{0};
  std::size_t size_ = 0;
  std::size_t middle_at_ = 0;
  std::size_t last_at_ = 0;
};

}  // namespace cnx::order_transform
