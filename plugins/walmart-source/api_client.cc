// SPDX-License-Identifier: Apache-2.0
#include "api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace walmart {
namespace {

using cnx::Result;
using cnx::Status;

/// So many tokens in a row, each newly got, that are refused at their first use end the task.
constexpr int kFreshTokensRefused = 3;
constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr EpochSeconds kClocksWarn = 60;

/// The path of a base URL, "" for most: base URLs of proxies may have one.
std::string path_of(const std::string& url) {
  const auto slash = url.find('/', url.find("://") + 3);
  return slash == std::string::npos ? "" : url.substr(slash);
}

std::string seconds_text(std::int64_t ms) { return fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100); }

}  // namespace

ApiClient::ApiClient(const cnx::Host& host, Transport& transport, const Settings& settings, const Account& account,
                     Metrics& metrics, std::shared_ptr<Proven> proven)
    : host_(host),
      transport_(transport),
      settings_(settings),
      account_(account),
      metrics_(metrics),
      proven_(std::move(proven)),
      path_prefix_(path_of(settings.base_url)),
      backoff_(settings.retry_timeout_ms, static_cast<std::uint64_t>(host.monotonic_ns())),
      refusals_(settings.retry_timeout_ms, static_cast<std::uint64_t>(host.monotonic_ns())),
      random_(static_cast<std::uint64_t>(host.now_us()) ^ static_cast<std::uint64_t>(host.monotonic_ns())) {}

Result<std::optional<OrdersAnswer>> ApiClient::advance(const OrdersCall& call, std::int64_t deadline_ns) {
  for (;;) {
    if (exchange_ == nullptr) {
      if (host_.monotonic_ns() < not_before_ns_) return std::optional<OrdersAnswer>();
      begin(call);
    }
    const std::int64_t left_ns = std::max<std::int64_t>(0, deadline_ns - host_.monotonic_ns());
    std::optional<HttpResult> result = exchange_->wait((left_ns + kMillisecondNs - 1) / kMillisecondNs);
    if (!result) return std::optional<OrdersAnswer>();
    exchange_.reset();
    if (stage_ == Stage::kToken) {
      CNX_TRY(on_token(call, *std::move(result)));
      continue;
    }
    CNX_ASSIGN(std::optional<OrdersAnswer> answer, on_orders(call, *std::move(result)));
    if (answer) return answer;
  }
}

void ApiClient::begin(const OrdersCall& call) {
  not_before_ns_ = 0;
  asked_ns_ = host_.monotonic_ns();
  stage_ = token_.usable(asked_ns_) ? Stage::kOrders : Stage::kToken;
  if (backoff_.failures() + refusals_.failures() + throttled_in_row_ + fresh_tokens_refused_ > 0)
    metrics_.retries.add();
  exchange_ = transport_.send(stage_ == Stage::kToken ? token_request(account_, path_prefix_, correlation_id())
                                                      : orders_request(call));
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
  if (!settings_.channel_type.empty()) request.headers.emplace_back("WM_CONSUMER.CHANNEL.TYPE", settings_.channel_type);
  return request;
}

Status ApiClient::on_token(const OrdersCall& call, HttpResult result) {
  if (const auto* fault = std::get_if<HttpFault>(&result)) return on_fault(call, *fault);
  const auto& response = std::get<HttpResponse>(result);
  const std::string what = describe(response, read_error(response.body));
  switch (judge_token(response.status)) {
    case Verdict::kGood: {
      if (Status taken = token_.take(response.body, asked_ns_); !taken.ok())
        return on_passing(call, taken.error().message, response.status);
      metrics_.tokens.add();
      proven_->token = true;
      host_.debug(fmt::format("{}: new token", account_.name));
      return {};
    }
    case Verdict::kAuth:
      return on_refused(
          call, proven_->token,
          cnx::auth_error(
              fmt::format("account {}: {} refused the client id and secret ({}); check accounts.{}.client.id "
                          "and client.secret",
                          account_.name, settings_.base_url, what, account_.name),
              response.status));
    case Verdict::kThrottled:
      on_throttled(call, response);
      return {};
    case Verdict::kPassing:
      return on_passing(call, "token call: " + what, response.status);
    default:
      return on_refused(call, proven_->token,
                        cnx::fatal_error(fmt::format("account {}: token call to {}: {}; check base.url", account_.name,
                                                     settings_.base_url, what),
                                         response.status));
  }
}

