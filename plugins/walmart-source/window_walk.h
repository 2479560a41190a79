// SPDX-License-Identifier: Apache-2.0
//
// One window on its way: page by page to its end, from its start again when the pages contradict each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api_client.h"
#include "backoff.h"
#include "cnx/host.hpp"
#include "outbox.h"
#include "settings.h"
#include "walk_name.h"
#include "window.h"

namespace walmart {

/// What the windows of one walk share; outlives them.
struct WalkParts {
  const cnx::Host& host;
  const Settings& settings;
  Metrics& metrics;
  ApiClient& client;
  Outbox& outbox;
  const WalkName name;
  const std::size_t number;  ///< in `outbox`
};

/// Tells the host of a window of which nothing but its state is known.
void report_window(const WalkParts& parts, const Window& window, cnx_unit_state state);

/// A window is complete when all its pages tell one total, the number of orders fetched is this total and no order came
/// twice; else it is walked again from its start. What a failed walk brought is kept: orders are orders. One thread.
class WindowWalk {
 public:
  enum class Outcome {
    kUnderWay,
    kComplete,  ///< its lane is finished
    kTooLarge,  ///< to be walked in pieces
  };

  /// What comes goes to `lane`. `to`: up to where the walk reads, at the most.
  WindowWalk(const WalkParts& parts, Window window, Outbox::Lane lane, EpochSeconds to);

  /// Asks for the next page if it is time; step() takes the answer. `coming`: bytes that are about to go to the outbox.
  /// Errors as of step().
  [[nodiscard]] cnx::Status ask(std::size_t coming = 0);
  /// Goes on as far as it can without waiting. Not to be called after another outcome than kUnderWay. Errors: those of
  /// ApiClient::advance, and FATAL (without bounds also RETRY) for a window that cannot be completed; the message names
  /// it. After an error it begins anew.
  [[nodiscard]] cnx::Result<Outcome> step();
  /// When step() has something to do, unless an exchange ends before; ApiClient::kAtAnAnswer: not before that, or
  /// before something leaves the outbox.
  [[nodiscard]] std::int64_t wake_ns() const;

 private:
  /// One walk through the pages.
  struct Pages {
    std::int64_t expected = -1;
    std::int64_t fetched = 0;
    std::int64_t outside = 0;
    std::int64_t strays = 0;  ///< orders whose orderDate is not what the API searched by
    std::int64_t count = 0;
    std::uint64_t ids_hash = 0;  ///< of all ids, whatever their order
    std::unordered_set<std::string> ids;
    std::unordered_set<std::string> cursors;
    std::string cursor;
    EpochSeconds asked = 0;     ///< when the first page was asked for
    EpochSeconds answered = 0;  ///< when it came, by the API's clock
  };

  void begin();
  [[nodiscard]] bool may_ask(std::size_t coming = 0) const;
  [[nodiscard]] OrdersCall next_call();
  [[nodiscard]] cnx::Result<Outcome> take(OrdersAnswer answer);
  [[nodiscard]] cnx::Status ask_for_next(const OrdersAnswer& answer);
  [[nodiscard]] cnx::Result<Outcome> refused(const OrdersAnswer& answer);
  /// Moves the page's orders and its body to the outbox; returns how many of them came on a page before, or earlier on
  /// this one.
  std::size_t take_orders(OrdersAnswer& answer);
  void take_order(PageOrder& order, std::vector<FetchedOrder>& orders);
  /// What proves that the pages so far are not one whole result; "" when nothing does.
  [[nodiscard]] std::string contradiction(const Page& page, std::size_t known) const;
  [[nodiscard]] bool too_large() const;
  [[nodiscard]] bool can_be_cut(const std::string& why) const;
  [[nodiscard]] Outcome complete();
  [[nodiscard]] cnx::Result<Outcome> walk_again(const std::string& why);
  [[nodiscard]] cnx::Error give_up(const std::string& why, bool passing);
  void report(cnx_unit_state state) const;

  const WalkParts& parts_;
  const Window window_;
  const Outbox::Lane lane_;
  const EpochSeconds to_;

  Pages pages_;
  std::optional<ApiClient::Call> call_;
  std::int64_t tries_ = 1;
  Backoff backoff_;
  std::int64_t not_before_ns_ = 0;
  std::uint64_t last_failure_ = 0;  ///< what the walk before looked like
  int same_failures_ = 0;
  bool failed_ = false;  ///< and has not begun anew
};

}  // namespace walmart
