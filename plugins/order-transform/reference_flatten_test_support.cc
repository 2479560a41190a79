// SPDX-License-Identifier: Apache-2.0
#include "reference_flatten_test_support.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <regex>
#include <set>

#include "json_node_test_support.h"

namespace cnx::order_transform::test {
namespace {

using Kind = Node::Kind;
using Cell = std::optional<std::string>;
using Object = std::map<std::string, Node>;

/// Digits without an exponent, by moving the point one step at a time; nothing for what is no number.
std::optional<std::string> plain_digits(const std::string& text, bool with_exponent) {
  static const std::regex form("(-?)([0-9]+)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?");
  std::smatch part;
  if (!std::regex_match(text, part, form) || (part[4].matched && !with_exponent)) return std::nullopt;
  std::string whole = part[2], decimals = part[3];
  // Beyond 500 it makes no difference for numbers of a sane length.
  for (int exponent = part[4].matched
                          ? static_cast<int>(std::clamp(std::strtol(part[4].str().c_str(), nullptr, 10), -500L, 500L))
                          : 0;
       exponent != 0;) {
    if (exponent > 0) {
      whole += decimals.empty() ? '0' : decimals[0];
      if (!decimals.empty()) decimals.erase(0, 1);
      --exponent;
    } else {
      decimals.insert(decimals.begin(), whole.back());
      whole.pop_back();
      if (whole.empty()) whole = "0";
      ++exponent;
    }
  }
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  while (decimals.ends_with('0')) decimals.pop_back();
  const bool zero = whole == "0" && decimals.empty();
  return (zero ? "" : part[1].str()) + whole + (decimals.empty() ? "" : "." + decimals);
}

/// The number times 10^scale when it is whole and not beyond ±limit.
std::optional<long long> scaled(const std::string& plain, std::size_t scale, const std::string& limit) {
  const auto point = plain.find('.');
  std::string decimals = point == std::string::npos ? "" : plain.substr(point + 1);
  if (decimals.size() > scale) return std::nullopt;
  decimals.resize(scale, '0');
  std::string digits = plain.substr(0, point) + decimals;
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  if (digits.size() > limit.size() || (digits.size() == limit.size() && digits > limit)) return std::nullopt;
  return std::stoll((negative ? "-" : "") + digits);
}

std::optional<long long> iso_ms(const std::string& text) {
  static const std::regex form(
      "([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T "
      "]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?(?:Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?");
  std::smatch part;
  if (!std::regex_match(text, part, form)) return std::nullopt;
  const auto number = [&](int i) { return part[i].matched ? std::stoi(part[i]) : 0; };
  if (number(4) > 23 || number(5) > 59 || number(6) > 59 || number(10) > 59 || number(9) * 60 + number(10) > 14 * 60)
    return std::nullopt;
  std::tm civil{};
  civil.tm_year = number(1) - 1900;
  civil.tm_mon = number(2) - 1;
  civil.tm_mday = number(3);
  civil.tm_hour = number(4);
  civil.tm_min = number(5);
  civil.tm_sec = number(6);
  const long long seconds = timegm(&civil);
  if (civil.tm_mon != number(2) - 1 || civil.tm_mday != number(3))
    return std::nullopt;  // timegm turned 30 February into March
  const long long offset = (part[8] == "-" ? -1 : 1) * (number(9) * 3600 + number(10) * 60);
  return (seconds - offset) * 1000 + std::stoi((part[7].str() + "000").substr(0, 3));
}

std::string civil_text(long long seconds) {
  const std::time_t at = seconds;
  std::tm civil{};
  gmtime_r(&at, &civil);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", civil.tm_year + 1900, civil.tm_mon + 1,
                civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec);
  return text;
}

class Reference {
 public:
  ReferenceResult result;

  void document(const Node& root) {
    if (root.is(Kind::kList) && root.items.empty()) return filtered("page-without-orders", "$");
    if (!root.is(Kind::kObject)) return orders(root, "$");
    for (const auto& [key, value] : root.members)
      if (key == "purchaseOrderId") return order(root, "$");
    Object top = open(root, "$", {"order", "list"}, {});
    if (top.contains("order") && top.contains("list")) return problem("$", "");
    if (top.contains("order")) return orders(top["order"], "$.order");
    if (top.contains("list")) return page(top["list"]);
    order(root, "$");
  }

