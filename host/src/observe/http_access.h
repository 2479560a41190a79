// SPDX-License-Identifier: Apache-2.0
//
// Who may ask the admin server.
#pragma once

#include <string>
#include <string_view>

namespace cnx::host::observe {

/// The logins that are accepted; all empty: none is asked for. Secrets: never print it.
struct HttpLogins {
  std::string user;  ///< with `password`: basic login (RFC 7617)
  std::string password;
  std::string token;  ///< bearer token (RFC 6750)
};

/// Judges requests by their headers. Immutable, so safe from any thread.
class HttpAccess {
 public:
  /// `loopback`: only this machine can reach the server.
  HttpAccess(const HttpLogins& logins, bool loopback);

  [[nodiscard]] bool asks_for_login() const { return !basic_.empty() || !token_.empty(); }
  /// Whether `authorization`, the header's value, is one of the logins; true when none is asked for. How long it takes
  /// does not tell how much of a guess was right.
  [[nodiscard]] bool admits(std::string_view authorization) const;
  /// Whether `host`, the header's value, names this server. On the loopback without a login only its own names do: a
  /// web page whose name was rebound to 127.0.0.1 would come with another.
  [[nodiscard]] bool knows_host(std::string_view host) const;
  /// Value of WWW-Authenticate for a refusal.
  [[nodiscard]] std::string_view challenge() const;

 private:
  const std::string basic_;  // base64 of user:password; empty: no basic login
  const std::string token_;
  const bool loopback_;
};

/// Whether a browser says by `Origin` or `Sec-Fetch-Site` that a page of another site than `host` sends the request.
/// Programs send neither.
[[nodiscard]] bool is_from_another_site(std::string_view origin, std::string_view fetch_site, std::string_view host);

/// Compares without ending at the first difference.
[[nodiscard]] bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace cnx::host::observe
