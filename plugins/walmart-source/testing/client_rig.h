// SPDX-License-Identifier: Apache-2.0
//
// A client of the API with a fake host and a fake API, for unit tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "api_client.h"
#include "cnx/testing/config.hpp"
#include "cnx/testing/fake_host.hpp"
#include "source.h"
#include "testing/fake_walmart.h"

namespace walmart::testing {

class ApiClientTest : public ::testing::Test {
 protected:
  ApiClientTest() { make_client({}); }

  void make_client(cnx::testing::Pairs more) {
    for (const auto& pair : cnx::testing::Pairs{
             {"topic", "orders"}, {"accounts.shop.client.id", "id"}, {"accounts.shop.client.secret", "secret"}})
      if (std::none_of(more.begin(), more.end(), [&](const auto& p) { return p.first == pair.first; }))
        more.push_back(pair);
    settings_ = *read_settings(cnx::testing::config_of<WalmartSource>(std::move(more)));
    client_ =
        std::make_unique<ApiClient>(host_, *transport_, *settings_, settings_->accounts[0], metrics_, health_, proven_);
  }
  /// Waits as the source does, with the fake clock.
  cnx::Result<OrdersAnswer> ask(const std::string& target = "/v3/orders?limit=10&shipNodeType=SellerFulfilled") {
    ApiClient::Call call(*client_, {target, "shop, page 1"});
    for (int i = 0; i < 1000; ++i) {
      CNX_ASSIGN(auto answer, client_->advance(call));
      if (answer) return *std::move(answer);
      fake_.advance_ms(std::max<std::int64_t>(1, (client_->wake_ns(call) - host_.monotonic_ns()) / 1'000'000 + 1));
    }
    return cnx::fatal_error("the client waits for ever");
  }
  /// These answers come to the next orders calls, then honest ones.
  void script(std::deque<HttpResult> answers) {
    script_ = std::move(answers);
    walmart_.interfere([this](const HttpRequest& request) -> std::optional<HttpResult> {
      if (request.target == "/v3/token" || script_.empty()) return std::nullopt;
      HttpResult next = std::move(script_.front());
      script_.pop_front();
      return next;
    });
  }
  static std::string token_of(const HttpRequest& request) {
    for (const auto& [name, value] : request.headers)
      if (name == "WM_SEC.ACCESS_TOKEN") return value;
    return "";
  }

  cnx::testing::FakeHost fake_;
  cnx::Host host_ = fake_.host();
  FakeWalmart walmart_;
  std::unique_ptr<Transport> transport_ = walmart_.transport();
  Metrics metrics_{host_};
  Health health_{host_};
  std::shared_ptr<Proven> proven_ = std::make_shared<Proven>();
  std::optional<Settings> settings_;
  std::unique_ptr<ApiClient> client_;
  std::deque<HttpResult> script_;
};

}  // namespace walmart::testing