 private:
  void problem(const std::string& path, const std::string& column) { result.problems.emplace_back(path, column); }
  void filtered(const std::string& rule, const std::string& path) { result.filtered.emplace_back(rule, path); }

  /// The wanted members; tells of those given twice. Null gives none; another kind is a problem.
  Object open(const Node& node, const std::string& path, const std::set<std::string>& wanted,
              const std::map<std::string, std::string>& columns, const std::string& own_column = "") {
    Object found;
    std::set<std::string> twice;
    if (node.is(Kind::kNull)) return found;
    if (!node.is(Kind::kObject)) return problem(path, own_column), found;
    for (const auto& [key, value] : node.members)
      if (wanted.contains(key) && !found.emplace(key, value).second) twice.insert(key);
    for (const auto& key : twice) problem(path + "." + key, columns.contains(key) ? columns.at(key) : "");
    return found;
  }
  static Node at(const Object& object, const std::string& key) {
    return object.contains(key) ? object.at(key) : Node::null();
  }

  void page(const Node& list) {
    const Node elements = at(open(list, "$.list", {"elements"}, {}), "elements");
    const Node found = at(open(elements, "$.list.elements", {"order"}, {}), "order");
    if (found.is(Kind::kNull) || (found.is(Kind::kList) && found.items.empty()))
      return filtered("page-without-orders", "$.list");
    orders(found, "$.list.elements.order");
  }
  void orders(const Node& node, const std::string& path) {
    if (!node.is(Kind::kList)) return order(node, path);
    if (node.items.empty()) return problem(path, "");
    for (std::size_t i = 0; i < node.items.size(); ++i) order(node.items[i], path + "[" + std::to_string(i) + "]");
  }

  void order(const Node& node, const std::string& path) {
    if (!node.is(Kind::kObject)) return problem(path, "");
    const Object o = open(node, path,
                          {"purchaseOrderId", "customerOrderId", "customerEmailId", "orderDate", "shipNode",
                           "shippingInfo", "request_time", "orderType", "orderLines"},
                          {{"purchaseOrderId", "purchaseOrderId"},
                           {"customerOrderId", "customerOrderId"},
                           {"customerEmailId", "customerEmailId"},
                           {"orderDate", "orderDate"},
                           {"request_time", "request_time"},
                           {"orderType", "orderType"}});
    Node lines = at(o, "orderLines");
    if (lines.is(Kind::kList) && lines.items.empty()) lines = Node::null();
    lines = at(open(lines, path + ".orderLines", {"orderLine"}, {}), "orderLine");
    row_.clear();
    key("purchaseOrderId", o, path, 64);
    if (lines.is(Kind::kNull) || (lines.is(Kind::kList) && lines.items.empty()))
      return filtered("order-without-lines", path + ".orderLines");
    order_columns(o, path);
    const auto order_part = row_;
    if (!lines.is(Kind::kList)) return line(lines, path + ".orderLines.orderLine");
    std::map<std::string, std::size_t> numbers;
    std::vector<std::string> repeated;
    for (std::size_t i = 0; i < lines.items.size(); ++i) {
      row_ = order_part;
      const std::string line_path = path + ".orderLines.orderLine[" + std::to_string(i) + "]";
      line(lines.items[i], line_path);
      if (const Cell& number = row_["lineNumber"]; number && !numbers.emplace(*number, i).second)
        repeated.push_back(line_path + ".lineNumber");
    }
    if (!repeated.empty()) problem(repeated.front(), "lineNumber");
  }

