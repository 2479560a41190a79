// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_walmart.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "json_doc.h"

namespace walmart::testing {
namespace {

/// Both ends shut out; a bound that is missing is none.
struct Bounds {
  Bounds(const std::string& query, const char* from, const char* to)
      : low(parse_instant_ms(parameter(query, from)).value_or(INT64_MIN)),
        high(parse_instant_ms(parameter(query, to)).value_or(INT64_MAX)) {}
  [[nodiscard]] bool hold(std::int64_t at_ms) const { return at_ms > low && at_ms < high; }
  std::int64_t low, high;
};

std::string body_of(const FakeOrder& order, int version) {
  return fmt::format(R"({{"purchaseOrderId":"{}", "orderDate":{},"amount":10.50,"version":{}}})", order.id,
                     order.created_ms, version);
}

}  // namespace

/// Exchanges are done at a time of the fake clock, which wait() moves forward.
class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(FakeWalmart& walmart) : walmart_(walmart) {}

  std::unique_ptr<HttpExchange> send(HttpRequest request) override {
    const std::int64_t ms = walmart_.delay_ms_ ? walmart_.delay_ms_(request) : 0;
    walmart_.most_out = std::max(walmart_.most_out, ++walmart_.out);
    return std::make_unique<Exchange>(*this, walmart_.answer(request), now_ns() + ms * 1'000'000);
  }
  [[nodiscard]] bool idle() const override { return open_.empty(); }
  void wait(std::int64_t timeout_ms) override {
    if (cancelled_ || open_.empty()) return;
    std::int64_t until_ns = now_ns() + timeout_ms * 1'000'000;
    for (const Exchange* exchange : open_) until_ns = std::min(until_ns, exchange->done_ns);
    if (walmart_.clock_ != nullptr && until_ns > now_ns())
      walmart_.clock_->advance_ms((until_ns - now_ns() + 999'999) / 1'000'000);
  }
  void cancel() noexcept override { cancelled_ = true; }

 private:
  struct Exchange final : HttpExchange {
    Exchange(FakeTransport& of, HttpResult with, std::int64_t at_ns)
        : transport(of), answer(std::move(with)), done_ns(at_ns) {
      transport.open_.push_back(this);
    }
    ~Exchange() override { end(); }
    std::optional<HttpResult> result() override {
      if (transport.cancelled_) return HttpFault{HttpFault::Kind::kCancelled, "stopped", 0};
      if (transport.now_ns() < done_ns) return std::nullopt;
      end();
      return std::move(answer);
    }
    void end() {
      if (std::erase(transport.open_, this) > 0) --transport.walmart_.out;
    }
    FakeTransport& transport;
    HttpResult answer;
    std::int64_t done_ns;
  };

  [[nodiscard]] std::int64_t now_ns() const { return walmart_.clock_ == nullptr ? 0 : walmart_.clock_->monotonic_ns(); }

  FakeWalmart& walmart_;
  std::vector<Exchange*> open_;
  std::atomic<bool> cancelled_ = false;
};

const FakeOrder& FakeWalmart::add(std::int64_t created_ms, std::string type) {
  FakeOrder order{std::to_string(108800000000001 + static_cast<std::int64_t>(orders_.size())),
                  created_ms,
                  created_ms,
                  std::move(type),
                  {}};
  order.body = body_of(order, 1);
  orders_.push_back(std::move(order));
  return orders_.back();
}

void FakeWalmart::change(const std::string& id, std::int64_t modified_ms) {
  for (FakeOrder& order : orders_) {
    if (order.id != id) continue;
    order.modified_ms = modified_ms;
    order.body = body_of(order, static_cast<int>(modified_ms % 1'000'000'007));
  }
}

std::unique_ptr<Transport> FakeWalmart::transport() { return std::make_unique<FakeTransport>(*this); }

int FakeWalmart::calls(std::string_view path) const {
  return static_cast<int>(std::count_if(requests.begin(), requests.end(), [&](const HttpRequest& request) {
    return request.target.substr(0, request.target.find('?')) == path;
  }));
}

HttpResult FakeWalmart::answer(const HttpRequest& request) {
  requests.push_back(request);
  if (interference_)
    if (auto other = interference_(request)) return *std::move(other);
  if (request.target == "/v3/token") return token(request);
  HttpResponse honest = page(request.target.substr(request.target.find('?') + 1));
  if (bend_) bend_(request, honest);
  return honest;
}

HttpResponse FakeWalmart::token(const HttpRequest& request) {
  if (!request.credentials || request.credentials->password != secret)
    return json_answer(
        400,
        R"({"error":[{"code":"INVALID_REQUEST_HEADER.GMP_GATEWAY_API","field":"Authorization","description":"Incorrect Authorization header"}]})");
  return json_answer(200, fmt::format(R"({{"access_token":"token-{}","token_type":"Bearer","expires_in":{}}})",
                                      ++tokens_, expires_in));
}

HttpResponse FakeWalmart::page(const std::string& query) {
  const Bounds created(query, "createdStartDate", "createdEndDate");
  const Bounds modified(query, "lastModifiedStartDate", "lastModifiedEndDate");
  const std::string type = parameter(query, "shipNodeType");
  std::vector<const FakeOrder*> found;
  for (const FakeOrder& order : orders_)
    if (order.type == type && created.hold(order.created_ms) && modified.hold(order.modified_ms))
      found.push_back(&order);
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return std::tie(a->created_ms, a->id) > std::tie(b->created_ms, b->id);
  });
  if (found.empty() && empty_is_404) return HttpResponse{404, {}, ""};
  if (found.size() > most_orders)
    return json_answer(400,
                       R"({"errors":{"error":[{"code":"INVALID_REQUEST.GMP_ORDER_API","description":"Too many"}]}})");
  const std::size_t limit = std::stoul(parameter(query, "limit"));
  const std::string given = parameter(query, "poIndex");
  const std::size_t start = given.empty() ? 0 : std::stoul(given);
  const std::size_t end = std::min(found.size(), start + limit);
  std::string next = "null";
  if (end < found.size()) {
    std::string rest;
    for (const char* name :
         {"createdStartDate", "createdEndDate", "lastModifiedStartDate", "lastModifiedEndDate", "shipNodeType"})
      if (const std::string value = parameter(query, name); !value.empty()) rest += fmt::format("&{}={}", name, value);
    next = fmt::format("\"?limit={}&hasMoreElements=true&soIndex={}&cursor=a+b/c==&poIndex={}{}\"", limit, found.size(),
                       end, rest);
  }
  std::string body =
      fmt::format(R"({{"list":{{"meta":{{"totalCount":{},"limit":{},"nextCursor":{}}},"elements":{{"order":[)",
                  found.size(), limit, next);
  for (std::size_t i = start; i < end; ++i) body += (i > start ? "," : "") + found[i]->body;
  return json_answer(200, body + "]}}}");
}

HttpResponse json_answer(int status, std::string body) {
  return HttpResponse{status, {{"content-type", "application/json"}}, std::move(body)};
}

std::string parameter(std::string_view query, std::string_view name) {
  query.remove_prefix(std::min(query.size(), query.find('?') + 1));
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.substr(0, pair.find('=')) == name) return std::string(pair.substr(pair.find('=') + 1));
  }
  return {};
}

}  // namespace walmart::testing
