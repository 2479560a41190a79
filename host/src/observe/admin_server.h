// SPDX-License-Identifier: Apache-2.0
//
// Health, metrics, status and Kafka Connect's REST API over HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cnx/result.hpp"
#include "observe/api_call.h"
#include "observe/http_access.h"

namespace cnx::host::observe {

/// KIP-1017's answer of GET /health.
struct Health {
  enum class State { kStarting, kHealthy, kUnhealthy };
  State state = State::kStarting;
  std::string message;
};

/// Where answers come from. Called on the server's thread, one at a time, and must be quick; only calls of `api` whose
/// target may_be_slow() come from another thread, one at a time, beside the others. What they return is masked
/// (base/secrets.h) before it is sent. An exception becomes a 500 without its text.
struct AdminHandlers {
  std::function<Health()> health;               ///< GET /health → 200, 503 while starting, 500 when unhealthy
  std::function<std::string()> metrics;         ///< GET /metrics, Prometheus text
  std::function<std::string()> status;          ///< GET /status, JSON: everything about this worker
  std::function<Answer(const ApiCall&)> api{};  ///< everything else
};

/// Where it listens and who may ask.
struct AdminListener {
  /// Files in PEM.
  struct Tls {
    std::string certificate;
    std::string key;
    std::string key_password;  ///< empty: none
  };
  std::string host{};      ///< address or name; "" = every interface
  std::uint16_t port = 0;  ///< 0: any free one
  bool loopback = true;    ///< only this machine can reach it: requests for other hosts are refused
  HttpLogins logins{};
  std::optional<Tls> tls{};
};

/// Bounds of the server, so that no client can hold the process.
struct AdminLimits {
  std::int64_t request_timeout_ms = 10'000;  ///< to send a whole request; also the idle time of a kept connection
  std::int64_t response_timeout_ms = 30'000;
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 1 << 20;
  std::size_t connections = 64;               ///< more are closed at once
  std::int64_t refused_login_delay_ms = 500;  ///< slows down who guesses
};

/// One listener on a thread of its own, and another for slow answers, from start() to the destructor.
class AdminServer {
 public:
  /// CONFIG error: cannot listen there, or cannot use the certificate (names address or file, and cause).
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> start(const AdminListener& listener, AdminHandlers handlers,
                                                                  AdminLimits limits = {});
  /// Ends open connections and joins the threads; an answer that is being made is waited for.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// The real one. [any thread]
  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace cnx::host::observe