  void order_columns(const Object& o, const std::string& path) {
    whole("customerOrderId", at(o, "customerOrderId"), path + ".customerOrderId", 64);
    text("customerEmailId", 100, at(o, "customerEmailId"), path + ".customerEmailId");
    time("orderDate", at(o, "orderDate"), path + ".orderDate");
    text("orderType", 20, at(o, "orderType"), path + ".orderType");
    civil("request_time", at(o, "request_time"), path + ".request_time");
    row_["source_file"] = "kafka_stream";
    row_["load_time"] = std::nullopt;
    texts(at(o, "shipNode"), path + ".shipNode",
          {{"type", {"shipNode_type", 50}}, {"name", {"shipNode_name", 100}}, {"id", {"shipNode_id", 50}}});
    const std::string info = path + ".shippingInfo";
    const Object s = open(at(o, "shippingInfo"), info,
                          {"phone", "estimatedDeliveryDate", "estimatedShipDate", "methodCode", "postalAddress"},
                          {{"phone", "phone"},
                           {"estimatedDeliveryDate", "estimatedDeliveryDate"},
                           {"estimatedShipDate", "estimatedShipDate"},
                           {"methodCode", "methodCode"}});
    text("phone", 20, at(s, "phone"), info + ".phone");
    time("estimatedDeliveryDate", at(s, "estimatedDeliveryDate"), info + ".estimatedDeliveryDate");
    time("estimatedShipDate", at(s, "estimatedShipDate"), info + ".estimatedShipDate");
    text("methodCode", 50, at(s, "methodCode"), info + ".methodCode");
    texts(at(s, "postalAddress"), info + ".postalAddress",
          {{"name", {"recipient_name", 100}},
           {"address1", {"address1", 200}},
           {"address2", {"address2", 200}},
           {"city", {"city", 100}},
           {"state", {"state", 50}},
           {"postalCode", {"postalCode", 20}},
           {"country", {"country", 10}},
           {"addressType", {"addressType", 20}}});
  }

  void line(const Node& node, const std::string& path) {
    if (!node.is(Kind::kNull) && !node.is(Kind::kObject)) {
      row_["lineNumber"] = std::nullopt;
      return problem(path, "");
    }
    const Object l =
        open(node, path,
             {"lineNumber", "item", "orderLineQuantity", "statusDate", "fulfillment", "charges", "orderLineStatuses"},
             {{"lineNumber", "lineNumber"},
              {"statusDate", "statusDate"},
              {"charges", "charges"},
              {"orderLineStatuses", "orderLineStatuses"}});
    key("lineNumber", l, path, 32);
    texts(at(l, "item"), path + ".item",
          {{"sku", {"sku", 50}}, {"productName", {"productName", 0}}, {"condition", {"product_condition", 50}}});
    quantity(at(l, "orderLineQuantity"), path + ".orderLineQuantity", "quantity", "unitOfMeasurement");
    time("statusDate", at(l, "statusDate"), path + ".statusDate");
    texts(at(l, "fulfillment"), path + ".fulfillment",
          {{"fulfillmentOption", {"fulfillmentOption", 50}},
           {"shipMethod", {"shipMethod", 50}},
           {"storeId", {"storeId", 50}},
           {"shippingProgramType", {"shippingProgramType", 50}}});
    charges(at(l, "charges"), path + ".charges");
    statuses(at(l, "orderLineStatuses"), path + ".orderLineStatuses");
    result.rows.push_back(row_);
  }

  void quantity(const Node& node, const std::string& path, const std::string& amount, const std::string& unit) {
    std::map<std::string, std::string> columns = {{"amount", amount}};
    if (!unit.empty()) columns["unitOfMeasurement"] = unit;
    const Object q = open(
        node, path,
        unit.empty() ? std::set<std::string>{"amount"} : std::set<std::string>{"amount", "unitOfMeasurement"}, columns);
    whole(amount, at(q, "amount"), path + ".amount", 32);
    if (!unit.empty()) text(unit, 20, at(q, "unitOfMeasurement"), path + ".unitOfMeasurement");
  }

  void charges(const Node& node, const std::string& path) {
    row_["charges"] = node.is(Kind::kNull) ? Cell() : node.dump();
    for (const char* column : {"chargeType", "chargeName", "chargeAmount", "currency", "taxAmount", "taxName"})
      row_[column] = std::nullopt;
    const Node list = at(open(node, path, {"charge"}, {}, "charges"), "charge");
    if (list.is(Kind::kNull)) return;
    if (!list.is(Kind::kList)) return void(charge(list, path + ".charge"));
    for (std::size_t i = 0; i < list.items.size(); ++i)
      if (charge(list.items[i], path + ".charge[" + std::to_string(i) + "]")) return;
  }

