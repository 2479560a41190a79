// SPDX-License-Identifier: Apache-2.0
#include "order_corpus_test_support.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <utility>

namespace cnx::order_transform::test {
namespace {

using Kind = Node::Kind;

Node text(std::string value) { return Node::of_text(std::move(value)); }
Node number(std::string digits) { return Node::of_number(std::move(digits)); }

/// All nodes of a tree, the root first.
void collect(Node& node, std::vector<Node*>& into) {
  into.push_back(&node);
  for (auto& item : node.items) collect(item, into);
  for (auto& [key, value] : node.members) collect(value, into);
}

}  // namespace

std::string OrderCorpus::digits(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>('0' + below(10));
  return out;
}

/// Half of them in the API's order, as a writer keeps to one.
Node OrderCorpus::object(std::vector<std::pair<std::string, Node>> members) {
  if (below(2) == 0) std::shuffle(members.begin(), members.end(), random_);
  return Node::of_object(std::move(members));
}

/// An object that is complete as a rule, else null, empty or without one member.
Node OrderCorpus::section(std::vector<std::pair<std::string, Node>> members) {
  if (below(40) == 0) return below(2) == 0 ? Node::null() : Node::of_object({});
  if (below(10) == 0) members.erase(members.begin() + static_cast<std::ptrdiff_t>(below(members.size())));
  return object(std::move(members));
}

Node OrderCorpus::charge() {
  return object(
      {{"chargeType", text(pick({"PRODUCT", "PRODUCT", "SHIPPING", "FEE"}))},
       {"chargeName", text(pick({"ItemPrice", "Shipping", "SubscriptionDiscount"}))},
       {"chargeAmount", section({{"currency", text("USD")}, {"amount", number(pick({"", "-"}) + amount())}})},
       {"tax", section({{"taxName", text("Tax1")},
                        {"taxAmount", section({{"currency", text("USD")}, {"amount", number(amount())}})}})}});
}

Node OrderCorpus::status() {
  const Node tracking =
      section({{"shipDateTime", number(epoch_ms())},
               {"carrierName", section({{"otherCarrier", below(2) == 0 ? text("Corner Courier") : Node::null()},
                                        {"carrier", below(2) == 0 ? text("FedEx") : Node::null()}})},
               {"carrierMethodCode", below(2) == 0 ? number(digits(2).insert(0, "1")) : Node::null()},
               {"trackingNumber", text("MADEUP" + digits(10))},
               {"trackingURL", text("https://courier.example.com/t?a=" + digits(8) + "&b=/")}});
  return section({{"status", text(pick({"Created", "Acknowledged", "Shipped", "Delivered", "Cancelled"}))},
                  {"statusQuantity", section({{"unitOfMeasurement", text("EACH")}, {"amount", text(digits(1))}})},
                  {"cancellationReason", below(4) == 0 ? text("SELLER_CANCEL_OUT_OF_STOCK") : Node::null()},
                  {"trackingInfo", below(2) == 0 ? tracking : Node::null()}});
}

Node OrderCorpus::line(std::size_t line_number) {
  std::vector<Node> charges, statuses;
  for (std::size_t i = below(4); i > 0; --i) charges.push_back(charge());
  for (std::size_t i = below(3); i > 0; --i) statuses.push_back(status());
  return object(
      {{"lineNumber", text(std::to_string(line_number))},
       {"item", section({{"productName", text(pick({"Café Mug ☕ “Buenos Días”", "桌灯 LED",
                                                    "Lamp \"Pro\"\tTab\nnew \\ line", "Plain"}))},
                         {"sku", text(pick({"SKU/%20 &=+ 7", "BTL-24", "004634169"}))},
                         {"condition", text("New")}})},
       {"charges", section({{"charge", charges.size() == 1 && below(3) == 0 ? charges[0] : Node::of_list(charges)}})},
       {"orderLineQuantity", section({{"unitOfMeasurement", text("EACH")}, {"amount", text(digits(2))}})},
       {"statusDate", number(epoch_ms())},
       {"orderLineStatuses",
        section({{"orderLineStatus", statuses.size() == 1 && below(3) == 0 ? statuses[0] : Node::of_list(statuses)}})},
       {"fulfillment", section({{"fulfillmentOption", text("S2H")},
                                {"shipMethod", text("VALUE")},
                                {"storeId", Node::null()},
                                {"shippingProgramType", text("TWO_DAY")},
                                {"pickUpBy", Node::null()}})},
       {"refund", Node::null()}});
}

Node OrderCorpus::order(std::size_t lines) {
  std::vector<Node> all;
  std::size_t number_of_line = 0;
  for (std::size_t i = 0; i < lines; ++i) all.push_back(line(number_of_line += 1 + below(3)));
  Node address = section({{"name", text(pick({"Zoë Nuñez 李", "Robin Sample"}))},
                          {"address1", text("12 Example Ave")},
                          {"address2", Node::null()},
                          {"city", text(pick({"San José", "Springfield"}))},
                          {"state", text("CA")},
                          {"postalCode", text(digits(5))},
                          {"country", text("USA")},
                          {"addressType", text("RESIDENTIAL")}});
  return object(
      {{"purchaseOrderId", text("1" + digits(14))},
       {"customerOrderId", text("2" + digits(14))},
       {"customerEmailId", text(digits(16) + "@relay.example.com")},
       {"orderDate", number(epoch_ms())},
       {"shippingInfo", section({{"phone", text("2025550100")},
                                 {"estimatedDeliveryDate", number(epoch_ms())},
                                 {"estimatedShipDate", number(epoch_ms())},
                                 {"methodCode", text("Value")},
                                 {"postalAddress", std::move(address)}})},
       {"orderLines", Node::of_object({{"orderLine", all.size() == 1 && below(3) == 0 ? all[0] : Node::of_list(all)}})},
       {"shipNode", section({{"type", text("SellerFulfilled")}, {"name", text("WFS")}, {"id", Node::null()}})},
       {"orderType", text("REGULAR")},
       {"request_time", text("2025-11-" + std::to_string(10 + below(20)) + " 08:0" + digits(1) + ":17")}});
}

Node OrderCorpus::odd_value() {
  static const std::array<const char*, 34> numbers = {"0",
                                                      "1",
                                                      "-1",
                                                      "2.0",
                                                      "2.50",
                                                      "2.005",
                                                      "1e2",
                                                      "1E-2",
                                                      "1.5e1",
                                                      "12345678.9e-1",
                                                      "99999999.99",
                                                      "100000000",
                                                      "2147483647",
                                                      "2147483648",
                                                      "-2147483649",
                                                      "9223372036854775807",
                                                      "9223372036854775808",
                                                      "-9223372036854775809",
                                                      "1762783401417",
                                                      "1762783401417.5",
                                                      "1.762783401417E12",
                                                      "999",
                                                      "1000",
                                                      "2147483647999",
                                                      "2147483648000",
                                                      "0.10",
                                                      "0.001",
                                                      "5260",
                                                      "19",
                                                      "24.0",
                                                      "1e300",
                                                      "1e-300",
                                                      "123456789012345678901234567890",
                                                      "-99999999.99"};
  static const std::array<const char*, 28> texts = {"",
                                                    "7",
                                                    "007",
                                                    "7.0",
                                                    "7.5",
                                                    "1e3",
                                                    "-3",
                                                    "+3",
                                                    " 3",
                                                    "3 ",
                                                    "seven",
                                                    "PRODUCT",
                                                    "SHIPPING",
                                                    "$5.00",
                                                    "5.000",
                                                    "2025-11-10",
                                                    "2025-11-10T05:10:00Z",
                                                    "2025-11-10T05:10:00.123456+05:30",
                                                    "2025-11-10 05:10:00",
                                                    "2025-02-29",
                                                    "2025-11-10T25:00:00Z",
                                                    "1762783401417",
                                                    "0999-01-01",
                                                    "9999-12-31T23:59:59Z",
                                                    "桌灯",
                                                    "\xF0\x9F\x9B\x8B",
                                                    "null",
                                                    "1969-12-31T23:59:59.5Z"};
  switch (below(9)) {
    case 0:
      return Node::null();
    case 1:
      return Node::of_boolean(below(2) == 0);
    case 2:
    case 3:
      return number(numbers[below(numbers.size())]);
    case 4:
    case 5:
      return text(texts[below(texts.size())]);
    case 6: {
      std::string repeated;
      for (std::size_t i = 8 + below(600); i > 0; --i) repeated += below(4) == 0 ? "é" : "x";
      return text(repeated);
    }
    case 7:
      return Node::of_list({});
    default:
      return Node::of_object({});
  }
}

void OrderCorpus::make_odd(Node& root) {
  std::vector<Node*> nodes;
  collect(root, nodes);
  Node& chosen = *nodes[below(nodes.size())];
  switch (below(6)) {
    case 0:
    case 1:
      // Values that hold others go seldom: most of the document would go with them.
      if (chosen.items.empty() && chosen.members.empty())
        chosen = odd_value();
      else if (below(6) == 0)
        chosen = odd_value();
      break;
    case 2:
      if (!chosen.members.empty())
        chosen.members.erase(chosen.members.begin() + static_cast<std::ptrdiff_t>(below(chosen.members.size())));
      break;
    case 3:
      if (!chosen.members.empty() && below(3) == 0) {
        auto twice = chosen.members[below(chosen.members.size())];
        chosen.members.insert(chosen.members.begin() + static_cast<std::ptrdiff_t>(below(chosen.members.size() + 1)),
                              std::move(twice));
      }
      break;
    case 4:
      if (chosen.is(Kind::kList) && chosen.items.size() == 1)
        chosen = Node(chosen.items[0]);
      else if (chosen.is(Kind::kObject) && below(4) == 0)
        chosen = Node::of_list({chosen});
      break;
    default:
      if (chosen.is(Kind::kList))
        chosen.items.insert(chosen.items.begin() + static_cast<std::ptrdiff_t>(below(chosen.items.size() + 1)),
                            odd_value());
  }
}

Node OrderCorpus::document(std::size_t oddities) {
  Node root;
  const auto some_orders = [this] {
    std::vector<Node> orders;
    for (std::size_t i = below(4); i > 0; --i) orders.push_back(order(below(4)));
    return Node::of_list(std::move(orders));
  };
  switch (below(10)) {
    case 0:
      root = Node::of_object({{"order", order(1 + below(3))}});
      break;
    case 1:
      root = some_orders();
      break;
    case 2:
      root = Node::of_object({{"list", Node::of_object({{"meta", Node::null()},
                                                        {"elements", Node::of_object({{"order", some_orders()}})}})}});
      break;
    default:
      root = order(below(16) == 0 ? 0 : 1 + below(3));
  }
  for (std::size_t i = 0; i < oddities; ++i) make_odd(root);
  return root;
}

void OrderCorpus::blank(std::string& out) {
  if (has_blanks_ && below(16) == 0) out += pick({" ", "\n", "\t", "\r\n", "  "});
}

void OrderCorpus::write_text(const std::string& value, std::string& out) {
  out += '"';
  for (const char c : value) {
    const bool needs_escape = c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    if (!has_escapes_) {
      out += needs_escape ? '_' : c;
    } else if (needs_escape || (static_cast<unsigned char>(c) < 0x80 && below(64) == 0)) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  out += '"';
}

void OrderCorpus::write_to(const Node& node, std::string& out) {
  blank(out);
  if (node.is(Kind::kText))
    write_text(node.text, out);
  else if (node.is(Kind::kNull))
    out += "null";
  else if (!node.is(Kind::kList) && !node.is(Kind::kObject))
    out += node.text;
  else {
    out += node.is(Kind::kList) ? '[' : '{';
    bool first = true;
    const auto separate = [&] {
      if (!std::exchange(first, false)) out += ',';
    };
    for (const auto& item : node.items) separate(), write_to(item, out);
    for (const auto& [key, value] : node.members) {
      separate();
      blank(out);
      write_text(key, out);
      blank(out);
      out += ':';
      write_to(value, out);
    }
    blank(out);
    out += node.is(Kind::kList) ? ']' : '}';
  }
  blank(out);
}

std::string OrderCorpus::write(const Node& node) {
  has_escapes_ = below(2) == 0;
  has_blanks_ = below(4) != 0;
  std::string out;
  write_to(node, out);
  return out;
}

std::string OrderCorpus::damaged(std::string value, std::size_t bytes) {
  for (; bytes > 0 && !value.empty(); --bytes) {
    const std::size_t at = below(value.size());
    switch (below(4)) {
      case 0:
        value[at] = static_cast<char>(below(256));
        break;
      case 1:
        value.erase(at, 1 + below(3));
        break;
      case 2:
        value.insert(at, 1, value[at]);
        break;
      default:
        value[at] = pick({"\"", "{", "}", "[", "]", ",", ":", "\\", "0", " "})[0];
    }
  }
  return value;
}

}  // namespace cnx::order_transform::test
