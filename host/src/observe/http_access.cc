// SPDX-License-Identifier: Apache-2.0
#include "observe/http_access.h"

#include <optional>

#include "base/strings.h"

namespace cnx::host::observe {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) out += j <= left ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

/// What follows "SCHEME " in `authorization`; schemes have no case (RFC 9110, 11.1).
std::optional<std::string_view> credentials(std::string_view authorization, std::string_view scheme) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ' ||
      to_lower(authorization.substr(0, scheme.size())) != scheme) {
    return std::nullopt;
  }
  return trim(authorization.substr(scheme.size()));
}

}  // namespace

bool equal_in_constant_time(std::string_view one, std::string_view other) {
  unsigned difference = one.size() == other.size() ? 0 : 1;
  for (std::size_t i = 0; i < other.size(); ++i) {
    const char against = one.empty() ? '\0' : one[i % one.size()];
    difference |= static_cast<unsigned char>(against ^ other[i]);
  }
  return difference == 0;
}

bool is_from_another_site(std::string_view origin, std::string_view fetch_site, std::string_view host) {
  if (!fetch_site.empty() && fetch_site != "same-origin" && fetch_site != "none") return true;
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || to_lower(origin.substr(scheme + 3)) != to_lower(host);
}

HttpAccess::HttpAccess(const HttpLogins& logins, bool loopback)
    : basic_(logins.user.empty() ? "" : base64(logins.user + ":" + logins.password)),
      token_(logins.token),
      loopback_(loopback) {}

bool HttpAccess::admits(std::string_view authorization) const {
  if (!asks_for_login()) return true;
  const auto basic = credentials(authorization, "basic");
  const auto token = credentials(authorization, "bearer");
  const bool knows_user = basic && !basic_.empty() && equal_in_constant_time(basic_, *basic);
  const bool knows_token = token && !token_.empty() && equal_in_constant_time(token_, *token);
  return knows_user || knows_token;
}

bool HttpAccess::knows_host(std::string_view host) const {
  if (!loopback_ || asks_for_login()) return true;
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    host = host.substr(0, colon);
  }
  return to_lower(host) == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string_view HttpAccess::challenge() const {
  return basic_.empty() ? R"(Bearer realm="connect-host")" : R"(Basic realm="connect-host", charset="UTF-8")";
}

}  // namespace cnx::host::observe
