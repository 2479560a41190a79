// SPDX-License-Identifier: Apache-2.0
//
// Walks the windows of one account and ship node type, oldest first, each page by page to its end, and accounts for
// every one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

/// Lifecycle: begin(from, to), then step() until it says that all is walked; then begin() again. One thread.
///
/// A window is complete when all its pages tell one total, the number of orders fetched is this total and no order came
/// twice; else it is walked again from its start. What a failed walk brought is kept: orders are orders.
class Walker {
 public:
  /// All references outlive the walker; `number` is the walk's in `outbox`.
  Walker(const cnx::Host& host, const Settings& settings, Metrics& metrics, ApiClient& client, Outbox& outbox,
         WalkName name, std::size_t number);

  /// Plans the windows of [from, to). Needs from < to and no walk under way.
  void begin(EpochSeconds from, EpochSeconds to);

  /// Makes at most one call of the API, waiting for it until `deadline_ns`; what it brings goes to the outbox. True:
  /// all windows are walked. False: go on, not before wake_ns(). Errors: those of ApiClient::advance, and FATAL
  /// (without bounds also RETRY) for a window that cannot be completed; the message names it.
  [[nodiscard]] cnx::Result<bool> step(std::int64_t deadline_ns);
  [[nodiscard]] std::int64_t wake_ns() const;
  /// Up to where there is something to read.
  [[nodiscard]] EpochSeconds api_now() const { return client_.api_now(); }
  [[nodiscard]] const WalkName& name() const { return name_; }

 private:
  /// One walk through the pages of a window.
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

  [[nodiscard]] bool open_next();
  void open(const Window& window);
  [[nodiscard]] OrdersCall next_call();
  [[nodiscard]] cnx::Status take(const OrdersAnswer& answer);
  [[nodiscard]] cnx::Status refused(const OrdersAnswer& answer);
  /// Takes the page's orders; returns how many of them came on a page before, or earlier on this one.
  std::size_t take_orders(const OrdersAnswer& answer);
  void queue_order(const PageOrder& order, EpochSeconds fetched);
  /// What proves that the pages so far are not one whole result; "" when nothing does.
  [[nodiscard]] std::string contradiction(const Page& page, std::size_t known) const;
  [[nodiscard]] bool too_large() const;
  [[nodiscard]] bool split(const std::string& why);
  void complete();
  [[nodiscard]] cnx::Status walk_again(const std::string& why);
  [[nodiscard]] cnx::Error give_up(const std::string& why, bool passing);
  void report(cnx_unit_state state) const;

  const cnx::Host& host_;
  const Settings& settings_;
  Metrics& metrics_;
  ApiClient& client_;
  Outbox& outbox_;
  const WalkName name_;
  const std::size_t number_;

  EpochSeconds planned_ = 0;  ///< windows are cut up to here
  EpochSeconds to_ = 0;
  std::vector<Window> pieces_;  ///< of a window that was cut; the next one is at the back
  std::optional<Window> window_;
  Pages pages_;
  std::int64_t tries_ = 0;
  Backoff backoff_;
  std::int64_t not_before_ns_ = 0;
  std::uint64_t last_failure_ = 0;  ///< what the walk before looked like
  int same_failures_ = 0;
};

}  // namespace walmart
