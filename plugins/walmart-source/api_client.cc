// SPDX-License-Identifier: Apache-2.0
#include "api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace walmart {
namespace {

using cnx::Result;
using cnx::Status;

/// So many tokens in a row, each newly got, that are refused to a call end the task.
constexpr int kNewTokensRefused = 3;
constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr EpochSeconds kClocksWarn = 60;

/// The path of a base URL, "" for most: base URLs of proxies may have one.
std::string path_of(const std::string& url) {
  const auto slash = url.find('/', url.find("://") + 3);
  return slash == std::string::npos ? "" : url.substr(slash);
}

}  // namespace

ApiClient::ApiClient(const cnx::Host& host, Transport& transport, const Settings& settings, const Account& account,
                     Metrics& metrics, Health& health, std::shared_ptr<Proven> proven)
    : around_{host, settings, account, metrics, health},
      transport_(transport),
      proven_(std::move(proven)),
      path_prefix_(path_of(settings.base_url)),
      random_(static_cast<std::uint64_t>(host.now_us()) ^ static_cast<std::uint64_t>(host.monotonic_ns())),
      token_patience_(around_),
      jitter_(0, random_()) {}

ApiClient::Call::~Call() {
  if (exchange_) client_.limit_.lost(sent_);
}

Result<std::optional<OrdersAnswer>> ApiClient::advance(Call& call) {
  const std::optional<OrdersAnswer> not_yet;
  for (;;) {
    CNX_TRY(ask(call));
    if (!call.exchange_) return not_yet;
    std::optional<HttpResult> result = call.exchange_->result();
    if (!result) return not_yet;
    call.exchange_.reset();
    note_limit(call, *result);
    CNX_ASSIGN(std::optional<OrdersAnswer> answer, on_orders(call, *std::move(result)));
    if (answer) return answer;
  }
}

Status ApiClient::ask(Call& call) {
  const std::int64_t now_ns = around_.host.monotonic_ns();
  if (call.exchange_) return {};
  CNX_TRY(take_token(call));
  while (now_ns >= std::max(throttled_until_ns_, call.patience_.ready_ns())) {
    if (token_.usable(now_ns)) {
      if (limit_.ready_ns(now_ns) <= now_ns) send(call);
      return {};
    }
    if (token_exchange_ || now_ns < token_patience_.ready_ns()) return {};
    send_token(call);
    CNX_TRY(take_token(call));
  }
  return {};
}

std::int64_t ApiClient::wake_ns(const Call& call) const {
  if (call.exchange_) return kAtAnAnswer;
  const std::int64_t now_ns = around_.host.monotonic_ns();
  const std::int64_t waits = std::max(throttled_until_ns_, call.patience_.ready_ns());
  if (waits > now_ns) return waits;
  if (token_.usable(now_ns)) return std::max(waits, limit_.ready_ns(now_ns));
  return token_exchange_ ? kAtAnAnswer : std::max(waits, token_patience_.ready_ns());
}

void ApiClient::send_token(const Call& call) {
  if (token_patience_.failing() || call.new_tokens_refused_ > 0) around_.metrics.retries.add();
  token_asked_ns_ = around_.host.monotonic_ns();
  token_exchange_ = transport_.send(token_request(around_.account, path_prefix_, correlation_id()));
}

/// Whichever call comes by first takes it, for all.
Status ApiClient::take_token(const Call& call) {
  if (!token_exchange_) return {};
  std::optional<HttpResult> result = token_exchange_->result();
  if (!result) return {};
  token_exchange_.reset();
  return on_token(call, *std::move(result));
}

void ApiClient::send(Call& call) {
  if (call.tries_++ > 0) around_.metrics.retries.add();
  call.sent_ns_ = around_.host.monotonic_ns();
  call.token_ = token_.number();
  call.token_new_ = token_.fresh() || call.refused_;
  call.sent_ = limit_.send();
  call.exchange_ = transport_.send(orders_request(call.what));
}

HttpRequest ApiClient::orders_request(const OrdersCall& call) {
  HttpRequest request{.method = "GET",
                      .target = path_prefix_ + call.target,
                      .headers = {{"Accept", "application/json"},
                                  {"WM_SVC.NAME", "Walmart Marketplace"},
                                  {"WM_QOS.CORRELATION_ID", correlation_id()},
                                  {"WM_SEC.ACCESS_TOKEN", token_.text()}},
                      .body = {},
                      .credentials = std::nullopt};
  if (!around_.settings.channel_type.empty())
    request.headers.emplace_back("WM_CONSUMER.CHANNEL.TYPE", around_.settings.channel_type);
  return request;
}