  bool charge(const Node& node, const std::string& path) {
    if (node.is(Kind::kNull)) return false;
    if (!node.is(Kind::kObject)) return problem(path, "charges"), false;
    std::vector<Node> types;
    for (const auto& [name, value] : node.members)
      if (name == "chargeType") types.push_back(value);
    if (types.empty() || types[0].is(Kind::kNull)) return false;
    const bool scalar = types[0].is(Kind::kText) || types[0].is(Kind::kNumber);
    if (types.size() == 1 && !scalar) return problem(path + ".chargeType", "chargeType"), false;
    if (types.size() == 1 && !(types[0].is(Kind::kText) && types[0].text == "PRODUCT")) return false;
    const Object c = open(node, path, {"chargeType", "chargeName", "chargeAmount", "tax"},
                          {{"chargeType", "chargeType"}, {"chargeName", "chargeName"}});
    text("chargeType", 50, at(c, "chargeType"), path + ".chargeType");
    text("chargeName", 100, at(c, "chargeName"), path + ".chargeName");
    const Object a = open(at(c, "chargeAmount"), path + ".chargeAmount", {"amount", "currency"},
                          {{"amount", "chargeAmount"}, {"currency", "currency"}});
    amount("chargeAmount", at(a, "amount"), path + ".chargeAmount.amount");
    text("currency", 10, at(a, "currency"), path + ".chargeAmount.currency");
    const Object t = open(at(c, "tax"), path + ".tax", {"taxAmount", "taxName"}, {{"taxName", "taxName"}});
    text("taxName", 50, at(t, "taxName"), path + ".tax.taxName");
    const Object ta = open(at(t, "taxAmount"), path + ".tax.taxAmount", {"amount"}, {{"amount", "taxAmount"}});
    amount("taxAmount", at(ta, "amount"), path + ".tax.taxAmount.amount");
    return true;
  }

  void statuses(const Node& node, const std::string& path) {
    row_["orderLineStatuses"] = node.is(Kind::kNull) ? Cell() : node.dump();
    Node first = at(open(node, path, {"orderLineStatus"}, {}, "orderLineStatuses"), "orderLineStatus");
    std::string at_path = path + ".orderLineStatus";
    if (first.is(Kind::kList)) {
      at_path += "[0]";
      first = first.items.empty() ? Node::null() : Node(first.items[0]);
    }
    const Object s = open(first, at_path, {"status", "statusQuantity", "cancellationReason", "trackingInfo"},
                          {{"status", "orderLineStatus"}, {"cancellationReason", "cancellationReason"}});
    text("orderLineStatus", 50, at(s, "status"), at_path + ".status");
    quantity(at(s, "statusQuantity"), at_path + ".statusQuantity", "statusQuantity", "");
    text("cancellationReason", 200, at(s, "cancellationReason"), at_path + ".cancellationReason");
    const std::string info = at_path + ".trackingInfo";
    const Object t = open(at(s, "trackingInfo"), info,
                          {"shipDateTime", "carrierName", "carrierMethodCode", "trackingNumber", "trackingURL"},
                          {{"shipDateTime", "shipDateTime"},
                           {"carrierMethodCode", "carrierMethodCode"},
                           {"trackingNumber", "trackingNumber"},
                           {"trackingURL", "trackingURL"}});
    time("shipDateTime", at(t, "shipDateTime"), info + ".shipDateTime");
    text("carrierMethodCode", 50, at(t, "carrierMethodCode"), info + ".carrierMethodCode");
    text("trackingNumber", 100, at(t, "trackingNumber"), info + ".trackingNumber");
    text("trackingURL", 500, at(t, "trackingURL"), info + ".trackingURL");
    const Object n =
        open(at(t, "carrierName"), info + ".carrierName", {"carrier", "otherCarrier"}, {{"carrier", "carrierName"}});
    const bool own = !at(n, "carrier").is(Kind::kNull);
    text("carrierName", 100, at(n, own ? "carrier" : "otherCarrier"),
         info + (own ? ".carrierName.carrier" : ".carrierName.otherCarrier"));
  }

  void texts(const Node& node, const std::string& path,
             const std::map<std::string, std::pair<std::string, std::size_t>>& columns) {
    std::set<std::string> wanted;
    std::map<std::string, std::string> names;
    for (const auto& [name, column] : columns) wanted.insert(name), names[name] = column.first;
    const Object found = open(node, path, wanted, names);
    for (const auto& [name, column] : columns) text(column.first, column.second, at(found, name), path + "." + name);
  }

