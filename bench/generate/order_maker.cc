// SPDX-License-Identifier: Apache-2.0
#include "generate/order_maker.h"

#include <charconv>
#include <chrono>
#include <iterator>

namespace cnx::bench {
namespace {

constexpr std::uint64_t kFirstOrderId = 108'900'000'000'000;
constexpr std::uint64_t kFirstCustomerOrderId = 200'013'000'000'000;
constexpr std::int64_t kFirstOrderMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// Per mille of orders with 1, 2, 3, 4 and 5 lines: 1.5 on average.
constexpr std::uint32_t kLineShares[] = {680, 200, 75, 30, 15};

constexpr std::string_view kCities[][2] = {{"Springfield", "IL"}, {"Rivertown", "TX"},  {"Lakeside", "CA"},
                                           {"Hillsboro", "OR"},   {"Fairview", "NY"},   {"Greenville", "SC"},
                                           {"Franklin", "TN"},    {"Georgetown", "FL"}, {"Clinton", "MS"}};
constexpr std::string_view kStreets[] = {"Example Ave", "Sample Street", "Placeholder Boulevard", "Specimen Road",
                                         "Template Court"};
constexpr std::string_view kNames[] = {"Robin Sample", "Kim Specimen", "Alex Placeholder", "Sam Example",
                                       "Charlie Template-Longname"};
constexpr std::string_view kProducts[] = {
    "Stainless Steel Vacuum Insulated Water Bottle with Straw Lid, Leak Proof, BPA Free, 24 oz",
    "LED Desk Lamp with Wireless Charger, Dimmable Eye-Caring Table Lamp, 5 Color Modes and USB Port",
    "Bluetooth Headphones Over Ear, 40 Hours of Playtime, Foldable Lightweight Headset with Deep Bass",
    "Replacement Screen Protector, Tempered Glass, Case Friendly, Easy Installation Frame, 3 Pack",
    "Kids Building Blocks Set, Educational Toys for Boys and Girls, 1000 Pieces with Storage Box"};
constexpr std::string_view kOddProducts[] = {
    R"(Picture Frame 8\" x 10\" \u2013 Caf\u00e9 Style, \u00bc inch mat, back\\front)",
    "Crème-Brûlée Förmchen „Édition spéciale“, 6 Stück – 陶瓷烤盘"};
constexpr std::string_view kStatuses[] = {"Created", "Acknowledged", "Shipped", "Delivered"};
constexpr std::string_view kCarriers[][2] = {{"UPS", "https://www.example.com/track?loc=en_US&tracknum="},
                                             {"FedEx", "https://www.example.com/fedextrack/?action=track&trknbr="},
                                             {"USPS", "https://www.example.com/go/TrackConfirmAction?qtc_tLabels1="}};

std::uint32_t draw_lines(Dice& dice) {
  std::uint32_t left = dice.below(1000);
  std::uint32_t lines = 1;
  for (const std::uint32_t share : kLineShares) {
    if (left < share) return lines;
    left -= share;
    ++lines;
  }
  return lines - 1;
}

template <class T, std::size_t n>
const T& pick(const T (&values)[n], Dice& dice) {
  return values[dice.below(n)];
}

}  // namespace

// 4.5 per cent in all.
const OrderMaker::Share OrderMaker::kOddities[] = {
    {Oddity::kNumberIds, 10}, {Oddity::kNullSections, 5}, {Oddity::kObjects, 10}, {Oddity::kIsoDates, 3},
    {Oddity::kEscapes, 10},   {Oddity::kNonAscii, 5},     {Oddity::kNoLines, 2},
};

OrderMaker::OrderMaker(OrderSettings settings) : settings_(settings) { text_.reserve(8192); }

OrderMaker::Oddity OrderMaker::draw_oddity(Dice& dice) {
  std::uint32_t left = dice.below(1000);
  for (const Share& share : kOddities) {
    if (left < share.per_mille) return share.oddity;
    left -= share.per_mille;
  }
  return Oddity::kNone;
}

void OrderMaker::number(std::int64_t value) {
  char digits[24];
  raw({digits, static_cast<std::size_t>(std::to_chars(digits, std::end(digits), value).ptr - digits)});
}

void OrderMaker::padded(std::uint64_t value, std::size_t digits) {
  const std::size_t end = text_.size() + digits;
  text_.resize(end, '0');
  for (std::size_t i = end; digits > 0; --digits, value /= 10) text_[--i] = static_cast<char>('0' + value % 10);
}

void OrderMaker::digits(std::uint64_t value) {
  const std::string_view quote = is(Oddity::kNumberIds) ? "" : "\"";
  raw(quote);
  number(static_cast<std::int64_t>(value));
  raw(quote);
}

void OrderMaker::time(std::int64_t epoch_ms) {
  if (!is(Oddity::kIsoDates)) return number(epoch_ms);
  using namespace std::chrono;
  const sys_time<milliseconds> at{milliseconds(epoch_ms)};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss clock{at - day};
  raw("\"");
  padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  raw("-");
  padded(static_cast<unsigned>(date.month()), 2);
  raw("-");
  padded(static_cast<unsigned>(date.day()), 2);
  raw("T");
  padded(static_cast<std::uint64_t>(clock.hours().count()), 2);
  raw(":");
  padded(static_cast<std::uint64_t>(clock.minutes().count()), 2);
  raw(":");
  padded(static_cast<std::uint64_t>(clock.seconds().count()), 2);
  raw(".");
  padded(static_cast<std::uint64_t>(clock.subseconds().count()), 3);
  raw("Z\"");
}

void OrderMaker::money(std::uint32_t cents) {
  raw(R"({"currency":"USD","amount":)");
  number(cents / 100);
  raw(".");
  padded(cents % 100, 2);
  raw("}");
}

std::uint64_t OrderMaker::number_of(std::string_view key) {
  std::uint64_t id = 0;
  std::from_chars(key.data(), key.data() + key.size(), id);
  return id - kFirstOrderId;
}

void OrderMaker::make(std::uint64_t number_of_order) {
  order_ = number_of_order;
  dice_ = Dice(settings_.seed * 0x2545f4914f6cdd1d + order_);
  version_dice_ = Dice((settings_.seed + settings_.version) * 0x9e3779b97f4a7c15 + ~order_);
  oddity_ = settings_.oddities ? draw_oddity(dice_) : Oddity::kNone;
  lines_ = draw_lines(dice_);
  if (is(Oddity::kNoLines)) lines_ = 0;
  ordered_ms_ = kFirstOrderMs + static_cast<std::int64_t>(order_) * 1'013 % (300 * kDayMs);
  changed_ms_ = ordered_ms_ + kHourMs + settings_.version * kDayMs + version_dice_.below(kHourMs);

  text_.clear();
  number(static_cast<std::int64_t>(kFirstOrderId + order_));
  key_.assign(text_);
  text_.clear();
  raw(R"({"purchaseOrderId":)");
  digits(kFirstOrderId + order_);
  raw(R"(,"customerOrderId":)");
  digits(kFirstCustomerOrderId + order_);
  raw(R"(,"customerEmailId":")");
  padded(dice_.next(), 16);
  padded(dice_.next(), 16);
  raw(R"(@relay.example.com","orderType":"REGULAR","originalCustomerOrderID":null,"orderDate":)");
  time(ordered_ms_);
  shipping();
  raw(R"(,"orderLines":{"orderLine":)");
  const bool one_object = is(Oddity::kObjects) && lines_ == 1;
  if (!one_object) raw("[");
  for (std::uint32_t i = 1; i <= lines_; ++i) {
    if (i > 1) raw(",");
    line(i);
  }
  if (!one_object) raw("]");
  raw("}");
  summary();
  raw(R"(,"request_time":"2026-11-20 12:)");
  padded(order_ / 12'000 % 60, 2);
  raw(":");
  padded(order_ / 200 % 60, 2);
  raw("\"}");
}

void OrderMaker::shipping() {
  const auto& city = pick(kCities, dice_);
  raw(R"(,"shippingInfo":{"phone":"20255)");
  padded(dice_.next(), 5);
  raw(R"(","estimatedDeliveryDate":)");
  time(ordered_ms_ + 6 * kDayMs);
  raw(R"(,"estimatedShipDate":)");
  time(ordered_ms_ + 2 * kDayMs);
  raw(R"(,"methodCode":"Value","postalAddress":{"name":")");
  raw(is(Oddity::kNonAscii) ? "Zoë Müller-Łukasz" : pick(kNames, dice_));
  raw(R"(","address1":")");
  number(dice_.below(9999) + 1);
  raw(" ");
  raw(pick(kStreets, dice_));
  raw(R"(","address2":)");
  if (dice_.below(4) == 0) {
    raw("\"Apt ");
    number(dice_.below(400) + 1);
    raw("\"");
  } else {
    raw("null");
  }
  raw(R"(,"city":")");
  raw(city[0]);
  raw(R"(","state":")");
  raw(city[1]);
  raw(R"(","postalCode":")");
  padded(dice_.next(), 5);
  raw(R"(","country":"USA","addressType":"RESIDENTIAL"}},"shipNode":{"type":"SellerFulfilled","name":"Main Warehouse )");
  number(dice_.below(9));
  raw(R"(","id":"100017)");
  padded(dice_.next(), 8);
  raw("\"}");
}

void OrderMaker::summary() {
  raw(R"(,"paymentTypes":["CREDITCARD"],"pickupPersons":null,"orderSummary":{"totalAmount":{"currencyAmount":)");
  number(dice_.below(400));
  raw(R"(.95,"currencyUnit":"USD"},"orderSubTotals":[)"
      R"({"subTotalType":"ITEM_PRICE","totalAmount":{"currencyAmount":41.95,"currencyUnit":"USD"}},)"
      R"({"subTotalType":"SHIPPING","totalAmount":{"currencyAmount":5.99,"currencyUnit":"USD"}},)"
      R"({"subTotalType":"TAX","totalAmount":{"currencyAmount":3.41,"currencyUnit":"USD"}},)"
      R"({"subTotalType":"DISCOUNT","totalAmount":{"currencyAmount":0.00,"currencyUnit":"USD"}}]})");
}

void OrderMaker::line(std::uint32_t line_number) {
  raw(R"({"lineNumber":)");
  digits(line_number);
  product();
  if (!is(Oddity::kNullSections))
    charges();
  else
    raw(R"(,"charges":null)");
  raw(R"(,"orderLineQuantity":{"unitOfMeasurement":"EACH","amount":)");
  digits(1 + dice_.below(3));
  raw(R"(},"statusDate":)");
  time(changed_ms_);
  if (!is(Oddity::kNullSections))
    statuses(line_number);
  else
    raw(R"(,"orderLineStatuses":{})");
  raw(R"(,"refund":null,"fulfillment":{"fulfillmentOption":"S2H","shipMethod":"VALUE","storeId":null,"pickUpDateTime":)");
  time(ordered_ms_ + 6 * kDayMs);
  raw(R"(,"pickUpBy":null,"shippingProgramType":"TWO_DAY"}})");
}

void OrderMaker::product() {
  raw(R"(,"item":{"productName":")");
  if (is(Oddity::kEscapes) || is(Oddity::kNonAscii))
    raw(kOddProducts[is(Oddity::kEscapes) ? 0 : 1]);
  else
    raw(pick(kProducts, dice_));
  raw(R"(","sku":"SKU-)");
  padded(dice_.next(), 8);
  raw(R"(","condition":"New","imageUrl":"https://images.example.com/asr/)");
  padded(dice_.next(), 16);
  raw(R"(.jpeg","weight":{"value":"1.)");
  number(dice_.below(10));
  raw(R"(","unit":"Pounds"}})");
}

