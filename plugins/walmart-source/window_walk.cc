// SPDX-License-Identifier: Apache-2.0
#include "window_walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "order_hash.h"

namespace walmart {
namespace {

using cnx::Error;
using cnx::Result;
using cnx::Status;

/// Whether the API's bounds include their instants is not known: windows overlap by this at both ends.
constexpr EpochSeconds kOverlap = 1;
/// Because of the overlap an order may come again in a window that begins so long after its own has ended.
constexpr EpochSeconds kRepeatsWithin = 3;
/// The API gives orders created in the last 180 days, and those of 7 days when it is not told since when.
constexpr EpochSeconds kOldestCreated = 179 * kDay;
/// A window of a minute is paged through whatever it holds, up to what the API gives in one query (10,000).
constexpr std::int64_t kMostInMinute = 9000;
/// A window that fails so often in the same way will not come right.
constexpr int kSameFailures = 5;
/// Every order there and one twice, in the same way so often: the API itself counts it twice.
constexpr int kSameRepeats = 3;

bool is_last(const Page& page) { return page.next_cursor.empty() || page.orders.empty(); }

}  // namespace

void report_window(const WalkParts& parts, const Window& window, cnx_unit_state state) {
  cnx_unit unit{};
  unit.struct_size = sizeof unit;
  unit.state = state;
  unit.expected = -1;
  const std::string name = parts.name.title(window);
  unit.name = cnx::str(name);
  parts.host.unit(unit);
}

WindowWalk::WindowWalk(const WalkParts& parts, Window window, Outbox::Lane lane, EpochSeconds to)
    : parts_(parts),
      window_(window),
      lane_(lane),
      to_(to),
      backoff_(parts.settings.retry_timeout_ms, static_cast<std::uint64_t>(parts.host.monotonic_ns()) + parts.number) {
  begin();
}

void WindowWalk::begin() {
  failed_ = false;
  pages_ = {};
  pages_.asked = parts_.client.api_now();
  report(CNX_UNIT_OPEN);
}

Result<WindowWalk::Outcome> WindowWalk::step() {
  CNX_TRY(ask());
  if (!call_) return Outcome::kUnderWay;
  auto advanced = parts_.client.advance(*call_);
  if (!advanced.ok()) {
    call_.reset();
    return std::move(advanced).error();
  }
  if (!*advanced) return Outcome::kUnderWay;
  call_.reset();
  OrdersAnswer& answer = **advanced;
  CNX_ASSIGN(const Outcome outcome, answer.refused ? refused(answer) : take(std::move(answer)));
  if (outcome == Outcome::kUnderWay) CNX_TRY(ask());
  return outcome;
}

/// For the next page, if it is time. Its answer is for the next step: the other windows come first.
Status WindowWalk::ask(std::size_t coming) {
  if (call_ || parts_.host.monotonic_ns() < not_before_ns_ || !may_ask(coming)) return {};
  if (failed_) begin();
  call_.emplace(parts_.client, next_call());
  Status asked = parts_.client.ask(*call_);
  if (!asked.ok()) call_.reset();
  return asked;
}

std::int64_t WindowWalk::wake_ns() const {
  if (call_) return parts_.client.wake_ns(*call_);
  return may_ask() ? not_before_ns_ : ApiClient::kAtAnAnswer;
}

/// The first window of a walk always gets on, so that what is held can leave in the end.
bool WindowWalk::may_ask(std::size_t coming) const {
  if (parts_.outbox.bytes() + coming < parts_.settings.prefetch_bytes) return true;
  return parts_.outbox.is_first(parts_.number, lane_) && parts_.outbox.ready() < parts_.settings.batch_size;
}

OrdersCall WindowWalk::next_call() {
  OrdersCall call;
  call.about = fmt::format("{}, page {}", parts_.name.title(window_), pages_.count + 1);
  if (!pages_.cursor.empty()) {
    // A cursor is a finished query: it is appended as it stands, and nothing else is sent.
    call.target = "/v3/orders" + pages_.cursor;
    return call;
  }
  const std::string from = utc_text(window_.start - kOverlap), to = utc_text(window_.end + kOverlap);
  const std::string dates = parts_.name.kind == Kind::kCreated
                                ? fmt::format("createdStartDate={}&createdEndDate={}", from, to)
                                : fmt::format("createdStartDate={}&lastModifiedStartDate={}&lastModifiedEndDate={}",
                                              utc_text(pages_.asked - kOldestCreated), from, to);
  call.target =
      fmt::format("/v3/orders?{}&limit={}&shipNodeType={}{}", dates, parts_.settings.page_size,
                  parts_.name.ship_node_type, parts_.settings.replacement_info ? "&replacementInfo=true" : "");
  return call;
}

Result<WindowWalk::Outcome> WindowWalk::refused(const OrdersAnswer& answer) {
  if (!pages_.cursor.empty()) return walk_again("the cursor was refused: " + answer.refusal);
  // The API's error for a result that is too large is not known, so a query that is refused is tried in pieces; a date
  // that cannot be read will not get better by that.
  const bool bad_date = answer.error.description.find("Date format") != std::string::npos;
  if (!bad_date && can_be_cut(answer.refusal)) return Outcome::kTooLarge;
  return give_up(answer.refusal, false);
}

Result<WindowWalk::Outcome> WindowWalk::take(OrdersAnswer answer) {
  const Page& page = answer.page;
  ++pages_.count;
  if (pages_.expected < 0) {
    pages_.answered = answer.fetched;
    pages_.expected = page.total_count;
    if (too_large() && can_be_cut(fmt::format("{} orders", pages_.expected))) return Outcome::kTooLarge;
  }
  Status asked = ask_for_next(answer);
  const std::size_t known = take_orders(answer);
  CNX_TRY(std::move(asked));
  if (const std::string why = contradiction(page, known); !why.empty()) {
    call_.reset();
    return walk_again(why);
  }
  if (is_last(page)) return complete();
  pages_.cursors.insert(page.next_cursor);
  return Outcome::kUnderWay;
}

/// Before the orders of this page are taken, which the server need not wait for; not when its meta data contradict
/// those of the pages before.
Status WindowWalk::ask_for_next(const OrdersAnswer& answer) {
  const Page& page = answer.page;
  pages_.cursor = page.next_cursor;
  const std::int64_t fetched = pages_.fetched + static_cast<std::int64_t>(page.orders.size());
  if (is_last(page) || page.total_count != pages_.expected || fetched > pages_.expected) return {};
  if (pages_.cursors.contains(page.next_cursor)) return {};
  return ask(answer.body.capacity());
}

std::size_t WindowWalk::take_orders(OrdersAnswer& answer) {
  std::vector<PageOrder>& orders = answer.page.orders;
  FetchedPage page{.body = std::move(answer.body), .fetched = answer.fetched, .orders = {}};
  page.orders.reserve(orders.size());
  std::size_t known = 0;
  for (PageOrder& order : orders) {
    if (pages_.ids.insert(order.id).second) {
      pages_.ids_hash ^= order_hash(order.id);
    } else {
      ++known;
    }
    take_order(order, page.orders);
  }
  parts_.outbox.page(lane_, std::move(page));
  pages_.fetched += static_cast<std::int64_t>(orders.size());
  parts_.metrics.orders_fetched.add(static_cast<double>(orders.size()));
  parts_.host.debug(fmt::format("{}, page {}: {} orders, {} of {} fetched", parts_.name.title(window_), pages_.count,
                                orders.size(), pages_.fetched, pages_.expected));
  return known;
}

std::string WindowWalk::contradiction(const Page& page, std::size_t known) const {
  if (page.total_count != pages_.expected)
    return fmt::format("the total changed from {} to {} on page {}", pages_.expected, page.total_count, pages_.count);
  if (pages_.count > 1 && known > 0 && known == page.orders.size())
    return fmt::format("page {} holds nothing but orders of the pages before", pages_.count);
  const auto different = static_cast<std::int64_t>(pages_.ids.size());
  if (is_last(page) && (pages_.fetched != pages_.expected || different != pages_.fetched))
    return fmt::format("expected {} orders, fetched {}, of these {} different", pages_.expected, pages_.fetched,
                       different);
  if (!is_last(page) && pages_.fetched > pages_.expected)
    return fmt::format("expected {} orders, fetched {}, and there are more", pages_.expected, pages_.fetched);
  if (pages_.cursors.contains(page.next_cursor))
    return fmt::format("page {} has a cursor that came before", pages_.count);
  return {};
}

void WindowWalk::take_order(PageOrder& order, std::vector<FetchedOrder>& orders) {
  bool repeats_in_next = true;
  if (parts_.name.kind == Kind::kCreated) {
    // Only what the overlap explains may be left to the window before or after. An order with another orderDate, or
    // none, was found by a time that it does not tell: it would be lost if it were not sent with this window.
    constexpr EpochSeconds kAround = 2 * kOverlap;
    const bool near =
        order.order_date_ms && Window{window_.start - kAround, window_.end + kAround}.holds(*order.order_date_ms);
    if (near && !window_.holds(*order.order_date_ms)) {
      ++pages_.outside;
      return;
    }
    repeats_in_next = !near;
    pages_.strays += near ? 0 : 1;
  }
  orders.push_back({.id = std::move(order.id),
                    .has_id = order.has_id,
                    .hash = parts_.name.kind == Kind::kLastModified ? order_hash(order.bytes) : 0,
                    .bytes = order.bytes,
                    .until = window_.end + (repeats_in_next ? kRepeatsWithin : 0)});
}

bool WindowWalk::too_large() const {
  return pages_.expected > (window_.length() > kMinute ? parts_.settings.window_max_orders
                                                       : std::max(parts_.settings.window_max_orders, kMostInMinute));
}

bool WindowWalk::can_be_cut(const std::string& why) const {
  const std::size_t pieces = cut(window_).size();
  if (pieces == 0) return false;
  parts_.host.info(fmt::format("{}: {}; cut into {} windows", parts_.name.title(window_), why, pieces));
  report(CNX_UNIT_SPLIT);
  return true;
}

WindowWalk::Outcome WindowWalk::complete() {
  if (pages_.strays > 0)
    parts_.host.warning(
        fmt::format("{}: {} orders have no orderDate, or one of another time; they are sent with this window",
                    parts_.name.title(window_), pages_.strays));
  const EpochSeconds end = window_.end;
  // What came after the first answer is in none of the pages.
  const EpochSeconds seen = std::min(to_, pages_.answered);
  parts_.outbox.finished(lane_,
                         {.window = window_,
                          .expected = pages_.expected,
                          .fetched = pages_.fetched,
                          .outside = pages_.outside,
                          .pages = pages_.count,
                          .tries = tries_,
                          .done = parts_.settings.bounded() ? end : std::min(end, seen),
                          .keep_from = parts_.settings.bounded() ? end : std::min(end, seen - parts_.settings.reread)});
  return Outcome::kComplete;
}

Result<WindowWalk::Outcome> WindowWalk::walk_again(const std::string& why) {
  const std::uint64_t failure =
      order_hash(fmt::format("{} {} {} {}", why, pages_.expected, pages_.fetched, pages_.ids_hash));
  same_failures_ = failure == last_failure_ ? same_failures_ + 1 : 1;
  last_failure_ = failure;
  if (pages_.fetched == pages_.expected && pages_.ids.size() < static_cast<std::size_t>(pages_.fetched) &&
      same_failures_ >= kSameRepeats) {
    parts_.host.warning(fmt::format("{}: {} walks gave the same {} orders, some of them twice; taken as complete",
                                    parts_.name.title(window_), same_failures_, pages_.ids.size()));
    return complete();
  }
  parts_.metrics.windows_again.add();
  if (same_failures_ >= kSameFailures) return give_up(why, false);
  const std::int64_t now_ns = parts_.host.monotonic_ns();
  if (!backoff_.failed(now_ns) && tries_ >= kSameFailures) return give_up(why, true);
  not_before_ns_ = backoff_.next_try_ns();
  parts_.host.info(
      fmt::format("{}: {}; walked again from its start (try {})", parts_.name.title(window_), why, tries_ + 1));
  ++tries_;
  begin();
  return Outcome::kUnderWay;
}

Error WindowWalk::give_up(const std::string& why, bool passing) {
  report(CNX_UNIT_FAILED);
  std::string message = fmt::format(
      "window {} ({} … {}) cannot be completed: {}; {} expected, {} fetched, {} tries", parts_.name.title(window_),
      parts_.settings.zone.text(window_.start), parts_.settings.zone.text(window_.end), why,
      pages_.expected < 0 ? "unknown number" : std::to_string(pages_.expected), pages_.fetched, tries_);
  // Should the host go on, then with this window.
  tries_ = 1;
  backoff_.succeeded();
  not_before_ns_ = 0;
  last_failure_ = 0;
  same_failures_ = 0;
  failed_ = true;
  if (passing && !parts_.settings.bounded()) return cnx::retry_error(std::move(message));
  return cnx::fatal_error(std::move(message));
}

void WindowWalk::report(cnx_unit_state state) const {
  cnx_unit unit{};
  unit.struct_size = sizeof unit;
  unit.state = state;
  const std::string name = parts_.name.title(window_);
  unit.name = cnx::str(name);
  unit.expected = pages_.expected;
  unit.fetched = pages_.fetched;
  unit.pages = pages_.count;
  unit.tries = tries_;
  unit.repeats = pages_.outside;
  parts_.host.unit(unit);
}

}  // namespace walmart
