// SPDX-License-Identifier: Apache-2.0
//
// The JSON objects that are read and the keys wanted of each, made at compile time of the column table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "columns.h"
#include "key_index.h"

namespace cnx::order_transform {

inline constexpr std::size_t kMaxFields = KeyIndex::kMost;

/// A wanted key of an object.
struct Field {
  std::string_view key;
  std::uint8_t column = kNone;     ///< the column it fills
  std::uint8_t section = kNone;    ///< the object it holds
  std::uint8_t otherwise = kNone;  ///< the field of the same object that stands in when this one is missing or null
  /// Texts of fewer bytes are good values of the column, whatever they say; 0: all have to be looked at.
  std::uint32_t good_below = 0;
};

/// A kind of object with its wanted keys.
struct Section {
  std::string_view path;
  std::array<Field, kMaxFields> fields{};
  KeyIndex keys;  ///< of the fields, by their numbers

  [[nodiscard]] constexpr std::uint8_t field_count() const { return keys.size(); }
  /// Index of the field with this key, kNone when it is not wanted. As KeyIndex::find().
  [[nodiscard]] constexpr std::uint8_t find(std::string_view key) const { return keys.find(key); }
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
  // A text has at least as many bytes as characters.
  static constexpr std::uint32_t good_below(std::uint8_t column) {
    if (column == kNone || kColumns[column].take != Take::kText) return 0;
    const std::uint32_t characters = kColumns[column].spec.max_length;
    return 1 + (characters != 0 ? characters : static_cast<std::uint32_t>(kTextBytes));
  }
  constexpr std::uint8_t add_field(std::string_view path, std::uint8_t column) {
    const auto dot = path.rfind('.');
    Section& section = all[add_section(path.substr(0, dot))];
    const std::uint8_t field = section.keys.add(path.substr(dot + 1));
    section.fields[field] = {path.substr(dot + 1), column, kNone, kNone, good_below(column)};
    return field;
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
  for (std::uint8_t s = 0; s < made.count; ++s) made.all[s].keys.seal();
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
