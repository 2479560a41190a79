// SPDX-License-Identifier: Apache-2.0
#include "plain_document.h"

#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__  // every x86-64 has it
#include <emmintrin.h>
#endif

namespace cnx::order_transform {
namespace {

using Byte = unsigned char;

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_control(char c) { return static_cast<Byte>(c) < 0x20; }

constexpr std::size_t kBlock = 64;
constexpr std::size_t kGroup = 4;

// As std::popcount, which is a call where the processor's instruction may not be used.
constexpr std::size_t count_bits(std::uint64_t bits) {
  bits -= bits >> 1 & 0x5555555555555555;
  bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
  bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return bits * 0x0101010101010101 >> 56;
}

/// Looks at a document's bytes, one block after another.
class Blocks {
 public:
  /// Reads kBlock bytes; one bit for each of them that is a quote.
  std::uint64_t quotes(const char* bytes) {
#ifdef __SSE2__
    std::uint64_t found = 0;
#pragma GCC unroll 4
    for (unsigned i = 0; i < kBlock; i += 16) {
      const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      escapes_ = _mm_or_si128(escapes_, _mm_cmpeq_epi8(part, _mm_set1_epi8('\\')));
      special_ = _mm_or_si128(special_, _mm_cmplt_epi8(part, _mm_set1_epi8(' ')));  // signed: what is not ASCII too
      const auto bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8('"'))));
      found |= std::uint64_t{bits} << i;
    }
    return found;
#else
    std::uint64_t found = 0;
    for (unsigned i = 0; i < kBlock; ++i) {
      escapes_ |= bytes[i] == '\\';
      special_ |= static_cast<signed char>(bytes[i]) < ' ';
      found |= std::uint64_t{bytes[i] == '"'} << i;
    }
    return found;
#endif
  }
#ifdef __SSE2__
  [[nodiscard]] bool had_escapes() const { return _mm_movemask_epi8(escapes_) != 0; }
  /// Control characters (blanks of lines are such), or what is not ASCII.
  [[nodiscard]] bool had_special() const { return _mm_movemask_epi8(special_) != 0; }

 private:
  __m128i escapes_ = _mm_setzero_si128();
  __m128i special_ = _mm_setzero_si128();
#else
  [[nodiscard]] bool had_escapes() const { return escapes_; }
  [[nodiscard]] bool had_special() const { return special_; }

 private:
  bool escapes_ = false;
  bool special_ = false;
#endif
};

/// One past the UTF-8 sequence of more than one byte that begins at `at`; null when it is none. By table 3-7 of the
/// Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF.
const char* skip_wide(const char* at, const char* end) {
  const auto byte = [at](int i) { return static_cast<Byte>(at[i]); };
  const Byte first = byte(0);
  if (first < 0xC2 || first > 0xF4) return nullptr;
  const int size = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (end - at < size) return nullptr;
  const Byte lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const Byte highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < lowest || byte(1) > highest) return nullptr;
  for (int i = 2; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return nullptr;
  return at + size;
}

/// Of a document that is not all ASCII, or not of one line.
struct Letters {
  bool are_utf8;
  bool have_controls;
};

Letters letters_of(std::string_view text) {
  constexpr std::uint64_t kWide = 0x8080808080808080, kBlanks = 0x2020202020202020;
  const char* const end = text.data() + text.size();
  bool controls = false;
  for (const char* at = text.data(); at < end;) {
    std::uint64_t word = kWide;
    if (end - at >= 8) std::memcpy(&word, at, sizeof word);
    if ((word & kWide) == 0) {
      controls |= ((word - kBlanks) & kWide) != 0;
      at += sizeof word;
    } else if (static_cast<Byte>(*at) < 0x80) {
      controls |= is_control(*at++);
    } else if ((at = skip_wide(at, end)) == nullptr) {
      return {false, controls};
    }
  }
  return {true, controls};
}

// The shortest JSON has three bytes a text, but a dozen are usual. More than these are not worth the memory.
constexpr std::size_t most_quotes(std::size_t bytes) { return 2 * (bytes / 6 + kBlock); }

}  // namespace

PlainDocument::Glance PlainDocument::find_quotes() {
  const std::size_t most = most_quotes(json_.size());
  if (quotes_.size() < most + kBlock) quotes_.resize(most + kBlock);
  std::uint32_t* next = quotes_.data();
  const std::uint32_t* const limit = next + most;
  Blocks blocks;
  std::array<char, kBlock> tail;
  for (std::size_t at = 0; at < json_.size(); at += kBlock) {
    const char* bytes = json_.data() + at;
    if (json_.size() - at < kBlock) {
      tail.fill(' ');
      std::memcpy(tail.data(), bytes, json_.size() - at);
      bytes = tail.data();
    }
    std::uint64_t found = blocks.quotes(bytes);
    if (next > limit) return {false, false};
    const std::size_t count = count_bits(found);
    // In fours, some of them for nothing: fewer branches that nobody can foresee.
    for (std::uint32_t* group = next; found != 0; group += kGroup)
      for (std::size_t i = 0; i < kGroup; ++i, found &= found - 1)
        group[i] = static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(std::countr_zero(found));
    next += count;
  }
  return {!blocks.had_escapes() && (next - quotes_.data()) % 2 == 0, blocks.had_special()};
}

bool PlainDocument::look_at(std::string_view json) {
  if (json.size() > kLongest) return false;
  json_ = json;
  // Before anything else: from the first byte to the last, as memory likes it.
  const Glance glance = find_quotes();
  if (!glance.plain) return false;
  const Letters letters = glance.special ? letters_of(json) : Letters{true, false};
  has_controls_ = letters.have_controls;
  while (!json_.empty() && is_blank(json_.back())) json_.remove_suffix(1);
  return letters.are_utf8 && !json_.empty() && (json_.back() == '}' || json_.back() == ']');
}

}  // namespace cnx::order_transform
