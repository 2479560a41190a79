// SPDX-License-Identifier: Apache-2.0
#include "order_reference.h"

#include <algorithm>
#include <cstdint>

#include "json_node_test_support.h"
#include "reference_values.h"

namespace cnx::fuzz {
namespace {

using order_transform::test::Node;
using order_transform::test::parse_json;
using Kind = Node::Kind;

/// The table of the README. `o` an order, `l` a line, `c` its first PRODUCT charge, `s` its first status.
struct Column {
  const char* name;
  Form form;
  std::size_t size;  // bits of a whole number, characters of a text
  const char* from;
  const char* otherwise = nullptr;
};
constexpr Column kColumns[] = {
    {"purchaseOrderId", Form::kWhole, 64, "o.purchaseOrderId"},
    {"customerOrderId", Form::kWhole, 64, "o.customerOrderId"},
    {"customerEmailId", Form::kText, 100, "o.customerEmailId"},
    {"orderDate", Form::kTime, 0, "o.orderDate"},
    {"shipNode_type", Form::kText, 50, "o.shipNode.type"},
    {"shipNode_name", Form::kText, 100, "o.shipNode.name"},
    {"shipNode_id", Form::kText, 50, "o.shipNode.id"},
    {"phone", Form::kText, 20, "o.shippingInfo.phone"},
    {"estimatedDeliveryDate", Form::kTime, 0, "o.shippingInfo.estimatedDeliveryDate"},
    {"estimatedShipDate", Form::kTime, 0, "o.shippingInfo.estimatedShipDate"},
    {"methodCode", Form::kText, 50, "o.shippingInfo.methodCode"},
    {"recipient_name", Form::kText, 100, "o.shippingInfo.postalAddress.name"},
    {"address1", Form::kText, 200, "o.shippingInfo.postalAddress.address1"},
    {"address2", Form::kText, 200, "o.shippingInfo.postalAddress.address2"},
    {"city", Form::kText, 100, "o.shippingInfo.postalAddress.city"},
    {"state", Form::kText, 50, "o.shippingInfo.postalAddress.state"},
    {"postalCode", Form::kText, 20, "o.shippingInfo.postalAddress.postalCode"},
    {"country", Form::kText, 10, "o.shippingInfo.postalAddress.country"},
    {"addressType", Form::kText, 20, "o.shippingInfo.postalAddress.addressType"},
    {"request_time", Form::kCivilTime, 0, "o.request_time"},
    {"orderType", Form::kText, 20, "o.orderType"},
    {"lineNumber", Form::kWhole, 32, "l.lineNumber"},
    {"sku", Form::kText, 50, "l.item.sku"},
    {"productName", Form::kLongText, 0, "l.item.productName"},
    {"product_condition", Form::kText, 50, "l.item.condition"},
    {"quantity", Form::kWhole, 32, "l.orderLineQuantity.amount"},
    {"unitOfMeasurement", Form::kText, 20, "l.orderLineQuantity.unitOfMeasurement"},
    {"statusDate", Form::kTime, 0, "l.statusDate"},
    {"fulfillmentOption", Form::kText, 50, "l.fulfillment.fulfillmentOption"},
    {"shipMethod", Form::kText, 50, "l.fulfillment.shipMethod"},
    {"storeId", Form::kText, 50, "l.fulfillment.storeId"},
    {"shippingProgramType", Form::kText, 50, "l.fulfillment.shippingProgramType"},
    {"chargeType", Form::kText, 50, "c.chargeType"},
    {"chargeName", Form::kText, 100, "c.chargeName"},
    {"chargeAmount", Form::kAmount, 0, "c.chargeAmount.amount"},
    {"currency", Form::kText, 10, "c.chargeAmount.currency"},
    {"taxAmount", Form::kAmount, 0, "c.tax.taxAmount.amount"},
    {"taxName", Form::kText, 50, "c.tax.taxName"},
    {"orderLineStatus", Form::kText, 50, "s.status"},
    {"statusQuantity", Form::kWhole, 32, "s.statusQuantity.amount"},
    {"cancellationReason", Form::kText, 200, "s.cancellationReason"},
    {"shipDateTime", Form::kTime, 0, "s.trackingInfo.shipDateTime"},
    {"carrierName", Form::kText, 100, "s.trackingInfo.carrierName.carrier", "s.trackingInfo.carrierName.otherCarrier"},
    {"carrierMethodCode", Form::kText, 50, "s.trackingInfo.carrierMethodCode"},
    {"trackingNumber", Form::kText, 100, "s.trackingInfo.trackingNumber"},
    {"trackingURL", Form::kText, 500, "s.trackingInfo.trackingURL"},
};

/// Null, and where it would be.
const Node kNothing = Node::null();
struct Place {
  const Node* node = &kNothing;
  std::string path;
};

class Reference {
 public:
  ExpectedOrder result;

