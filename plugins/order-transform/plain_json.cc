// SPDX-License-Identifier: Apache-2.0
#include "plain_json.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "key_index.h"

#ifdef __SSE2__  // every x86-64 has it
#include <emmintrin.h>
#endif

namespace cnx::order_transform {
namespace {

using Byte = unsigned char;

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
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

/// One past the number that begins at `at`, which is followed by something else before the document's end; null when
/// it is none. An exponent is something else.
inline const char* end_of_number(const char* at) {
  if (*at == '-') ++at;
  if (!is_digit(*at)) return nullptr;
  if (*at == '0')
    ++at;
  else
    while (is_digit(*at)) ++at;
  if (*at != '.') return at;
  const char* const decimals = ++at;
  while (is_digit(*at)) ++at;
  return at == decimals ? nullptr : at;
}

/// One document's way. Texts go from quote to quote, without a look at what is between. `last_` is the document's last
/// byte, a closing bracket: no blank, digit or comma can be that, so whatever is read byte by byte ends there by
/// itself.
class PlainReader {
 public:
  /// `quotes` are all of the document's, an even number.
  PlainReader(std::string_view json, const std::uint32_t* quotes, bool controls, std::span<yyjson_val> room)
      : json_(json.data()),
        last_(json_ + json.size() - 1),
        limit_(room.data() + room.size()),
        controls_(controls),
        at_(json_),
        quote_(quotes),
        next_(room.data()) {}

  bool read() {
    bool just_opened = open(skip_blanks());
    if (!just_opened) return false;
    char c = skip_blanks();
    for (;;) {  // where an element of the open container may begin
      if (!just_opened || c != closing_) {
        if (limit_ - next_ < 2) return false;
        ++count_;
        if (closing_ == '}') {
          if (!read_key(c)) return false;
          c = skip_blanks();
        }
        just_opened = open(c);
        if (just_opened) {
          c = skip_blanks();
          continue;
        }
        if (!read_leaf(c)) return false;
        c = skip_blanks();
      }
      just_opened = false;
      while (c == closing_) {
        if (close()) return at_ > last_;
        if (at_ > last_) return false;
        c = skip_blanks();
      }
      if (c != ',') return false;
      ++at_;
      c = skip_blanks();
    }
  }

 private:
  char skip_blanks() {
    if (*at_ > ' ') [[likely]]
      return *at_;
    while (is_blank(*at_)) ++at_;
    return *at_;
  }
  void add(const char* text, std::size_t size, std::uint64_t type) {
    next_->tag = static_cast<std::uint64_t>(size) << YYJSON_TAG_BIT | type;
    next_->uni.str = text;
    ++next_;
  }

  // As yyjson: a container's `ofs` leads to the one around it while it is open, and then behind its last value. Its
  // length is counted here while it is the innermost.
  bool open(char c) {
    if (c != '{' && c != '[') return false;
    if (container_ != nullptr) unsafe_yyjson_set_len(container_, count_);
    count_ = 0;
    next_->tag = c == '{' ? YYJSON_TYPE_OBJ : YYJSON_TYPE_ARR;
    next_->uni.ofs = container_ == nullptr ? 0 : static_cast<std::size_t>(next_ - container_);
    container_ = next_++;
    closing_ = c == '{' ? '}' : ']';
    ++at_;
    return true;
  }
  /// Whether it was the outermost.
  bool close() {
    ++at_;
    unsafe_yyjson_set_len(container_, count_);
    yyjson_val* const around = container_ - container_->uni.ofs;
    const bool outermost = around == container_;
    container_->uni.ofs = static_cast<std::size_t>(next_ - container_) * sizeof(yyjson_val);
    container_ = around;
    count_ = unsafe_yyjson_get_len(around);
    closing_ = unsafe_yyjson_is_obj(around) ? '}' : ']';
    return outermost;
  }

  bool read_key(char c) {
    if (c != '"' || last_ - at_ <= static_cast<std::ptrdiff_t>(kReadableBytes) || !read_text()) return false;
    if (skip_blanks() != ':') return false;
    ++at_;
    return true;
  }
  // at_ is at a quote, which is the next of them: those before were ends of texts or their beginnings.
  bool read_text() {
    const char* const text = json_ + quote_[0] + 1;
    const char* const end = json_ + quote_[1];
    quote_ += 2;
    if (controls_ && std::any_of(text, end, is_control)) return false;
    add(text, static_cast<std::size_t>(end - text), YYJSON_TYPE_STR);
    at_ = end + 1;
    return true;
  }
  bool read_leaf(char c) {
    if (c == '"') return read_text();
    if (c == '-' || is_digit(c)) {
      const char* const end = end_of_number(at_);
      if (end == nullptr) return false;
      add(at_, static_cast<std::size_t>(end - at_), YYJSON_TYPE_RAW);
      at_ = end;
      return true;
    }
    return read_word("null", YYJSON_TYPE_NULL) || read_word("true", YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_TRUE) ||
           read_word("false", YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_FALSE);
  }
  bool read_word(std::string_view word, std::uint64_t type) {
    if (last_ - at_ < static_cast<std::ptrdiff_t>(word.size()) || std::memcmp(at_, word.data(), word.size()) != 0)
      return false;
    add(nullptr, 0, type);
    at_ += word.size();
    return true;
  }

  const char* const json_;
  const char* const last_;
  const yyjson_val* const limit_;
  const bool controls_;

  const char* at_;
  const std::uint32_t* quote_;
  yyjson_val* next_;
  yyjson_val* container_ = nullptr;  // the innermost open one
  std::size_t count_ = 0;            // its elements
  char closing_ = 0;                 // its
};

}  // namespace

PlainJson::Glance PlainJson::find_quotes(std::string_view json, std::size_t most_texts) {
  const std::size_t most = 2 * most_texts;
  if (quotes_.size() < most + kBlock) quotes_.resize(most + kBlock);
  std::uint32_t* next = quotes_.data();
  const std::uint32_t* const limit = next + most;
  Blocks blocks;
  std::array<char, kBlock> tail;
  for (std::size_t at = 0; at < json.size(); at += kBlock) {
    const char* bytes = json.data() + at;
    if (json.size() - at < kBlock) {
      tail.fill(' ');
      std::memcpy(tail.data(), bytes, json.size() - at);
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

yyjson_val* PlainJson::read(std::string_view json, std::span<yyjson_val> room) {
  if (json.size() > kLongest || room.empty()) return nullptr;
  // Before anything else: from the first byte to the last, as memory likes it.
  const Glance glance = find_quotes(json, room.size());
  if (!glance.plain) return nullptr;
  const Letters letters = glance.special ? letters_of(json) : Letters{true, false};
  if (!letters.are_utf8) return nullptr;
  while (!json.empty() && is_blank(json.back())) json.remove_suffix(1);
  if (json.empty() || (json.back() != '}' && json.back() != ']')) return nullptr;
  return PlainReader(json, quotes_.data(), letters.have_controls, room).read() ? room.data() : nullptr;
}

}  // namespace cnx::order_transform
