// SPDX-License-Identifier: Apache-2.0
//
// HTTP as this plugin needs it: exchanges run side by side, each can be given up, and a wait for them can be cut short
// from another thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cnx/result.hpp"

namespace walmart {

struct BasicCredentials {
  std::string user;
  std::string password;  ///< never shown
};

struct HttpRequest {
  std::string method;
  std::string target;  ///< path and query behind the base URL; goes out byte for byte
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<BasicCredentials> credentials;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;                                          ///< decoded
  std::int64_t age_ns = 0;                                   ///< how long ago the last of it came

  /// The first header of that name (lower case); empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
};

/// No answer, or none that can be used.
struct HttpFault {
  enum class Kind { kPassing, kConfig, kCancelled };
  Kind kind = Kind::kPassing;
  std::string message;  ///< what was tried and why it failed, without secrets
  int native_code = 0;  ///< of the HTTP library
};

using HttpResult = std::variant<HttpResponse, HttpFault>;

/// A request on its way. Destroying it gives it up.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  /// The result once it is there; empty: still on its way. Does not wait. Not to be called after the result. [owner]
  virtual std::optional<HttpResult> result() = 0;
};

/// Makes exchanges with one server; outlives them. What is sent goes on whatever the owner does, or while it waits, as
/// the transport is made.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual std::unique_ptr<HttpExchange> send(HttpRequest request) = 0;  // [owner]
  /// Whether a wait has nothing to tell: no exchange is on its way, and none has ended since the last wait. [owner]
  [[nodiscard]] virtual bool idle() const = 0;
  /// Until an exchange has its result, for `timeout_ms` at most; at once when one has got it since the last wait.
  /// [owner]
  virtual void wait(std::int64_t timeout_ms) = 0;
  /// Ends every wait, now and later; results are HttpFault::Kind::kCancelled from now on. [any]
  virtual void cancel() noexcept = 0;
};

}  // namespace walmart
