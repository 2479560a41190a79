// SPDX-License-Identifier: Apache-2.0
//
// Which of a few keys, all known when compiling, a text is: one look into a table and a few comparisons of words.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace cnx::order_transform {

inline constexpr std::uint8_t kNone = 0xff;

/// What has to be readable from a key's first byte on, whatever its length (KeyIndex::find).
inline constexpr std::size_t kReadableBytes = 8;

/// The first and the last eight bytes of a key. They overlap in one of less than 16 bytes; one of less than 8 is filled
/// up with zeros.
struct KeyEnds {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  constexpr bool operator==(const KeyEnds&) const = default;
};

/// Eight bytes as one number. At compile time bytes behind the key's end are zeros; at run time they are what they are.
[[nodiscard]] constexpr std::uint64_t word_at(std::string_view key, std::size_t at) {
  if (std::is_constant_evaluated()) {
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size() && at + i < key.size(); ++i) bytes[i] = key[at + i];
    return std::bit_cast<std::uint64_t>(bytes);
  }
  std::uint64_t word;
  std::memcpy(&word, key.data() + at, sizeof word);
  return word;
}

[[nodiscard]] constexpr KeyEnds ends_of(std::string_view key) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  if (key.size() >= sizeof(std::uint64_t)) return {word_at(key, 0), word_at(key, key.size() - sizeof(std::uint64_t))};
  const std::size_t behind = (sizeof(std::uint64_t) - key.size()) * 8;  // in bits
  const std::uint64_t kept = behind == 64                                 ? 0
                             : std::endian::native == std::endian::little ? kAll >> behind
                                                                          : kAll << behind;
  const std::uint64_t word = word_at(key, 0) & kept;
  return {word, word};
}

/// Up to `kMost` keys in the order added. Made and sealed at compile time.
class KeyIndex {
 public:
  static constexpr std::size_t kMost = 16;

  constexpr std::uint8_t add(std::string_view key) {
    if (count_ == kMost) throw "too many keys";
    keys_[count_] = {key, ends_of(key)};
    return count_++;
  }
  /// Finds a table without collisions; to be called when all are added.
  constexpr void seal() {
    while (!fill()) multiplier_ += 0x9E3779B97F4A7C16;  // even, so that it stays odd
  }

  [[nodiscard]] constexpr std::uint8_t size() const { return count_; }
  [[nodiscard]] constexpr std::string_view operator[](std::uint8_t i) const { return keys_[i].text; }

  /// The key's number, kNone when it is none of them. `kReadableBytes` must be readable where the key begins.
  [[nodiscard]] constexpr std::uint8_t find(std::string_view key) const {
    const KeyEnds ends = ends_of(key);
    const std::uint8_t found = slots_[slot_of(ends)];
    if (found == kNone || keys_[found].ends != ends || keys_[found].text.size() != key.size()) return kNone;
    return key.size() <= 2 * sizeof(std::uint64_t) || same_middle(keys_[found].text, key) ? found : kNone;
  }

 private:
  static constexpr unsigned kSlotBits = 5;

  struct Key {
    std::string_view text;
    KeyEnds ends;
  };

  [[nodiscard]] constexpr std::size_t slot_of(const KeyEnds& ends) const {
    return (ends.first + std::rotl(ends.last, 29)) * multiplier_ >> (64 - kSlotBits);
  }
  constexpr bool fill() {
    slots_.fill(kNone);
    for (std::uint8_t i = 0; i < count_; ++i) {
      std::uint8_t& slot = slots_[slot_of(keys_[i].ends)];
      if (slot != kNone) return false;
      slot = i;
    }
    return true;
  }
  // All between the first and the last eight bytes. The last word of it may overlap the end, which is the same anyway.
  static constexpr bool same_middle(std::string_view a, std::string_view b) {
    for (std::size_t at = 8; at + 8 < a.size(); at += 8)
      if (word_at(a, at) != word_at(b, at)) return false;
    return true;
  }

  std::array<Key, kMost> keys_{};
  std::array<std::uint8_t, std::size_t{1} << kSlotBits> slots_{};
  std::uint64_t multiplier_ = 0x9E3779B97F4A7C15;
  std::uint8_t count_ = 0;
};

}  // namespace cnx::order_transform