void OrderMaker::charges() {
  const bool one_object = is(Oddity::kObjects);
  raw(R"(,"charges":{"charge":)");
  if (!one_object) raw("[");
  charge("PRODUCT", "ItemPrice", 199 + dice_.below(39'900), true);
  if (!one_object) {
    raw(",");
    charge("SHIPPING", "Shipping", 599, false);
    raw("]");
  }
  raw("}");
}

void OrderMaker::charge(std::string_view type, std::string_view name, std::uint32_t cents, bool taxed) {
  raw(R"({"chargeType":")");
  raw(type);
  raw(R"(","chargeName":")");
  raw(name);
  raw(R"(","chargeAmount":)");
  money(cents);
  if (taxed) {
    raw(R"(,"tax":{"taxName":"Tax1","taxAmount":)");
    money(cents * 8 / 100);
    raw("}}");
  } else {
    raw(R"(,"tax":null})");
  }
}

void OrderMaker::statuses(std::uint32_t line_number) {
  const std::uint32_t step = (version_dice_.below(3) + settings_.version) % std::size(kStatuses);
  const bool one_object = is(Oddity::kObjects);
  raw(R"(,"orderLineStatuses":{"orderLineStatus":)");
  if (!one_object) raw("[");
  raw(R"({"status":")");
  raw(kStatuses[step]);
  raw(R"(","subSellerId":null,"statusQuantity":{"unitOfMeasurement":"EACH","amount":)");
  digits(1 + (order_ + line_number) % 3);
  raw(R"(},"cancellationReason":null,"trackingInfo":)");
  if (step >= 2)
    tracking();
  else
    raw("null");
  raw(R"(,"returnCenterAddress":null})");
  if (!one_object) raw("]");
  raw("}");
}

void OrderMaker::tracking() {
  const auto& carrier = pick(kCarriers, version_dice_);
  const std::uint64_t parcel = version_dice_.next();
  const bool other = version_dice_.below(20) == 0;
  raw(R"({"shipDateTime":)");
  time(changed_ms_ - kHourMs / 2);
  raw(other ? R"(,"carrierName":{"otherCarrier":")" : R"(,"carrierName":{"otherCarrier":null,"carrier":")");
  raw(carrier[0]);
  raw(R"("},"methodCode":"Standard","carrierMethodCode":67,"trackingNumber":"1Z)");
  padded(parcel, 16);
  raw(R"(","trackingURL":")");
  raw(carrier[1]);
  padded(parcel, 16);
  raw("\"}");
}

}  // namespace cnx::bench