  void document(const Node& root) {
    const Place top{&root, "$"};
    if (root.is(Kind::kList) && root.items.empty()) return filter("page-without-orders", "$");
    if (!root.is(Kind::kObject)) return orders(top);
    if (has(root, "purchaseOrderId")) return order(top);
    if (has(root, "order") && has(root, "list")) problem("$", "");
    if (has(root, "order")) return orders(member(top, "order"));
    if (has(root, "list")) return page(member(top, "list"));
    order(top);
  }

 private:
  void problem(const std::string& path, const std::string& column) { result.problems.emplace(path, column); }
  void filter(const char* rule, const std::string& path) { result.filtered.emplace_back(rule, path); }

  static bool has(const Node& object, std::string_view key) {
    return std::any_of(object.members.begin(), object.members.end(), [&](const auto& m) { return m.first == key; });
  }
  /// A member of an object or of null; `column` is told when it stands there twice, `own` when the object is none.
  Place member(const Place& object, const std::string& key, const std::string& column = "",
               const std::string& own = "") {
    Place found{&kNothing, object.path + "." + key};
    if (!object.node->is(Kind::kObject)) {
      if (!object.node->is(Kind::kNull)) problem(object.path, own);
      return found;
    }
    std::size_t times = 0;
    for (const auto& [name, value] : object.node->members)
      if (name == key && times++ == 0) found.node = &value;
    if (times > 1) problem(found.path, column);
    return found;
  }
  static bool nothing_in(const Place& place) {
    return place.node->is(Kind::kNull) || (place.node->is(Kind::kList) && place.node->items.empty());
  }
  /// The items of a list, or the one that stands in its place.
  static std::vector<Place> items(const Place& place) {
    if (!place.node->is(Kind::kList)) return {place};
    std::vector<Place> all;
    for (std::size_t i = 0; i < place.node->items.size(); ++i)
      all.push_back({&place.node->items[i], place.path + "[" + std::to_string(i) + "]"});
    return all;
  }

  void page(const Place& list) {
    const Place found = member(member(list, "elements"), "order");
    if (nothing_in(found)) return filter("page-without-orders", "$.list");
    orders(found);
  }
  void orders(const Place& place) {
    if (place.node->is(Kind::kList) && place.node->items.empty()) problem(place.path, "");
    for (const Place& each : items(place)) order(each);
  }

  void order(const Place& o) {
    if (!o.node->is(Kind::kObject)) return problem(o.path, "");
    // Whatever becomes of the order: none of the keys that are read may stand there twice.
    for (const Column& column : kColumns)
      if (is_of_order(column)) twice(o, column);
    const Place section = member(o, "orderLines");
    const Place lines = nothing_in(section) ? Place{} : member(section, "orderLine");
    ExpectedOrder::Row row{{"source_file", "kafka_stream"}, {"load_time", std::nullopt}};
    key(kColumns[0], {{"o", o}}, row);
    if (nothing_in(lines)) return filter("order-without-lines", o.path + ".orderLines");
    for (const Column& column : kColumns)
      if (is_of_order(column)) cell(column, {{"o", o}}, row);
    std::set<std::string> numbers;
    for (const Place& each : items(lines)) {
      const auto number = line(each, row);
      if (number && !numbers.insert(*number).second) problem(each.path + ".lineNumber", "lineNumber");
    }
  }
  static bool is_of_order(const Column& column) { return std::string_view(column.from).starts_with("o."); }
  /// The direct members of the order, which are looked at even when it has no lines.
  void twice(const Place& o, const Column& column) {
    const std::string key = std::string(column.from + 2);
    const auto dot = key.find('.');
    member(o, key.substr(0, dot), dot == std::string::npos ? column.name : "");
  }