Result<std::optional<OrdersAnswer>> ApiClient::on_orders(const OrdersCall& call, HttpResult result) {
  const std::optional<OrdersAnswer> again;
  if (const auto* fault = std::get_if<HttpFault>(&result)) {
    CNX_TRY(on_fault(call, *fault));
    return again;
  }
  auto& response = std::get<HttpResponse>(result);
  const ApiError error = response.status >= 400 ? read_error(response.body) : ApiError{};
  const std::string what = describe(response, error);
  switch (judge_orders(response.status, response.body, error)) {
    case Verdict::kGood:
      return on_good(call, std::move(response), false);
    case Verdict::kEmpty:
      return on_good(call, std::move(response), true);
    case Verdict::kNewToken:
      CNX_TRY(on_unauthorized(call, what, response.status));
      return again;
    case Verdict::kThrottled:
      on_throttled(call, response);
      return again;
    case Verdict::kPassing:
      CNX_TRY(on_passing(call, what, response.status));
      return again;
    case Verdict::kBadRequest: {
      answered();
      metrics_.calls_refused.add();
      OrdersAnswer refused;
      refused.refused = true;
      refused.refusal = what;
      refused.error = error;
      return std::optional(std::move(refused));
    }
    case Verdict::kAuth:
      CNX_TRY(on_refused(
          call, proven_->orders,
          cnx::auth_error(
              fmt::format("account {} has no right to read orders at {} ({}); check what the client id may do",
                          account_.name, settings_.base_url, what),
              response.status)));
      return again;
    case Verdict::kFatal:
      break;
  }
  CNX_TRY(on_refused(
      call, proven_->orders,
      cnx::fatal_error(fmt::format("{}: {} answered {}; check base.url", call.about, settings_.base_url, what),
                       response.status)));
  return again;
}

Result<std::optional<OrdersAnswer>> ApiClient::on_good(const OrdersCall& call, HttpResponse response, bool empty) {
  OrdersAnswer answer;
  compare_clocks(response);
  // Brokers refuse timestamps that lie far ahead of their own clock.
  answer.fetched = api_now();
  answer.body = std::move(response.body);
  if (!empty) {
    auto page = parse_page(answer.body);
    if (!page.ok()) {
      CNX_TRY(on_passing(call, fmt::format("HTTP {}: {}", response.status, page.error().message), response.status));
      return std::optional<OrdersAnswer>();
    }
    answer.page = *std::move(page);
  }
  if (response.status == 206)
    host_.warning(fmt::format("{}: HTTP 206, the API says that a part of the content is missing", call.about));
  answered();
  token_.proved_good();
  proven_->orders = true;
  metrics_.calls_good.add();
  return std::optional(std::move(answer));
}

Status ApiClient::on_unauthorized(const OrdersCall& call, const std::string& what, int status) {
  metrics_.calls_unauthorized.add();
  if (token_.fresh()) ++fresh_tokens_refused_;
  token_.drop();
  if (fresh_tokens_refused_ < kFreshTokensRefused) {
    host_.debug(fmt::format("{}: {}; asking for a new token", call.about, what));
    return {};
  }
  return on_refused(
      call, proven_->orders,
      cnx::auth_error(
          fmt::format("account {}: {} refused {} tokens in a row, each newly got ({}); check what the client id may do",
                      account_.name, settings_.base_url, fresh_tokens_refused_, what),
          status));
}

Status ApiClient::on_fault(const OrdersCall& call, const HttpFault& fault) {
  switch (fault.kind) {
    case HttpFault::Kind::kCancelled:
      return cnx::cancelled_error();
    case HttpFault::Kind::kConfig:
      return on_refused(call, proven_->token,
                        cnx::config_error(fmt::format("{}: {}: {}", call.about, settings_.base_url, fault.message),
                                          fault.native_code));
    case HttpFault::Kind::kPassing:
      break;
  }
  return on_passing(call, fmt::format("{}: {}", settings_.base_url, fault.message), fault.native_code);
}

