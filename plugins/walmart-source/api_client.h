// SPDX-License-Identifier: Apache-2.0
//
// Asks the orders API for one page and does not come back without an answer that means something: tokens, throttling
// and passing faults are dealt with here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "backoff.h"
#include "cnx/host.hpp"
#include "cnx/result.hpp"
#include "metrics.h"
#include "page.h"
#include "proven.h"
#include "settings.h"
#include "token.h"
#include "transport.h"
#include "verdict.h"

namespace walmart {

struct OrdersCall {
  std::string target;  ///< "/v3/orders?…", behind the base URL
  std::string about;   ///< for messages: account, type, window, page
};

struct OrdersAnswer {
  bool refused = false;  ///< the API refuses this query (400); `refusal` tells why, the page is empty
  std::string refusal;
  ApiError error;
  std::string body;  ///< what the orders of `page` point into: may be moved, not copied or changed
  Page page;
  EpochSeconds fetched = 0;  ///< when the answer had come, UTC, by the API's time
};

/// The client of one account. One thread. Nothing sleeps here: what has to be waited for is told by wake_ns().
class ApiClient {
 public:
  /// All references outlive the client.
  ApiClient(const cnx::Host& host, Transport& transport, const Settings& settings, const Account& account,
            Metrics& metrics, std::shared_ptr<Proven> proven);

  /// Goes on with `call` until it is answered or `deadline_ns` (monotonic) has come. Empty: call again with the same
  /// `call`, not before wake_ns(). Errors: AUTH (credentials or token refused), CONFIG and FATAL, at once when it never
  /// worked before, else when it was refused for errors.retry.timeout; CANCELLED; and when passing faults have lasted
  /// for errors.retry.timeout: FATAL in a bounded run, else RETRY.
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> advance(const OrdersCall& call, std::int64_t deadline_ns);
  /// When advance() has something to do again; 0: at once.
  [[nodiscard]] std::int64_t wake_ns() const { return not_before_ns_; }
  /// The API's time: the Date header of its last good answer and what has passed since, whatever this machine's clock
  /// says or jumps to; that clock while no answer has told the time. An answer's time under way makes it late.
  [[nodiscard]] EpochSeconds api_now() const;

 private:
  enum class Stage { kToken, kOrders };

  void begin(const OrdersCall& call);
  [[nodiscard]] HttpRequest orders_request(const OrdersCall& call);
  [[nodiscard]] cnx::Status on_token(const OrdersCall& call, HttpResult result);
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> on_orders(const OrdersCall& call, HttpResult result);
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> on_good(const OrdersCall& call, HttpResponse response,
                                                                 bool empty);
  [[nodiscard]] cnx::Status on_unauthorized(const OrdersCall& call, const std::string& what, int status);
  [[nodiscard]] cnx::Status on_fault(const OrdersCall& call, const HttpFault& fault);
  /// `verdict` ends the task unless it `worked` before: then the same is tried again for errors.retry.timeout.
  [[nodiscard]] cnx::Status on_refused(const OrdersCall& call, bool worked, cnx::Error verdict);
  [[nodiscard]] cnx::Status on_passing(const OrdersCall& call, const std::string& what, int native_code);
  void on_throttled(const OrdersCall& call, const HttpResponse& response);
  void answered();
  void compare_clocks(const HttpResponse& response);
  void wait_for(std::int64_t until_ns, const std::string& why);
  [[nodiscard]] std::string correlation_id();

  const cnx::Host& host_;
  Transport& transport_;
  const Settings& settings_;
  const Account& account_;
  Metrics& metrics_;
  const std::shared_ptr<Proven> proven_;
  std::string path_prefix_;

  Token token_;
  Backoff backoff_;   ///< of passing faults
  Backoff refusals_;  ///< of what worked before
  std::mt19937_64 random_;
  std::unique_ptr<HttpExchange> exchange_;
  Stage stage_ = Stage::kToken;
  std::int64_t asked_ns_ = 0;
  std::int64_t not_before_ns_ = 0;
  int fresh_tokens_refused_ = 0;
  int throttled_in_row_ = 0;
  bool health_shown_ = false;
  std::optional<std::int64_t> api_epoch_ns_;  ///< the API's time when the monotonic clock was 0
  bool clock_warned_ = false;
};

}  // namespace walmart
