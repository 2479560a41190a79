// SPDX-License-Identifier: Apache-2.0
//
// The short way from an order to its rows: one that is plain JSON and good goes into the batch as it is read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "cnx/row_batch.hpp"
#include "convert.h"
#include "plain_document.h"
#include "plain_tokens.h"
#include "sections.h"

namespace cnx::order_transform {

/// Reads nearly all orders, and leaves the others to the long way (Flattener by yyjson): it tells nothing but "read" or
/// "not by me", so that problems, filtered parts and every oddity are told in one place. One thread.
class PlainOrder {
 public:
  /// Appends the rows of the order in `payload`, which must live as long as the batch. False: it left no trace; the
  /// record is something else than one good order with lines in plain JSON. `columns`: a bit for each the batch has.
  [[nodiscard]] bool read(std::string_view payload, std::uint32_t origin, std::string_view source_file,
                          std::uint64_t columns, RowBatch& batch);

 private:
  using FieldReader = Place (*)(PlainOrder&, Place);

  // All of them from the first byte of a value to the one behind it; a place that is null: not by me.
  template <std::uint8_t section>
  Place read_object(Place place);
  template <std::uint8_t section>
  Place read_object_or_null(Place place);
  template <std::uint8_t section, std::uint8_t field>
  Place read_field(Place place);
  template <std::uint8_t section, std::size_t... fields>
  static constexpr std::array<FieldReader, sizeof...(fields)> readers(std::index_sequence<fields...>);
  template <std::uint8_t column>
  Place read_text(Place place);
  template <std::uint8_t column>
  Place read_number(Place place);
  Place read_lines(Place place);
  Place read_line(Place place);
  Place read_charges(Place place);
  Place read_charge(Place place);
  Place read_statuses(Place place);
  // Calls `each` at every item of the list, or at the one object in place of a list.
  Place read_items(Place place, auto&& each);

  // The field that came first in the last object of a section, and behind each of its fields: writers keep to an order.
  std::array<std::array<std::uint8_t, kMaxFields + 1>, kSections.all.size()> expected_{};

  // The record in the making.
  PlainDocument document_;
  PlainTokens tokens_;
  RowBatch* batch_ = nullptr;
  std::uint32_t origin_ = 0;
  std::uint64_t columns_ = 0;
  Cells cells_;
  std::int64_t line_number_ = 0;  // of the row before, of the same order
  std::uint32_t rows_before_ = 0;
  bool has_product_ = false;  // of the line
};

}  // namespace cnx::order_transform
