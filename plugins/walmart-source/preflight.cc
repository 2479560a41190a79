// SPDX-License-Identifier: Apache-2.0
#include "preflight.h"

#include <fmt/format.h>

#include <algorithm>

#include "api_client.h"

namespace walmart {
namespace {

using cnx::Result;
using cnx::Status;

/// A check is for someone who waits before a screen: it gives up on a passing fault sooner than a run.
constexpr std::int64_t kPatienceMs = 15'000;
constexpr std::int64_t kMillisecondNs = 1'000'000;

/// One tiny orders call of the account, with all that it takes: a token first.
Result<OrdersAnswer> ask(const cnx::Host& host, Transport& transport, ApiClient& client, const Account& account) {
  const EpochSeconds now = host.now_us() / 1'000'000;
  ApiClient::Call call(client, {fmt::format("/v3/orders?createdStartDate={}&createdEndDate={}&limit=1",
                                            utc_text(now - kHour), utc_text(now)),
                                account.name + ", one order of the last hour"});
  const std::int64_t give_up_ns = host.monotonic_ns() + 2 * kPatienceMs * kMillisecondNs;
  for (;;) {
    CNX_ASSIGN(std::optional<OrdersAnswer> answer, client.advance(call));
    if (answer) return *std::move(answer);
    const std::int64_t now_ns = host.monotonic_ns(), wake_ns = client.wake_ns(call);
    if (now_ns >= give_up_ns || (transport.idle() && wake_ns >= give_up_ns))
      return cnx::retry_error(fmt::format("no answer within {} s", 2 * kPatienceMs / 1000));
    const std::int64_t wait_ms = std::max<std::int64_t>(0, std::min(wake_ns, give_up_ns) - now_ns) / kMillisecondNs + 1;
    if (!transport.idle()) {
      transport.wait(wait_ms);
    } else if (!host.wait_ms(wait_ms)) {
      return cnx::cancelled_error();
    }
  }
}

void report(const Settings& settings, const Account& account, const Result<OrdersAnswer>& answer,
            cnx::Findings& findings) {
  const std::string object = fmt::format("account {}", account.name);
  if (answer.ok() && !answer->refused) {
    findings.ok(object, fmt::format("{} gives a token and orders; {} SellerFulfilled ones in the last hour",
                                    settings.base_url, answer->page.total_count));
  } else if (answer.ok()) {
    findings.error(object, fmt::format("{} refuses the orders call: {}", settings.base_url, answer->refusal),
                   "see that base.url is the API's");
  } else if (answer.error().action == cnx::Action::kAuth) {
    findings.error(object, answer.error().message);  // it tells the mend
  } else {
    findings.error(object, answer.error().message, "see that base.url is right and can be reached from here");
  }
}

}  // namespace

Status check_accounts(const cnx::Host& host, Transport& transport, Settings settings, cnx::Findings& findings) {
  settings.retry_timeout_ms = std::min(settings.retry_timeout_ms, kPatienceMs);
  Metrics metrics(host);
  Health health(host);
  for (const Account& account : settings.accounts) {
    ApiClient client(host, transport, settings, account, metrics, health, std::make_shared<Proven>());
    const Result<OrdersAnswer> answer = ask(host, transport, client, account);
    if (!answer.ok() && answer.error().action == cnx::Action::kCancelled) return answer.error();
    report(settings, account, answer, findings);
  }
  return {};
}

}  // namespace walmart