  /// Adds the line's row; its number when it has one.
  std::optional<std::string> line(const Place& l, ExpectedOrder::Row row) {
    if (!l.node->is(Kind::kObject) && !l.node->is(Kind::kNull)) {
      problem(l.path, "");
      return std::nullopt;
    }
    const Place charges = json(l, "charges", row), statuses = json(l, "orderLineStatuses", row);
    const std::map<std::string, Place> roots{{"l", l}, {"c", product_charge(charges)}, {"s", first_status(statuses)}};
    for (const Column& column : kColumns) {
      if (is_of_order(column)) continue;
      if (std::string_view(column.name) == "lineNumber")
        key(column, roots, row);
      else
        cell(column, roots, row);
    }
    const auto number = row["lineNumber"];
    result.rows.push_back(std::move(row));
    return number;
  }
  Place json(const Place& l, const std::string& key, ExpectedOrder::Row& row) {
    const Place found = member(l, key, key);
    row[key] = found.node->is(Kind::kNull) ? std::nullopt : std::optional(found.node->dump());
    return found;
  }

  Place product_charge(const Place& charges) {
    const Place found = member(charges, "charge", "", "charges");
    if (nothing_in(found)) return {};
    for (const Place& each : items(found)) {
      if (each.node->is(Kind::kNull)) continue;
      if (!each.node->is(Kind::kObject)) {
        problem(each.path, "charges");
        continue;
      }
      const Place type = member(each, "chargeType", "chargeType");
      if (type.node->is(Kind::kText) && type.node->text == "PRODUCT") return each;
      if (!type.node->is(Kind::kNull) && !type.node->is(Kind::kText) && !type.node->is(Kind::kNumber))
        problem(type.path, "chargeType");
    }
    return {};
  }
  Place first_status(const Place& statuses) {
    const Place found = member(statuses, "orderLineStatus", "", "orderLineStatuses");
    return nothing_in(found) ? Place{} : items(found).front();
  }

  /// Where a column's value stands, below its root ("o", "l", "c" or "s").
  Place find(const char* from, const std::string& column, const std::map<std::string, Place>& roots) {
    const std::string path(from);
    Place at = roots.at(path.substr(0, 1));
    for (std::size_t dot = 1; dot < path.size();) {
      const auto next = std::min(path.find('.', dot + 1), path.size());
      const bool last = next == path.size();
      const std::string key = path.substr(dot + 1, next - dot - 1);
      at = member(at, key, last && key != "otherCarrier" ? column : "");
      dot = next;
    }
    return at;
  }
  /// A column without which there is no row.
  void key(const Column& column, const std::map<std::string, Place>& roots, ExpectedOrder::Row& row) {
    cell(column, roots, row);
    const Place at = find(column.from, column.name, roots);
    if (at.node->is(Kind::kNull)) problem(at.path, column.name);
  }
  void cell(const Column& column, const std::map<std::string, Place>& roots, ExpectedOrder::Row& row) {
    row[column.name] = std::nullopt;
    if (column.form == Form::kTime) row[column.name + std::string("_formatted")] = std::nullopt;
    Place at = find(column.from, column.name, roots);
    if (column.otherwise != nullptr) {
      const Place other = find(column.otherwise, column.name, roots);
      if (at.node->is(Kind::kNull)) at = other;
    }
    if (at.node->is(Kind::kNull)) return;
    Given given{Given::kOther, at.node->text};
    if (at.node->is(Kind::kText)) given.kind = Given::kText;
    if (at.node->is(Kind::kNumber)) given.kind = Given::kNumber;
    const Read read = read_value(given, column.form, column.size);
    if (!read.value)
      return problem(at.path, read.is_beyond_timestamp ? column.name + std::string("_formatted") : column.name);
    row[column.name] = read.value;
    if (read.second) row[column.name + std::string("_formatted")] = read.second;
  }
};

std::size_t deepest(std::string_view json) {
  std::size_t depth = 0, most = 0;
  for (const char c : json) {
    if (c == '[' || c == '{') most = std::max(most, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return most;
}

}  // namespace

std::optional<ExpectedOrder> expected_order(std::string_view payload) {
  // The tree is built, copied and freed recursively.
  constexpr std::size_t kMostDepth = 200;
  if (deepest(payload) > kMostDepth) return std::nullopt;
  Reference reference;
  bool beyond_double = false;
  if (const auto root = parse_json(payload, &beyond_double)) {
    reference.document(*root);
  } else if (beyond_double) {
    return std::nullopt;
  } else {
    reference.result.problems.emplace("$", "");
  }
  if (!reference.result.problems.empty()) {
    reference.result.rows.clear();
    reference.result.filtered.clear();
  }
  return std::move(reference.result);
}

std::optional<std::string> one_form(std::string_view json) {
  const auto node = parse_json(json);
  return node ? std::optional(node->dump()) : std::nullopt;
}

}  // namespace cnx::fuzz