  void key(const std::string& column, const Object& object, const std::string& path, int bits) {
    if (at(object, column).is(Kind::kNull)) problem(path + "." + column, column);
    whole(column, at(object, column), path + "." + column, bits);
  }

  void text(const std::string& column, std::size_t limit, const Node& node, const std::string& path) {
    row_[column] = std::nullopt;
    if (node.is(Kind::kNull)) return;
    const bool digits = node.is(Kind::kNumber) && node.text.find_first_of("eE") == std::string::npos;
    std::size_t length = node.text.size();
    if (limit > 0)
      for (const char c : node.text) length -= (static_cast<unsigned char>(c) >> 6) == 2 ? 1u : 0u;
    if ((!node.is(Kind::kText) && !digits) || length > (limit == 0 ? 65535 : limit)) return problem(path, column);
    row_[column] = node.text;
  }

  std::optional<std::string> digits(const Node& node) {
    if (node.is(Kind::kNumber)) return plain_digits(node.text, true);
    return node.is(Kind::kText) ? plain_digits(node.text, false) : std::nullopt;
  }

  void whole(const std::string& column, const Node& node, const std::string& path, int bits) {
    row_[column] = std::nullopt;
    if (node.is(Kind::kNull)) return;
    const auto plain = digits(node);
    const bool negative = plain && plain->starts_with('-');
    const auto value = plain ? scaled(*plain, 0,
                                      bits == 32 ? (negative ? "2147483648" : "2147483647")
                                                 : (negative ? "9223372036854775808" : "9223372036854775807"))
                             : std::nullopt;
    if (!value) return problem(path, column);
    row_[column] = std::to_string(*value);
  }

  void amount(const std::string& column, const Node& node, const std::string& path) {
    row_[column] = std::nullopt;
    if (node.is(Kind::kNull)) return;
    const auto plain = digits(node);
    if (!plain || !scaled(*plain, 2, "9999999999")) return problem(path, column);
    const auto point = plain->find('.');
    const std::string decimals = point == std::string::npos ? "" : plain->substr(point + 1);
    row_[column] = plain->substr(0, point) + "." + (decimals + "00").substr(0, 2);
  }

  /// Whether the node is a time; if not, that is a problem.
  std::optional<long long> time_ms(const std::string& column, const Node& node, const std::string& path) {
    const auto plain = digits(node);
    auto ms = plain ? scaled(*plain, 0, plain->starts_with('-') ? "9223372036854775808" : "9223372036854775807")
                    : std::nullopt;
    if (!plain && node.is(Kind::kText)) ms = iso_ms(node.text);
    if (!ms) problem(path, column);
    return ms;
  }
  static long long second_of(long long ms) { return (ms - ((ms % 1000) + 1000) % 1000) / 1000; }

  void time(const std::string& column, const Node& node, const std::string& path) {
    row_[column] = row_[column + "_formatted"] = std::nullopt;
    if (node.is(Kind::kNull)) return;
    const auto ms = time_ms(column, node, path);
    if (!ms) return;
    const long long second = second_of(*ms);
    if (second < 1 || second > 2147483647) return problem(path, column + "_formatted");
    row_[column] = std::to_string(*ms);
    row_[column + "_formatted"] = civil_text(second);
  }
  void civil(const std::string& column, const Node& node, const std::string& path) {
    row_[column] = std::nullopt;
    if (node.is(Kind::kNull)) return;
    const auto ms = time_ms(column, node, path);
    if (!ms) return;
    const std::string text = civil_text(second_of(*ms));
    if (text.size() != 19 || text < "1000" || text > "9999-12-31 23:59:59") return problem(path, column);
    row_[column] = text;
  }

  std::map<std::string, Cell, std::less<>> row_;
};

}  // namespace

ReferenceResult reference_flatten(std::string_view payload) {
  Reference reference;
  if (const auto root = parse_json(payload))
    reference.document(*root);
  else
    reference.result.problems.emplace_back("$", "");
  if (!reference.result.problems.empty()) {
    reference.result.rows.clear();
    reference.result.filtered.clear();
  }
  return reference.result;
}

}  // namespace cnx::order_transform::test