Status ApiClient::on_refused(const OrdersCall& call, bool worked, cnx::Error verdict) {
  metrics_.calls_refused.add();
  if (!worked) return verdict;
  const std::int64_t now_ns = host_.monotonic_ns();
  if (!refusals_.failed(now_ns)) {
    verdict.message += fmt::format(
        "; it worked before, and has been refused for {} in {} tries, errors.retry.timeout is {}",
        seconds_text(refusals_.failing_for_ms(now_ns)), refusals_.failures(), seconds_text(settings_.retry_timeout_ms));
    return verdict;
  }
  const std::int64_t wait_ms = (refusals_.next_try_ns() - now_ns) / kMillisecondNs;
  host_.warning(fmt::format("{}: {}; it worked before, so again in {} (refusal {})", call.about, verdict.message,
                            seconds_text(wait_ms), refusals_.failures()));
  wait_for(refusals_.next_try_ns(),
           fmt::format("{}: waiting {} after {}", account_.name, seconds_text(wait_ms), verdict.message));
  return {};
}

Status ApiClient::on_passing(const OrdersCall& call, const std::string& what, int native_code) {
  metrics_.calls_passing.add();
  refusals_.succeeded();  // an outage of several faces is one of passing faults: these have their own limit
  const std::int64_t now_ns = host_.monotonic_ns();
  if (backoff_.failed(now_ns)) {
    const std::int64_t wait_ms = (backoff_.next_try_ns() - now_ns) / kMillisecondNs;
    host_.info(
        fmt::format("{}: {}; again in {} (failure {})", call.about, what, seconds_text(wait_ms), backoff_.failures()));
    wait_for(backoff_.next_try_ns(),
             fmt::format("{}: waiting {} after {}", account_.name, seconds_text(wait_ms), what));
    return {};
  }
  std::string message = fmt::format("{}: {}; no good answer for {} in {} tries, errors.retry.timeout is {}", call.about,
                                    what, seconds_text(backoff_.failing_for_ms(now_ns)), backoff_.failures(),
                                    seconds_text(settings_.retry_timeout_ms));
  backoff_.succeeded();  // the next row of tries has a timeout of its own
  if (settings_.bounded()) return cnx::fatal_error(std::move(message), native_code);
  return cnx::retry_error(std::move(message), native_code);
}

void ApiClient::on_throttled(const OrdersCall& call, const HttpResponse& response) {
  metrics_.calls_throttled.add();
  // A time that has passed already must not turn into calls without a pause.
  const std::int64_t least_ms = 250LL << std::min(throttled_in_row_, 7);
  ++throttled_in_row_;
  const std::int64_t told_ms = throttle_wait_ms(response, host_.now_us() / 1000);
  const std::int64_t wait_ms = backoff_.with_jitter(std::max(told_ms, least_ms));
  host_.info(fmt::format("{}: rate limit (HTTP 429); again in {}", call.about, seconds_text(wait_ms)));
  wait_for(host_.monotonic_ns() + wait_ms * kMillisecondNs,
           fmt::format("{}: rate limit, {}", account_.name, seconds_text(wait_ms)));
}

void ApiClient::answered() {
  backoff_.succeeded();
  refusals_.succeeded();
  fresh_tokens_refused_ = 0;
  throttled_in_row_ = 0;
  if (health_shown_) host_.health({});
  health_shown_ = false;
}

void ApiClient::compare_clocks(const HttpResponse& response) {
  const auto date = parse_http_date(response.header("date"));
  if (!date) return;
  const EpochSeconds ahead = host_.now_us() / 1'000'000 - *date;
  api_epoch_ns_ = *date * kSecondNs - host_.monotonic_ns();
  const bool far = std::abs(ahead) > kClocksWarn;
  if (far && !clock_warned_)
    host_.warning(
        fmt::format("this machine's clock is {} s {} that of {}; bounded ranges go by this machine's: "
                    "set it right",
                    std::abs(ahead), ahead > 0 ? "ahead of" : "behind", settings_.base_url));
  clock_warned_ = far;
}

EpochSeconds ApiClient::api_now() const {
  return api_epoch_ns_ ? (*api_epoch_ns_ + host_.monotonic_ns()) / kSecondNs : host_.now_us() / 1'000'000;
}

void ApiClient::wait_for(std::int64_t until_ns, const std::string& why) {
  not_before_ns_ = until_ns;
  host_.health(why);
  health_shown_ = true;
}

std::string ApiClient::correlation_id() {
  const std::uint64_t high = random_(), low = random_();
  // Version 4, variant 1: the form of a random UUID.
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, high >> 16U & 0xffffU, high & 0xfffU,
                     (low >> 48U & 0x3fffU) | 0x8000U, low & 0xffffffffffffU);
}

}  // namespace walmart
