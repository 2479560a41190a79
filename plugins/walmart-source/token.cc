// SPDX-License-Identifier: Apache-2.0
#include "token.h"

#include <algorithm>

#include "json_doc.h"

namespace walmart {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
/// No token is trusted for longer than a day, whatever the answer says.
constexpr std::int64_t kLongestLife = 86'400;

}  // namespace

cnx::Status Token::take(std::string_view body, std::int64_t asked_ns) {
  const JsonDoc doc = JsonDoc::parse(body);
  if (!doc) return cnx::retry_error("the token answer is no JSON: " + doc.error());
  const std::string_view token = text_of(doc.get("access_token"));
  const auto life = integer_of(doc.get("expires_in"));
  if (token.empty() || token.find_first_of("\r\n") != std::string_view::npos)
    return cnx::retry_error("the token answer has no access_token");
  if (!life || *life <= 0) return cnx::retry_error("the token answer has no expires_in above 0");
  const std::int64_t life_ns = std::min(*life, kLongestLife) * kSecondNs;
  text_ = token;
  ++number_;
  renew_ns_ = asked_ns + life_ns - std::min(60 * kSecondNs, life_ns / 5);
  fresh_ = true;
  return {};
}

HttpRequest token_request(const Account& account, const std::string& path_prefix, std::string correlation_id) {
  return HttpRequest{.method = "POST",
                     .target = path_prefix + "/v3/token",
                     .headers = {{"Accept", "application/json"},
                                 {"Content-Type", "application/x-www-form-urlencoded"},
                                 {"WM_SVC.NAME", "Walmart Marketplace"},
                                 {"WM_QOS.CORRELATION_ID", std::move(correlation_id)}},
                     .body = "grant_type=client_credentials",
                     .credentials = BasicCredentials{account.client_id, account.client_secret}};
}

}  // namespace walmart
