// SPDX-License-Identifier: Apache-2.0
//
// The JSON objects that are read and the keys wanted of each, made at compile time of the column table.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "columns.h"

namespace cnx::order_transform {

inline constexpr std::uint8_t kNone = 0xff;
inline constexpr std::size_t kMaxFields = 16;
inline constexpr std::size_t kMaxKeyLength = 31;

/// A wanted key of an object.
struct Field {
  std::string_view key;
  std::uint8_t column = kNone;     ///< the column it fills
  std::uint8_t section = kNone;    ///< the object it holds
  std::uint8_t otherwise = kNone;  ///< the field of the same object that stands in when this one is missing or null
};

/// Whether the two have the same bytes. Keys are short: a call of memcmp for each would cost more than the comparison.
[[nodiscard]] constexpr bool same_bytes(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (std::is_constant_evaluated()) return a == b;
  const auto word = [](const char* at) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  const std::size_t size = a.size();
  if (size < sizeof(std::uint64_t)) {
    for (std::size_t i = 0; i < size; ++i)
      if (a[i] != b[i]) return false;
    return true;
  }
  const std::size_t last = size - sizeof(std::uint64_t);
  for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t))
    if (word(a.data() + at) != word(b.data() + at)) return false;
  return word(a.data() + last) == word(b.data() + last);
}

/// A kind of object with its wanted keys. Looking a key up is a choice by length and a few comparisons, no hashing.
struct Section {
  std::string_view path;
  std::array<Field, kMaxFields> fields{};
  std::uint8_t field_count = 0;
  std::array<std::uint8_t, kMaxFields> by_length{};        ///< field indexes, shortest key first
  std::array<std::uint8_t, kMaxKeyLength + 2> first_of{};  ///< where the keys of a length begin in by_length

  /// Index of the field with this key, kNone when it is not wanted.
  [[nodiscard]] constexpr std::uint8_t find(std::string_view key) const {
    if (key.size() > kMaxKeyLength) return kNone;
    for (std::uint8_t i = first_of[key.size()]; i < first_of[key.size() + 1]; ++i)
      if (same_bytes(fields[by_length[i]].key, key)) return by_length[i];
    return kNone;
  }
};

namespace build {

/// Objects that carry no column themselves but lead to those that do.
inline constexpr std::string_view kWayposts[] = {"document.purchaseOrderId",
                                                 "document.order",
                                                 "document.list",
                                                 "page.elements",
                                                 "elements.order",
                                                 "order.orderLines",
                                                 "orderLines.orderLine",
                                                 "charges.charge",
                                                 "orderLineStatuses.orderLineStatus"};

struct Sections {
  std::array<Section, 24> all{};
  std::uint8_t count = 0;

  [[nodiscard]] constexpr std::uint8_t find(std::string_view path) const {
    for (std::uint8_t i = 0; i < count; ++i)
      if (all[i].path == path) return i;
    return kNone;
  }
  constexpr std::uint8_t add_field(std::string_view path, std::uint8_t column) {
    const auto dot = path.rfind('.');
    Section& section = all[add_section(path.substr(0, dot))];
    section.fields[section.field_count] = {path.substr(dot + 1), column};
    return section.field_count++;
  }
  constexpr std::uint8_t add_section(std::string_view path) {
    if (const std::uint8_t known = find(path); known != kNone) return known;
    const std::uint8_t made = count++;
    all[made].path = path;
    if (const auto dot = path.rfind('.'); dot != std::string_view::npos) {
      const std::uint8_t field = add_field(path, kNone);
      all[find(path.substr(0, dot))].fields[field].section = made;
    }
    return made;
  }
};

constexpr void index_by_length(Section& section) {
  std::uint8_t used = 0;
  for (std::size_t length = 0; length <= kMaxKeyLength; ++length) {
    section.first_of[length] = used;
    for (std::uint8_t f = 0; f < section.field_count; ++f)
      if (section.fields[f].key.size() == length) section.by_length[used++] = f;
  }
  section.first_of[kMaxKeyLength + 1] = used;
  if (used != section.field_count) throw "a key is longer than kMaxKeyLength";
}

consteval Sections sections() {
  Sections made;
  for (std::uint8_t c = 0; c < kColumnCount; ++c) {
    const Column& column = kColumns[c];
    if (column.from.empty() || column.take == Take::kSecond) continue;
    const std::uint8_t field = made.add_field(column.from, c);
    if (column.otherwise.empty()) continue;
    const std::uint8_t other = made.add_field(column.otherwise, kNone);
    made.all[made.find(column.from.substr(0, column.from.rfind('.')))].fields[field].otherwise = other;
  }
  for (const auto path : kWayposts) made.add_field(path, kNone);
  for (std::uint8_t s = 0; s < made.count; ++s) index_by_length(made.all[s]);
  return made;
}

}  // namespace build

inline constexpr build::Sections kSections = build::sections();

/// The section of that path; a wrong one does not compile.
consteval const Section& section_of(std::string_view path) {
  const std::uint8_t at = kSections.find(path);
  if (at == kNone) throw "no such section";
  return kSections.all[at];
}
/// The index of a field by its section's path and its key; a wrong one does not compile.
consteval std::uint8_t field_of(std::string_view path, std::string_view key) {
  const std::uint8_t at = section_of(path).find(key);
  if (at == kNone) throw "no such field";
  return at;
}

}  // namespace cnx::order_transform
