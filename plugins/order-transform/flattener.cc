// SPDX-License-Identifier: Apache-2.0
#include "flattener.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "row_cells.h"

namespace cnx::order_transform {
namespace {

constexpr std::uint8_t kOrderLines = field_of("order", "orderLines");
constexpr std::uint8_t kPurchaseOrderId = field_of("order", "purchaseOrderId");
constexpr std::uint8_t kCharges = field_of("line", "charges");
constexpr std::uint8_t kStatuses = field_of("line", "orderLineStatuses");
constexpr std::uint8_t kChargeType = field_of("charge", "chargeType");

/// Calls `each` with the items of a list and their indexes, until it returns false.
void for_each_item(yyjson_val* list, auto&& each) {
  yyjson_arr_iter items = yyjson_arr_iter_with(list);
  for (std::size_t i = 0; yyjson_val* item = yyjson_arr_iter_next(&items); ++i)
    if (!each(item, i)) return;
}

/// The key of the member after `key`'s; null when that is the last.
yyjson_val* key_after(yyjson_val* object, yyjson_val* key) {
  yyjson_obj_iter keys = yyjson_obj_iter_with(object);
  while (yyjson_val* each = yyjson_obj_iter_next(&keys))
    if (each == key) return yyjson_obj_iter_next(&keys);
  return nullptr;
}

bool is_text(yyjson_val* value, std::string_view text) {
  return yyjson_is_str(value) && std::string_view(yyjson_get_str(value), yyjson_get_len(value)) == text;
}

std::string_view name_of(std::uint8_t column) { return view(kColumns[column].spec.name); }

}  // namespace

yyjson_val* Flattener::Members::value(std::uint8_t field) const {
  if (key(field) == nullptr) return nullptr;
  yyjson_val* found = yyjson_obj_iter_get_val(keys[field]);
  return yyjson_is_null(found) ? nullptr : found;
}

void Flattener::flatten(std::string_view payload, std::uint32_t origin, RowBatch& batch) {
  filtered_.clear();
  problem_.reset();
  if (plain_order_.read(payload, origin, source_file_, options_.columns(), batch)) return;
  path_.clear();
  problem_count_ = 0;
  batch_ = &batch;
  origin_ = origin;
  const std::uint32_t rows_before = batch.size();
  document_ = parser_.parse(payload);
  if (document_.root == nullptr)
    report({}, std::move(document_.cause));
  else
    read_document(document_.root);
  if (!problem_) return;
  batch.truncate(rows_before);
  filtered_.clear();
  if (problem_count_ > 1)
    problem_->message += " (the first of " + std::to_string(problem_count_) + " problems of this record)";
}

void Flattener::report(std::string_view column, std::string message) {
  if (problem_count_++ == 0) problem_ = Problem{path_.text(), column, std::move(message)};
}

void Flattener::report_at(std::string_view key, std::uint8_t column, std::string message) {
  const JsonPath::Step step(path_, key);
  report(column == kNone ? std::string_view() : name_of(column), std::move(message));
}

Flattener::Members Flattener::members_of(yyjson_val* object, const Section& section) {
  Members members;
  yyjson_obj_iter keys = yyjson_obj_iter_with(object);
  while (yyjson_val* key = yyjson_obj_iter_next(&keys)) {
    const std::uint8_t field = section.find({unsafe_yyjson_get_str(key), unsafe_yyjson_get_len(key)});
    if (field == kNone) continue;
    const std::uint32_t bit = 1u << field;
    members.twice |= members.there & bit;
    if ((members.there & bit) == 0) members.keys[field] = key;
    members.there |= bit;
  }
  return members;
}

void Flattener::report_twice(const Members& members, const Section& section) {
  if (members.twice == 0) return;
  for (std::uint8_t f = 0; f < section.field_count(); ++f)
    if (members.is_twice(f))
      report_at(section.fields[f].key, section.fields[f].column,
                "given twice in one object: not clear which one counts");
}

void Flattener::read_document(yyjson_val* root) {
  if (yyjson_is_arr(root) && yyjson_arr_size(root) == 0) return filter(kRulePageWithoutOrders);
  if (!yyjson_is_obj(root)) return read_orders(root);
  constexpr const Section& kDocument = section_of("document");
  const Members members = members_of(root, kDocument);
  if (members.key(field_of("document", "purchaseOrderId")) != nullptr) return read_order(root);
  report_twice(members, kDocument);
  yyjson_val* const order = members.key(field_of("document", "order"));
  yyjson_val* const list = members.key(field_of("document", "list"));
  if (order != nullptr && list != nullptr)
    return report({}, "both an order and a list of orders: not clear which one counts");
  if (order != nullptr) {
    const JsonPath::Step step(path_, std::string_view("order"));
    return read_orders(yyjson_obj_iter_get_val(order));
  }
  if (list != nullptr) {
    const JsonPath::Step step(path_, std::string_view("list"));
    return read_page(yyjson_obj_iter_get_val(list));
  }
  read_order(root);
}

void Flattener::read_page(yyjson_val* list) {
  const auto inside = [this](yyjson_val* value, const Section& section) -> yyjson_val* {
    if (value == nullptr || yyjson_is_null(value)) return nullptr;
    if (!yyjson_is_obj(value)) {
      report({}, std::string(kind_of(value)) + " where an object belongs");
      return nullptr;
    }
    const Members members = members_of(value, section);
    report_twice(members, section);
    return members.value(0);
  };
  yyjson_val* const elements = inside(list, section_of("page"));
  yyjson_val* orders = nullptr;
  if (elements != nullptr) {
    const JsonPath::Step step(path_, std::string_view("elements"));
    orders = inside(elements, section_of("elements"));
    if (orders != nullptr && !(yyjson_is_arr(orders) && yyjson_arr_size(orders) == 0)) {
      const JsonPath::Step inner(path_, std::string_view("order"));
      return read_orders(orders);
    }
  }
  filter(kRulePageWithoutOrders);
}

void Flattener::read_orders(yyjson_val* orders) {
  if (!yyjson_is_arr(orders)) return read_order(orders);
  if (yyjson_arr_size(orders) == 0) return report({}, "an empty list where an order belongs");
  for_each_item(orders, [this](yyjson_val* order, std::size_t i) {
    const JsonPath::Step step(path_, i);
    read_order(order);
    return true;
  });
}

void Flattener::read_order(yyjson_val* order) {
  if (!yyjson_is_obj(order)) return report({}, std::string(kind_of(order)) + " where an order belongs");
  constexpr const Section& kOrder = section_of("order");
  const Members members = members_of(order, kOrder);
  report_twice(members, kOrder);
  cells_.keep(0);
  yyjson_val* const lines = lines_of(members);
  if (lines == nullptr) {
    // No row, so of all columns only the one that makes it an order counts.
    read_column(members, kOrder, kPurchaseOrderId);
    const JsonPath::Step step(path_, kOrder.fields[kOrderLines].key);
    return filter(kRuleOrderWithoutLines);
  }
  cells_.set(column_of("source_file"), source_file_);
  read_fields(members, kOrder);
  const JsonPath::Step outer(path_, kOrder.fields[kOrderLines].key);
  const JsonPath::Step inner(path_, std::string_view("orderLine"));
  read_lines(lines);
}

yyjson_val* Flattener::lines_of(const Members& order) {
  yyjson_val* const section_value = order.value(kOrderLines);
  if (section_value == nullptr || (yyjson_is_arr(section_value) && yyjson_arr_size(section_value) == 0)) return nullptr;
  const JsonPath::Step outer(path_, std::string_view("orderLines"));
  if (!yyjson_is_obj(section_value)) {
    report({}, std::string(kind_of(section_value)) + " where an object belongs");
    return nullptr;
  }
  constexpr const Section& kLines = section_of("orderLines");
  const Members members = members_of(section_value, kLines);
  report_twice(members, kLines);
  yyjson_val* const lines = members.value(field_of("orderLines", "orderLine"));
  return lines != nullptr && yyjson_is_arr(lines) && yyjson_arr_size(lines) == 0 ? nullptr : lines;
}

void Flattener::read_lines(yyjson_val* lines) {
  line_numbers_.clear();
  if (!yyjson_is_arr(lines)) return read_line(lines);
  for_each_item(lines, [this](yyjson_val* line, std::size_t i) {
    const JsonPath::Step step(path_, i);
    read_line(line);
    if (constexpr std::uint8_t kNumber = column_of("lineNumber"); cells_.has(kNumber))
      line_numbers_.push_back({cells_.integer(kNumber), i});
    return true;
  });
  check_line_numbers();
}

void Flattener::read_line(yyjson_val* line) {
  constexpr const Section& kLine = section_of("line");
  cells_.keep(kOfOrder);
  // Null is as good as an object without members: what is missing of it is told below.
  if (!yyjson_is_obj(line) && !yyjson_is_null(line))
    return report({}, std::string(kind_of(line)) + " where an order line belongs");
  const Members members = members_of(line, kLine);
  report_twice(members, kLine);
  read_fields(members, kLine);
  read_charges(line, members);
  read_statuses(line, members);
  if (!problem_) write_row();
}

void Flattener::read_charges(yyjson_val* line, const Members& of_line) {
  yyjson_val* const value = of_line.value(kCharges);
  if (value == nullptr) return;
  read_json(line, of_line, kCharges);
  const JsonPath::Step outer(path_, std::string_view("charges"));
  if (!yyjson_is_obj(value)) return report("charges", std::string(kind_of(value)) + " where an object belongs");
  constexpr const Section& kSection = section_of("charges");
  const Members members = members_of(value, kSection);
  report_twice(members, kSection);
  yyjson_val* const charges = members.value(field_of("charges", "charge"));
  if (charges == nullptr) return;
  const JsonPath::Step inner(path_, std::string_view("charge"));
  if (!yyjson_is_arr(charges)) {
    read_if_product(charges);
    return;
  }
  for_each_item(charges, [this](yyjson_val* charge, std::size_t i) {
    const JsonPath::Step step(path_, i);
    return !read_if_product(charge);
  });
}

/// Whether it was the one to take.
bool Flattener::read_if_product(yyjson_val* charge) {
  if (yyjson_is_null(charge)) return false;
  if (!yyjson_is_obj(charge)) {
    report("charges", std::string(kind_of(charge)) + " where a charge belongs");
    return false;
  }
  constexpr const Section& kCharge = section_of("charge");
  const Members members = members_of(charge, kCharge);
  yyjson_val* const type = members.value(kChargeType);
  if (type == nullptr && !members.is_twice(kChargeType)) return false;
  if (members.is_twice(kChargeType) || is_text(type, "PRODUCT")) {
    report_twice(members, kCharge);
    read_fields(members, kCharge);
    return true;
  }
  if (yyjson_is_str(type) || yyjson_is_raw(type)) return false;
  read_column(members, kCharge, kChargeType);
  return false;
}

void Flattener::read_statuses(yyjson_val* line, const Members& of_line) {
  yyjson_val* const value = of_line.value(kStatuses);
  if (value == nullptr) return;
  read_json(line, of_line, kStatuses);
  const JsonPath::Step outer(path_, std::string_view("orderLineStatuses"));
  if (!yyjson_is_obj(value))
    return report("orderLineStatuses", std::string(kind_of(value)) + " where an object belongs");
  constexpr const Section& kSection = section_of("orderLineStatuses");
  const Members members = members_of(value, kSection);
  report_twice(members, kSection);
  yyjson_val* const statuses = members.value(field_of("orderLineStatuses", "orderLineStatus"));
  if (statuses == nullptr) return;
  const JsonPath::Step inner(path_, std::string_view("orderLineStatus"));
  if (!yyjson_is_arr(statuses)) return read_object(statuses, section_of("status"));
  if (yyjson_arr_size(statuses) == 0) return;
  const JsonPath::Step first(path_, std::size_t{0});
  read_object(yyjson_arr_get_first(statuses), section_of("status"));
}

void Flattener::read_object(yyjson_val* value, const Section& section) {
  if (yyjson_is_null(value)) return;
  if (!yyjson_is_obj(value)) return report({}, std::string(kind_of(value)) + " where an object belongs");
  const Members members = members_of(value, section);
  report_twice(members, section);
  read_fields(members, section);
}

void Flattener::read_fields(const Members& members, const Section& section) {
  for (std::uint8_t f = 0; f < section.field_count(); ++f) {
    const Field& field = section.fields[f];
    if (field.column != kNone) {
      read_column(members, section, f);
    } else if (field.section != kNone) {
      yyjson_val* const value = members.value(f);
      if (value == nullptr) continue;
      const JsonPath::Step step(path_, field.key);
      read_object(value, kSections.all[field.section]);
    }
  }
}

void Flattener::read_column(const Members& members, const Section& section, std::uint8_t f) {
  const std::uint8_t column = section.fields[f].column;
  if (kColumns[column].take == Take::kJson || column >= options_.column_count()) return;
  const std::uint32_t good_below = section.fields[f].good_below;
  yyjson_val* value = members.value(f);
  if (value == nullptr && section.fields[f].otherwise != kNone) {
    f = section.fields[f].otherwise;
    value = members.value(f);
  }
  if (value != nullptr) {
    if (yyjson_is_str(value) && unsafe_yyjson_get_len(value) < good_below)
      cells_.set(column, settled(value));
    else if (auto misfit = convert(value, column, cells_))
      report_at(section.fields[f].key, misfit->column, std::move(misfit->message));
    else if ((kTexts & Cells::bit(column)) != 0)
      cells_.set(column, settled(value));
  } else if ((kColumns[column].spec.flags & CNX_COLUMN_NOT_NULL) != 0) {
    const bool missing = members.key(f) == nullptr;
    report_at(section.fields[f].key, column,
              std::string(missing ? "missing" : "null") + ", and part of the key: every row needs it");
  }
}

// The parser's copy goes with the record; the payload lives as long as the batch.
std::string_view Flattener::settled(yyjson_val* value) {
  const std::string_view text(unsafe_yyjson_get_raw(value), unsafe_yyjson_get_len(value));
  const char* const in_payload = document_.in_payload(value);
  return in_payload != nullptr ? std::string_view(in_payload, text.size()) : batch_->keep(text);
}

void Flattener::read_json(yyjson_val* line, const Members& members, std::uint8_t f) {
  const std::uint8_t column = section_of("line").fields[f].column;
  if (column >= options_.column_count()) return;
  cells_.set(column, document_.as_received(members.keys[f], key_after(line, members.keys[f])));
}

/// Two lines of one number would be one row of the table: the first would vanish.
void Flattener::check_line_numbers() {
  if (std::ranges::adjacent_find(line_numbers_, std::ranges::greater_equal{}, &NumberedLine::number) ==
      line_numbers_.end())
    return;
  std::ranges::sort(line_numbers_, {}, [](const NumberedLine& line) { return std::pair(line.number, line.index); });
  const auto same = std::ranges::adjacent_find(line_numbers_, {}, &NumberedLine::number);
  if (same == line_numbers_.end()) return;
  const JsonPath::Step step(path_, std::next(same)->index);
  report_at("lineNumber", column_of("lineNumber"),
            "the number of orderLine[" + std::to_string(same->index) + "] again: of the two rows one would be lost");
}

void Flattener::write_row() { put_cells(cells_, ~std::uint64_t{0}, batch_->add_row(origin_), *batch_); }

}  // namespace cnx::order_transform
