// SPDX-License-Identifier: Apache-2.0
#include "walker.h"

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

Walker::Walker(const cnx::Host& host, const Settings& settings, Metrics& metrics, ApiClient& client, Outbox& outbox,
               WalkName name, std::size_t number)
    : host_(host),
      settings_(settings),
      metrics_(metrics),
      client_(client),
      outbox_(outbox),
      name_(std::move(name)),
      number_(number),
      backoff_(settings.retry_timeout_ms, static_cast<std::uint64_t>(host.monotonic_ns()) + number) {}

void Walker::begin(EpochSeconds from, EpochSeconds to) {
  planned_ = from;
  to_ = to;
  if (!settings_.bounded()) return;
  for (EpochSeconds at = from; at < to; at = first_window(at, to).end) {
    window_ = first_window(at, to);
    pages_ = {};
    report(CNX_UNIT_PLANNED);
  }
  window_.reset();
}

std::int64_t Walker::wake_ns() const { return window_ ? std::max(not_before_ns_, client_.wake_ns()) : 0; }

Result<bool> Walker::step(std::int64_t deadline_ns) {
  if (!window_ && !open_next()) return true;
  if (host_.monotonic_ns() < not_before_ns_) return false;
  CNX_ASSIGN(const std::optional<OrdersAnswer> answer, client_.advance(next_call(), deadline_ns));
  if (answer) CNX_TRY(answer->refused ? refused(*answer) : take(*answer));
  return false;
}

bool Walker::open_next() {
  // The end of a round was planned by a clock that may be ahead of the API's: what the API has not seen is left to the
  // next round.
  if (!settings_.bounded()) {
    to_ = std::min(to_, client_.api_now());
    if (!pieces_.empty() && pieces_.back().start >= to_) pieces_.clear();
  }
  if (!pieces_.empty()) {
    const Window next = pieces_.back();
    pieces_.pop_back();
    open(next);
    return true;
  }
  if (planned_ >= to_) return false;
  const Window next = first_window(planned_, to_);
  planned_ = next.end;
  open(next);
  return true;
}

void Walker::open(const Window& window) {
  window_ = window;
  tries_ = 1;
  backoff_.succeeded();
  not_before_ns_ = 0;
  last_failure_ = 0;
  same_failures_ = 0;
  pages_ = {};
  pages_.asked = client_.api_now();
  report(CNX_UNIT_OPEN);
}

OrdersCall Walker::next_call() {
  OrdersCall call;
  call.about = fmt::format("{}, page {}", name_.title(*window_), pages_.count + 1);
  if (!pages_.cursor.empty()) {
    // A cursor is a finished query: it is appended as it stands, and nothing else is sent.
    call.target = "/v3/orders" + pages_.cursor;
    return call;
  }
  const std::string from = utc_text(window_->start - kOverlap), to = utc_text(window_->end + kOverlap);
  const std::string dates = name_.kind == Kind::kCreated
                                ? fmt::format("createdStartDate={}&createdEndDate={}", from, to)
                                : fmt::format("createdStartDate={}&lastModifiedStartDate={}&lastModifiedEndDate={}",
                                              utc_text(pages_.asked - kOldestCreated), from, to);
  call.target = fmt::format("/v3/orders?{}&limit={}&shipNodeType={}{}", dates, settings_.page_size,
                            name_.ship_node_type, settings_.replacement_info ? "&replacementInfo=true" : "");
  return call;
}

Status Walker::refused(const OrdersAnswer& answer) {
  if (!pages_.cursor.empty()) return walk_again("the cursor was refused: " + answer.refusal);
  // The API's error for a result that is too large is not known, so a query that is refused is tried in pieces; a date
  // that cannot be read will not get better by that.
  const bool bad_date = answer.error.description.find("Date format") != std::string::npos;
  if (!bad_date && split(answer.refusal)) return {};
  return give_up(answer.refusal, false);
}

Status Walker::take(const OrdersAnswer& answer) {
  const Page& page = answer.page;
  ++pages_.count;
  if (pages_.expected < 0) {
    pages_.answered = answer.fetched;
    pages_.expected = page.total_count;
    if (too_large() && split(fmt::format("{} orders", pages_.expected))) return {};
  }
  const std::size_t known = take_orders(answer);
  if (const std::string why = contradiction(page, known); !why.empty()) return walk_again(why);
  if (is_last(page)) {
    complete();
    return {};
  }
  pages_.cursors.insert(page.next_cursor);
  pages_.cursor = page.next_cursor;
  return {};
}

std::size_t Walker::take_orders(const OrdersAnswer& answer) {
  const std::vector<PageOrder>& orders = answer.page.orders;
  std::size_t known = 0;
  for (const PageOrder& order : orders) {
    if (pages_.ids.insert(order.id).second) {
      pages_.ids_hash ^= order_hash(order.id);
    } else {
      ++known;
    }
    queue_order(order, answer.fetched);
  }
  pages_.fetched += static_cast<std::int64_t>(orders.size());
  metrics_.orders_fetched.add(static_cast<double>(orders.size()));
  host_.debug(fmt::format("{}, page {}: {} orders, {} of {} fetched", name_.title(*window_), pages_.count,
                          orders.size(), pages_.fetched, pages_.expected));
  return known;
}

