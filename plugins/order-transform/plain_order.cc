// SPDX-License-Identifier: Apache-2.0
#include "plain_order.h"

#include <cstddef>
#include <utility>

#include "exact_number.h"
#include "row_cells.h"

namespace cnx::order_transform {
namespace {

constexpr std::uint8_t index_of(std::string_view section) { return kSections.find(section); }

/// What stands in for a column when the wanted value is missing or null.
constexpr std::uint8_t column_behind(const Section& section, std::uint8_t field) {
  for (std::uint8_t f = 0; f < section.field_count(); ++f)
    if (section.fields[f].otherwise == field) return section.fields[f].column;
  return kNone;
}

constexpr std::array<WrittenKey, kMaxFields> written_keys(const Section& section) {
  std::array<WrittenKey, kMaxFields> keys;
  for (std::uint8_t f = 0; f < section.field_count(); ++f) keys[f] = WrittenKey(section.fields[f].key);
  return keys;
}

}  // namespace

bool PlainOrder::read(std::string_view payload, std::uint32_t origin, std::string_view source_file,
                      std::uint64_t columns, RowBatch& batch) {
  if (!document_.look_at(payload)) return false;
  tokens_ = PlainTokens(document_);
  batch_ = &batch;
  origin_ = origin;
  columns_ = columns;
  rows_before_ = batch.size();
  cells_.keep(0);
  cells_.set(column_of("source_file"), source_file);
  Place place = tokens_.begin();
  PlainTokens::look(place);
  place = read_object<index_of("order")>(place);
  const bool good = place.at != nullptr && tokens_.is_last(place) && cells_.has(column_of("purchaseOrderId")) &&
                    batch.size() > rows_before_;
  if (!good) {
    batch.truncate(rows_before_);
    return false;
  }
  for (std::uint32_t row = rows_before_; row < batch.size(); ++row) put_cells(cells_, kOfOrder & columns_, row, batch);
  return true;
}

// To the closing bracket, not behind it.
template <std::uint8_t section>
Place PlainOrder::read_object(Place place) {
  constexpr const Section& kSection = kSections.all[section];
  static constexpr auto kReaders = readers<section>(std::make_index_sequence<kSection.field_count()>());
  static constexpr auto kKeys = written_keys(kSection);
  if (*place.at != '{') return {};
  if (PlainTokens::look_behind(place) == '}') return place;
  std::uint8_t* expected = &expected_[section][0];
  for (std::uint32_t there = 0;;) {
    std::uint8_t field = *expected;
    if (!tokens_.take(kKeys[field], place)) {
      if (!tokens_.has_readable_key(place)) return {};
      const std::string_view key = tokens_.member(place);
      if (place.at == nullptr) return {};
      field = kSection.find(key);
      if (field != kNone) *expected = field;
    }
    if (field == kNone) {
      place = tokens_.skip(place);
    } else {
      const std::uint32_t bit = 1u << field;
      if ((there & bit) != 0) return {};
      there |= bit;
      expected = &expected_[section][field + 1];
      place = kReaders[field](*this, place);
    }
    if (place.at == nullptr) return {};
    const char c = PlainTokens::look(place);
    if (c == '}') return place;
    if (c != ',') return {};
    PlainTokens::look_behind(place);
  }
}

template <std::uint8_t section>
Place PlainOrder::read_object_or_null(Place place) {
  if (*place.at == 'n') return tokens_.word(place, "null");
  place = read_object<section>(place);
  return place.at == nullptr ? place : tokens_.close(place);
}

template <std::uint8_t section, std::size_t... fields>
constexpr std::array<PlainOrder::FieldReader, sizeof...(fields)> PlainOrder::readers(std::index_sequence<fields...>) {
  return {[](PlainOrder& self, Place place) { return self.read_field<section, fields>(place); }...};
}

template <std::uint8_t section, std::uint8_t field>
Place PlainOrder::read_field(Place place) {
  constexpr const Section& kSection = kSections.all[section];
  constexpr const Field& kField = kSection.fields[field];
  constexpr std::uint8_t kBehind = column_behind(kSection, field);
  if constexpr (section == index_of("order") && kField.key == "orderLines") {
    return read_object_or_null<index_of("orderLines")>(place);
  } else if constexpr (section == index_of("orderLines")) {
    return read_lines(place);
  } else if constexpr (section == index_of("line") && kField.key == "charges") {
    return read_charges(place);
  } else if constexpr (section == index_of("charges")) {
    return read_items(place, [this](Place item) { return read_charge(item); });
  } else if constexpr (section == index_of("line") && kField.key == "orderLineStatuses") {
    return read_statuses(place);
  } else if constexpr (section == index_of("orderLineStatuses")) {
    bool is_first = true;
    return read_items(place, [this, &is_first](Place item) {
      return std::exchange(is_first, false) ? read_object_or_null<index_of("status")>(item) : tokens_.skip(item);
    });
  } else if constexpr (kField.section != kNone) {
    return read_object_or_null<kField.section>(place);
  } else if constexpr (kBehind != kNone) {
    return cells_.has(kBehind) ? tokens_.skip(place) : read_text<kBehind>(place);
  } else if constexpr (kColumns[kField.column].take == Take::kText) {
    return read_text<kField.column>(place);
  } else {
    return read_number<kField.column>(place);
  }
}

template <std::uint8_t column>
Place PlainOrder::read_text(Place place) {
  static_assert(kColumns[column].take == Take::kText);
  constexpr std::uint32_t kGoodBelow = build::Sections::good_below(column);
  if (*place.at == 'n') return tokens_.word(place, "null");
  const std::string_view text = tokens_.scalar(place);
  if (place.at == nullptr || text.size() >= kGoodBelow) return {};
  cells_.set(column, text);
  return place;
}

// A number, or a time.
template <std::uint8_t column>
Place PlainOrder::read_number(Place place) {
  constexpr const Column& kColumn = kColumns[column];
  if (*place.at == 'n') return tokens_.word(place, "null");
  const bool is_text = *place.at == '"';
  const std::string_view digits = tokens_.scalar(place);
  if (place.at == nullptr) return {};
  if constexpr (kColumn.take == Take::kWhole || kColumn.take == Take::kAmount || kColumn.take == Take::kTime) {
    const auto plain = parse_plain(digits, kColumn.spec.scale);
    if (plain && set_number(*plain, column, cells_)) return place;
  }
  yyjson_val value;
  value.tag =
      static_cast<std::uint64_t>(digits.size()) << YYJSON_TAG_BIT | (is_text ? YYJSON_TYPE_STR : YYJSON_TYPE_RAW);
  value.uni.str = digits.data();
  return convert(&value, column, cells_) ? Place{} : place;
}

Place PlainOrder::read_items(Place place, auto&& each) {
  if (*place.at == '{') return each(place);
  if (*place.at == 'n') return tokens_.word(place, "null");
  if (*place.at != '[') return {};
  if (PlainTokens::look_behind(place) == ']') return tokens_.close(place);
  for (;;) {
    place = each(place);
    if (place.at == nullptr) return {};
    const char c = PlainTokens::look(place);
    if (c == ']') return tokens_.close(place);
    if (c != ',') return {};
    PlainTokens::look_behind(place);
  }
}

Place PlainOrder::read_lines(Place place) {
  return read_items(place, [this](Place line) { return read_line(line); });
}

Place PlainOrder::read_line(Place place) {
  constexpr std::uint8_t kNumber = column_of("lineNumber");
  cells_.keep(kOfOrder);
  has_product_ = false;
  place = read_object<index_of("line")>(place);
  if (place.at == nullptr || !cells_.has(kNumber)) return {};
  // Two of one number are a problem; lines out of order are looked at again.
  const bool is_first = batch_->size() == rows_before_;
  if (!is_first && cells_.integer(kNumber) <= line_number_) return {};
  line_number_ = cells_.integer(kNumber);
  const std::uint32_t row = batch_->add_row(origin_);
  put_cells(cells_, ~kOfOrder & columns_, row, *batch_);
  return tokens_.close(place);
}

Place PlainOrder::read_charges(Place place) {
  const Place end = read_object_or_null<index_of("charges")>(place);
  if (end.at != nullptr && *place.at != 'n')
    cells_.set(column_of("charges"), std::string_view(place.at, static_cast<std::size_t>(end.at - place.at)));
  return end;
}

// The first product counts.
Place PlainOrder::read_charge(Place place) {
  constexpr std::uint8_t kType = column_of("chargeType");
  if (has_product_) return tokens_.skip(place);
  place = read_object_or_null<index_of("charge")>(place);
  has_product_ = cells_.has(kType) && cells_.text(kType) == "PRODUCT";
  if (!has_product_) cells_.keep(~kOfCharge);
  return place;
}

Place PlainOrder::read_statuses(Place place) {
  const Place end = read_object_or_null<index_of("orderLineStatuses")>(place);
  if (end.at != nullptr && *place.at != 'n')
    cells_.set(column_of("orderLineStatuses"), std::string_view(place.at, static_cast<std::size_t>(end.at - place.at)));
  return end;
}

}  // namespace cnx::order_transform
