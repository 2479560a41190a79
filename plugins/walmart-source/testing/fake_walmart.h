// SPDX-License-Identifier: Apache-2.0
//
// The Walmart API in memory, as a transport for unit tests: tokens, orders, pages and cursors, and a place where a test
// puts its faults.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/testing/fake_host.hpp"
#include "times.h"
#include "transport.h"

namespace walmart::testing {

struct FakeOrder {
  std::string id;
  std::int64_t created_ms = 0;
  std::int64_t modified_ms = 0;
  std::string type = "SellerFulfilled";
  std::string body;
};

/// The server; outlives its transports. Bounds shut out both ends, as the words "after" and "before" say. One thread.
class FakeWalmart {
 public:
  /// An order with the given time and a body that says so. Ids count up from 108800000000001.
  const FakeOrder& add(std::int64_t created_ms, std::string type = "SellerFulfilled");
  /// Another version of the order, changed at `modified_ms`.
  void change(const std::string& id, std::int64_t modified_ms);
  [[nodiscard]] std::vector<FakeOrder>& orders() { return orders_; }

  /// What a test wants to happen to a request instead of the honest answer; empty: the honest answer.
  using Interference = std::function<std::optional<HttpResult>(const HttpRequest& request)>;
  void interfere(Interference with) { interference_ = std::move(with); }
  /// Changes the honest body of a page.
  using Bend = std::function<void(const HttpRequest& request, HttpResponse& answer)>;
  void bend(Bend with) { bend_ = std::move(with); }

  /// How long each call takes; without it none takes any time. Answers are made when the request comes.
  using Delay = std::function<std::int64_t(const HttpRequest& request)>;
  void take_time(cnx::testing::FakeHost& clock, Delay ms) {
    clock_ = &clock;
    delay_ms_ = std::move(ms);
  }

  [[nodiscard]] std::unique_ptr<Transport> transport();
  [[nodiscard]] HttpResult answer(const HttpRequest& request);

  std::vector<HttpRequest> requests;  ///< all that came
  std::size_t out = 0;                ///< exchanges that are on their way
  std::size_t most_out = 0;
  [[nodiscard]] int calls(std::string_view path) const;
  int expires_in = 900;
  std::string secret = "secret";
  std::size_t most_orders = 10000;  ///< a larger result is refused
  bool empty_is_404 = false;

 private:
  friend class FakeTransport;
  HttpResponse token(const HttpRequest& request);
  HttpResponse page(const std::string& query);

  std::vector<FakeOrder> orders_;
  int tokens_ = 0;
  Interference interference_;
  Bend bend_;
  cnx::testing::FakeHost* clock_ = nullptr;
  Delay delay_ms_;
};

[[nodiscard]] HttpResponse json_answer(int status, std::string body);
/// "name=value" of a query; empty when it is not there.
[[nodiscard]] std::string parameter(std::string_view query, std::string_view name);

}  // namespace walmart::testing