std::string Walker::contradiction(const Page& page, std::size_t known) const {
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

void Walker::queue_order(const PageOrder& order, EpochSeconds fetched) {
  bool repeats_in_next = true;
  if (name_.kind == Kind::kCreated) {
    // Only what the overlap explains may be left to the window before or after. An order with another orderDate, or
    // none, was found by a time that it does not tell: it would be lost if it were not sent with this window.
    constexpr EpochSeconds kAround = 2 * kOverlap;
    const bool near =
        order.order_date_ms && Window{window_->start - kAround, window_->end + kAround}.holds(*order.order_date_ms);
    if (near && !window_->holds(*order.order_date_ms)) {
      ++pages_.outside;
      return;
    }
    repeats_in_next = !near;
    pages_.strays += near ? 0 : 1;
  }
  outbox_.order(number_, {.id = order.id,
                          .has_id = order.has_id,
                          .hash = order.hash,
                          .value = with_request_time(order.bytes, fetched),
                          .fetched = fetched,
                          .until = window_->end + (repeats_in_next ? kRepeatsWithin : 0)});
}

bool Walker::too_large() const {
  return pages_.expected > (window_->length() > kMinute ? settings_.window_max_orders
                                                        : std::max(settings_.window_max_orders, kMostInMinute));
}

bool Walker::split(const std::string& why) {
  std::vector<Window> pieces = cut(*window_);
  if (pieces.empty()) return false;
  host_.info(fmt::format("{}: {}; cut into {} windows", name_.title(*window_), why, pieces.size()));
  report(CNX_UNIT_SPLIT);
  pieces_.insert(pieces_.end(), pieces.rbegin(), pieces.rend());
  window_.reset();
  return true;
}

void Walker::complete() {
  if (pages_.strays > 0)
    host_.warning(fmt::format("{}: {} orders have no orderDate, or one of another time; they are sent with this window",
                              name_.title(*window_), pages_.strays));
  const EpochSeconds end = window_->end;
  // What came after the first answer is in none of the pages.
  const EpochSeconds seen = std::min(to_, pages_.answered);
  outbox_.finished(number_, {.window = *window_,
                             .expected = pages_.expected,
                             .fetched = pages_.fetched,
                             .outside = pages_.outside,
                             .pages = pages_.count,
                             .tries = tries_,
                             .done = settings_.bounded() ? end : std::min(end, seen),
                             .keep_from = settings_.bounded() ? end : std::min(end, seen - settings_.reread)});
  window_.reset();
}

Status Walker::walk_again(const std::string& why) {
  const std::uint64_t failure =
      order_hash(fmt::format("{} {} {} {}", why, pages_.expected, pages_.fetched, pages_.ids_hash));
  same_failures_ = failure == last_failure_ ? same_failures_ + 1 : 1;
  last_failure_ = failure;
  if (pages_.fetched == pages_.expected && pages_.ids.size() < static_cast<std::size_t>(pages_.fetched) &&
      same_failures_ >= kSameRepeats) {
    host_.warning(fmt::format("{}: {} walks gave the same {} orders, some of them twice; taken as complete",
                              name_.title(*window_), same_failures_, pages_.ids.size()));
    complete();
    return {};
  }
  metrics_.windows_again.add();
  if (same_failures_ >= kSameFailures) return give_up(why, false);
  const std::int64_t now_ns = host_.monotonic_ns();
  if (!backoff_.failed(now_ns) && tries_ >= kSameFailures) return give_up(why, true);
  not_before_ns_ = backoff_.next_try_ns();
  host_.info(fmt::format("{}: {}; walked again from its start (try {})", name_.title(*window_), why, tries_ + 1));
  ++tries_;
  pages_ = {};
  pages_.asked = client_.api_now();
  report(CNX_UNIT_OPEN);
  return {};
}

Error Walker::give_up(const std::string& why, bool passing) {
  report(CNX_UNIT_FAILED);
  std::string message =
      fmt::format("window {} ({} … {}) cannot be completed: {}; {} expected, {} fetched, {} tries",
                  name_.title(*window_), settings_.zone.text(window_->start), settings_.zone.text(window_->end), why,
                  pages_.expected < 0 ? "unknown number" : std::to_string(pages_.expected), pages_.fetched, tries_);
  const Window window = *window_;
  open(window);  // should the host go on, then with this window
  if (passing && !settings_.bounded()) return cnx::retry_error(std::move(message));
  return cnx::fatal_error(std::move(message));
}

void Walker::report(cnx_unit_state state) const {
  cnx_unit unit{};
  unit.struct_size = sizeof unit;
  unit.state = state;
  const std::string name = name_.title(*window_);
  unit.name = cnx::str(name);
  unit.expected = pages_.expected;
  unit.fetched = pages_.fetched;
  unit.pages = pages_.count;
  unit.tries = tries_;
  unit.repeats = pages_.outside;
  host_.unit(unit);
}

}  // namespace walmart