Status ApiClient::on_token(const Call& call, HttpResult result) {
  if (const auto* fault = std::get_if<HttpFault>(&result)) return on_fault(call, token_patience_, *fault);
  const auto& response = std::get<HttpResponse>(result);
  const std::string what = describe(response, read_error(response.body));
  switch (judge_token(response.status)) {
    case Verdict::kGood: {
      if (Status taken = token_.take(response.body, token_asked_ns_); !taken.ok())
        return token_patience_.passing(call.what.about, taken.error().message, response.status);
      around_.metrics.tokens.add();
      proven_->token = true;
      around_.host.debug(fmt::format("{}: new token", around_.account.name));
      return {};
    }
    case Verdict::kAuth:
      return token_patience_.refused(
          call.what.about, proven_->token,
          cnx::auth_error(
              fmt::format("account {}: {} refused the client id and secret ({}); check accounts.{}.client.id "
                          "and client.secret",
                          around_.account.name, around_.settings.base_url, what, around_.account.name),
              response.status));
    case Verdict::kThrottled:
      on_throttled(call, token_asked_ns_, response);
      return {};
    case Verdict::kPassing:
      return token_patience_.passing(call.what.about, "token call: " + what, response.status);
    default:
      return token_patience_.refused(
          call.what.about, proven_->token,
          cnx::fatal_error(fmt::format("account {}: token call to {}: {}; check base.url", around_.account.name,
                                       around_.settings.base_url, what),
                           response.status));
  }
}

void ApiClient::note_limit(const Call& call, const HttpResult& result) {
  const auto* response = std::get_if<HttpResponse>(&result);
  if (response == nullptr) return limit_.lost(call.sent_);
  if (response->status == 429) return;  // on_throttled() tells it, with the wait
  limit_.answered(call.sent_, around_.host.monotonic_ns() - response->age_ns,
                  calls_left(*response, (around_.host.now_us() - response->age_ns / 1000) / 1000));
}

Result<std::optional<OrdersAnswer>> ApiClient::on_orders(Call& call, HttpResult result) {
  Status again;
  if (const auto* fault = std::get_if<HttpFault>(&result)) {
    CNX_TRY(on_fault(call, call.patience_, *fault));
    return std::optional<OrdersAnswer>();
  }
  auto& response = std::get<HttpResponse>(result);
  const int status = response.status;
  const std::string& url = around_.settings.base_url;
  const ApiError error = status >= 400 ? read_error(response.body) : ApiError{};
  const std::string what = describe(response, error);
  switch (judge_orders(status, response.body, error)) {
    case Verdict::kGood:
      return on_good(call, std::move(response), false);
    case Verdict::kEmpty:
      return on_good(call, std::move(response), true);
    case Verdict::kBadRequest:
      return std::optional(on_bad_request(call, what, error));
    case Verdict::kNewToken:
      again = on_unauthorized(call, what, status);
      break;
    case Verdict::kThrottled:
      on_throttled(call, call.sent_ns_, response);
      limit_.throttled(call.sent_, around_.host.monotonic_ns(), throttled_until_ns_);
      break;
    case Verdict::kPassing:
      again = call.patience_.passing(call.what.about, what, status);
      break;
    case Verdict::kAuth:
      again = call.patience_.refused(
          call.what.about, proven_->orders,
          cnx::auth_error(
              fmt::format("account {} has no right to read orders at {} ({}); check what the client id may do",
                          around_.account.name, url, what),
              status));
      break;
    case Verdict::kFatal:
      again = call.patience_.refused(
          call.what.about, proven_->orders,
          cnx::fatal_error(fmt::format("{}: {} answered {}; check base.url", call.what.about, url, what), status));
      break;
  }
  CNX_TRY(std::move(again));
  return std::optional<OrdersAnswer>();
}

OrdersAnswer ApiClient::on_bad_request(Call& call, std::string what, ApiError error) {
  answered(call);
  around_.metrics.calls_refused.add();
  OrdersAnswer refused;
  refused.refused = true;
  refused.refusal = std::move(what);
  refused.error = std::move(error);
  return refused;
}

Result<std::optional<OrdersAnswer>> ApiClient::on_good(Call& call, HttpResponse response, bool empty) {
  OrdersAnswer answer;
  compare_clocks(response);
  // Brokers refuse timestamps that lie far ahead of their own clock.
  answer.fetched = api_at(around_.host.monotonic_ns() - response.age_ns);
  answer.body = std::move(response.body);
  if (!empty) {
    auto page = parse_page(answer.body, &page_memory_);
    if (!page.ok()) {
      CNX_TRY(call.patience_.passing(call.what.about, fmt::format("HTTP {}: {}", response.status, page.error().message),
                                     response.status));
      return std::optional<OrdersAnswer>();
    }
    answer.page = *std::move(page);
  }
  if (response.status == 206)
    around_.host.warning(
        fmt::format("{}: HTTP 206, the API says that a part of the content is missing", call.what.about));
  answered(call);
  if (call.token_ == token_.number()) token_.proved_good();
  proven_->orders = true;
  around_.metrics.calls_good.add();
  return std::optional(std::move(answer));
}

