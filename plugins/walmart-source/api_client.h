// SPDX-License-Identifier: Apache-2.0
//
// Asks the orders API for pages, several at a time, and gives no answer that means nothing: tokens, rate limits and
// passing faults are dealt with here.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "backoff.h"
#include "cnx/host.hpp"
#include "cnx/result.hpp"
#include "health.h"
#include "metrics.h"
#include "page.h"
#include "patience.h"
#include "proven.h"
#include "rate_limit.h"
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

/// The client of one account. One thread. Nothing sleeps or blocks here: what has to be waited for is told by
/// wake_ns(). The token, the rate limit and a 429 are those of all calls; passing faults are met by each call for
/// itself.
class ApiClient {
 public:
  /// Nothing but the end of an exchange (Transport::wait) is waited for.
  static constexpr std::int64_t kAtAnAnswer = RateLimit::kAfterAnAnswer;

  /// A page that is asked for. Destroying it gives it up. The client outlives it.
  class Call {
   public:
    Call(ApiClient& client, OrdersCall asked) : what(std::move(asked)), client_(client), patience_(client.around_) {}
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    const OrdersCall what;

   private:
    friend class ApiClient;
    ApiClient& client_;
    Patience patience_;
    std::unique_ptr<HttpExchange> exchange_;
    RateLimit::Sent sent_;
    std::int64_t sent_ns_ = 0;
    int token_ = 0;           ///< number of the token that it went out with
    bool token_new_ = false;  ///< this token had proved good for nobody, or was got after one was refused to this call
    bool refused_ = false;    ///< a token
    int new_tokens_refused_ = 0;
    int tries_ = 0;
  };

  /// All references outlive the client.
  ApiClient(const cnx::Host& host, Transport& transport, const Settings& settings, const Account& account,
            Metrics& metrics, Health& health, std::shared_ptr<Proven> proven);

  /// Sends `call` if it is time. Errors as of advance().
  [[nodiscard]] cnx::Status ask(Call& call);
  /// Goes on with `call`. Empty: not answered yet, see wake_ns(). Errors: AUTH (credentials or token refused), CONFIG
  /// and FATAL, at once when it never worked before, else when it was refused for errors.retry.timeout; CANCELLED; and
  /// when passing faults have lasted for errors.retry.timeout: FATAL in a bounded run, else RETRY.
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> advance(Call& call);
  /// When advance() has something to do for `call` again, unless an exchange ends before.
  [[nodiscard]] std::int64_t wake_ns(const Call& call) const;
  /// The API's time: the Date header of its last good answer and what has passed since, whatever this machine's clock
  /// says or jumps to; that clock while no answer has told the time. An answer's time under way makes it late.
  [[nodiscard]] EpochSeconds api_now() const;

 private:
  void send_token(const Call& call);
  [[nodiscard]] cnx::Status take_token(const Call& call);
  [[nodiscard]] cnx::Status on_token(const Call& call, HttpResult result);
  void send(Call& call);
  [[nodiscard]] HttpRequest orders_request(const OrdersCall& call);
  void note_limit(const Call& call, const HttpResult& result);
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> on_orders(Call& call, HttpResult result);
  [[nodiscard]] cnx::Result<std::optional<OrdersAnswer>> on_good(Call& call, HttpResponse response, bool empty);
  [[nodiscard]] OrdersAnswer on_bad_request(Call& call, std::string what, ApiError error);
  [[nodiscard]] cnx::Status on_unauthorized(Call& call, const std::string& what, int status);
  [[nodiscard]] cnx::Status on_fault(const Call& call, Patience& patience, const HttpFault& fault);
  void on_throttled(const Call& call, std::int64_t sent_ns, const HttpResponse& response);
  void answered(Call& call);
  void compare_clocks(const HttpResponse& response);
  /// The API's time when the monotonic clock was `at_ns`.
  [[nodiscard]] EpochSeconds api_at(std::int64_t at_ns) const;
  [[nodiscard]] std::string correlation_id();

  const Surroundings around_;
  Transport& transport_;
  const std::shared_ptr<Proven> proven_;
  std::string path_prefix_;
  JsonMemory page_memory_;
  std::mt19937_64 random_;

  Token token_;
  std::unique_ptr<HttpExchange> token_exchange_;  ///< for all calls
  Patience token_patience_;
  std::int64_t token_asked_ns_ = 0;

  RateLimit limit_;
  Backoff jitter_;
  std::int64_t throttled_until_ns_ = 0;
  std::int64_t throttled_at_ns_ = 0;
  int throttled_in_row_ = 0;

  std::optional<std::int64_t> api_epoch_ns_;  ///< the API's time when the monotonic clock was 0
  bool clock_warned_ = false;
};

}  // namespace walmart
