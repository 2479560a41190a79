// SPDX-License-Identifier: Apache-2.0
//
// The tokens of plain JSON, one after another.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "key_index.h"
#include "plain_document.h"
#include "written_key.h"

namespace cnx::order_transform {

/// A place in a plain document: its next byte, and the next quote at or after it. Null: what was read is not JSON, or
/// not what was wanted.
struct Place {
  const char* at = nullptr;
  const std::uint32_t* quote = nullptr;
};

/// Reads the tokens of a plain document, from place to place: what it takes is JSON. Its last byte is a closing
/// bracket: no blank, digit or comma can be that, so whatever is read byte by byte ends there by itself. No place is
/// behind it. Borrows the document.
class PlainTokens {
 public:
  PlainTokens() = default;
  explicit PlainTokens(const PlainDocument& document)
      : json_(document.json().data()),
        last_(json_ + document.json().size() - 1),
        quotes_(document.quotes()),
        controls_(document.has_controls()) {}

  [[nodiscard]] Place begin() const { return {json_, quotes_}; }
  [[nodiscard]] bool is_last(Place place) const { return place.at == last_; }

  /// The next byte that is no blank; moves there.
  static char look(Place& place) {
    if (*place.at <= ' ') [[unlikely]]
      while (*place.at == ' ' || *place.at == '\n' || *place.at == '\r' || *place.at == '\t') ++place.at;
    return *place.at;
  }
  /// As look(), from the byte after the place.
  static char look_behind(Place& place) {
    ++place.at;
    return look(place);
  }
  /// The text at whose quote the place is; moves behind it.
  [[nodiscard]] std::string_view text(Place& place) const {
    const char* const begin = place.at + 1;
    const char* const end = json_ + place.quote[1];
    place = {end + 1, place.quote + 2};
    const std::string_view found(begin, static_cast<std::size_t>(end - begin));
    if (controls_ && has_control(found)) [[unlikely]]
      place.at = nullptr;
    return found;
  }
  /// The key at the place; moves to its value.
  [[nodiscard]] std::string_view member(Place& place) const {
    if (*place.at != '"') {
      place.at = nullptr;
      return {};
    }
    const std::string_view key = text(place);
    if (place.at == nullptr) return {};
    if (look(place) == ':')
      look_behind(place);
    else
      place.at = nullptr;
    return key;
  }
  /// Whether the key stands at the place without blanks; then it moves to its value.
  [[nodiscard]] bool take(const WrittenKey& key, Place& place) const {
    if (last_ - place.at < static_cast<std::ptrdiff_t>(WrittenKey::kMost) || !key.is_at(place.at)) return false;
    place = {place.at + key.size(), place.quote + 2};
    look(place);
    return true;
  }
  /// Whether a key at the place has kReadableBytes from its first byte on.
  [[nodiscard]] bool has_readable_key(Place place) const {
    return last_ - place.at > static_cast<std::ptrdiff_t>(kReadableBytes);
  }
  /// One past the number that begins at `at`; null when there is none. An exponent is not taken.
  [[nodiscard]] const char* number(const char* at) const {
    if (*at == '-') ++at;
    const char* const end = digits(at);
    if (end == at || (*at == '0' && end - at > 1)) return nullptr;
    if (*end != '.') return end;
    const char* const last = digits(end + 1);
    return last == end + 1 ? nullptr : last;
  }
  /// What the text or the number at the place says; moves behind it.
  [[nodiscard]] std::string_view scalar(Place& place) const {
    if (*place.at == '"') return text(place);
    const char* const begin = place.at;
    place.at = number(begin);
    return place.at == nullptr ? std::string_view{}
                               : std::string_view(begin, static_cast<std::size_t>(place.at - begin));
  }
  /// Behind that word, when it stands at the place.
  [[nodiscard]] Place word(Place place, std::string_view word) const {
    const bool there = last_ - place.at >= static_cast<std::ptrdiff_t>(word.size()) &&
                       std::memcmp(place.at, word.data(), word.size()) == 0;
    return {there ? place.at + word.size() : nullptr, place.quote};
  }
  /// Behind the closing bracket at the place, which is not that of the document.
  [[nodiscard]] Place close(Place place) const { return {is_last(place) ? nullptr : place.at + 1, place.quote}; }
  /// Behind the value at the place, whatever it is; null when it is nested more than kDeepest deep.
  [[nodiscard]] Place skip(Place place) const;
  static constexpr unsigned kDeepest = 64;

 private:
  static bool has_control(std::string_view text);
  // Eight at a time: how many there are is hard to foresee.
  [[nodiscard]] const char* digits(const char* at) const {
    while (std::endian::native == std::endian::little && last_ - at >= 8) {
      std::uint64_t word;
      std::memcpy(&word, at, sizeof word);
      constexpr std::uint64_t kHigh = 0xF0F0F0F0F0F0F0F0, kThrees = 0x3030303030303030, kSixes = 0x0606060606060606;
      // A digit's upper half is 3, and still is when 6 is added: no carry goes from one byte to the next that matters,
      // since only the first that is none counts.
      const std::uint64_t other = ((word & kHigh) ^ kThrees) | (((word + kSixes) & kHigh) ^ kThrees);
      if (other != 0) return at + std::countr_zero(other) / 8;
      at += 8;
    }
    while (*at >= '0' && *at <= '9') ++at;
    return at;
  }
  [[nodiscard]] Place leaf(Place place) const;

  const char* json_ = nullptr;
  const char* last_ = nullptr;
  const std::uint32_t* quotes_ = nullptr;
  bool controls_ = false;
};

}  // namespace cnx::order_transform