/// Each call counts for itself: what refuses one query may answer all others, which must not hide that it does.
Status ApiClient::on_unauthorized(Call& call, const std::string& what, int status) {
  around_.metrics.calls_unauthorized.add();
  call.refused_ = true;
  if (call.token_new_) ++call.new_tokens_refused_;
  if (call.token_ == token_.number()) token_.drop();  // else another call has met it: there is a newer one or will be
  if (call.new_tokens_refused_ < kNewTokensRefused) {
    around_.host.debug(fmt::format("{}: {}; asking for a new token", call.what.about, what));
    return {};
  }
  return call.patience_.refused(
      call.what.about, proven_->orders,
      cnx::auth_error(
          fmt::format("account {}: {} refused {} tokens in a row, each newly got ({}); check what the client id may do",
                      around_.account.name, around_.settings.base_url, call.new_tokens_refused_, what),
          status));
}

Status ApiClient::on_fault(const Call& call, Patience& patience, const HttpFault& fault) {
  const std::string what = fmt::format("{}: {}", around_.settings.base_url, fault.message);
  switch (fault.kind) {
    case HttpFault::Kind::kCancelled:
      return cnx::cancelled_error();
    case HttpFault::Kind::kConfig:
      return patience.refused(call.what.about, proven_->token,
                              cnx::config_error(fmt::format("{}: {}", call.what.about, what), fault.native_code));
    case HttpFault::Kind::kPassing:
      break;
  }
  return patience.passing(call.what.about, what, fault.native_code);
}

void ApiClient::on_throttled(const Call& call, std::int64_t sent_ns, const HttpResponse& response) {
  around_.metrics.calls_throttled.add();
  // A time that has passed already must not turn into calls without a pause; calls that were out together are one row.
  const std::int64_t now_ns = around_.host.monotonic_ns();
  if (sent_ns > throttled_at_ns_ || throttled_in_row_ == 0) {
    ++throttled_in_row_;
    throttled_at_ns_ = now_ns;
  }
  const std::int64_t least_ms = 250LL << std::clamp(throttled_in_row_ - 1, 0, 7);
  const std::int64_t told_ms = throttle_wait_ms(response, around_.host.now_us() / 1000);
  const std::int64_t wait_ms = jitter_.with_jitter(std::max(told_ms, least_ms));
  around_.host.info(fmt::format("{}: rate limit (HTTP 429); again in {}", call.what.about, seconds_text(wait_ms)));
  throttled_until_ns_ = std::max(throttled_until_ns_, now_ns + wait_ms * kMillisecondNs);
  around_.health.waits(&throttled_until_ns_,
                       fmt::format("{}: rate limit, {}", around_.account.name, seconds_text(wait_ms)));
}

void ApiClient::answered(Call& call) {
  call.patience_.answered();
  token_patience_.answered();
  throttled_in_row_ = 0;
  around_.health.waits(&throttled_until_ns_, {});
}

void ApiClient::compare_clocks(const HttpResponse& response) {
  const auto date = parse_http_date(response.header("date"));
  if (!date) return;
  const EpochSeconds ahead = (around_.host.now_us() - response.age_ns / 1000) / 1'000'000 - *date;
  api_epoch_ns_ = *date * kSecondNs - (around_.host.monotonic_ns() - response.age_ns);
  const bool far = std::abs(ahead) > kClocksWarn;
  if (far && !clock_warned_)
    around_.host.warning(
        fmt::format("this machine's clock is {} s {} that of {}; bounded ranges go by this machine's: "
                    "set it right",
                    std::abs(ahead), ahead > 0 ? "ahead of" : "behind", around_.settings.base_url));
  clock_warned_ = far;
}

EpochSeconds ApiClient::api_now() const { return api_at(around_.host.monotonic_ns()); }

EpochSeconds ApiClient::api_at(std::int64_t at_ns) const {
  if (api_epoch_ns_) return (*api_epoch_ns_ + at_ns) / kSecondNs;
  return (around_.host.now_us() - (around_.host.monotonic_ns() - at_ns) / 1000) / 1'000'000;
}

std::string ApiClient::correlation_id() {
  const std::uint64_t high = random_(), low = random_();
  // Version 4, variant 1: the form of a random UUID.
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xffffU, high & 0xfffU,
                     (low >> 48U & 0x3fffU) | 0x8000U, low & 0xffffffffffffU);
}

}  // namespace walmart
