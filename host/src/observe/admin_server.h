// SPDX-License-Identifier: Apache-2.0
//
// Health, metrics and status over HTTP, with the paths and shapes that Kafka Connect's users know. Read only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cnx/result.hpp"
#include "observe/http_access.h"

namespace cnx::host::observe {

/// KIP-1017's answer of GET /health.
struct Health {
  enum class State { kStarting, kHealthy, kUnhealthy };
  State state = State::kStarting;
  std::string message;
};

/// Where answers come from. Called on the server's thread, one at a time: they must be quick and safe beside the
/// others. What they return is masked (base/secrets.h) before it is sent. An exception becomes a 500 without its text.
struct AdminHandlers {
  std::function<Health()> health;                  ///< GET /health → 200, 503 while starting, 500 when unhealthy
  std::function<std::string()> metrics;            ///< GET /metrics, Prometheus text
  std::function<std::string()> root;               ///< GET /, JSON {version, commit, kafka_cluster_id}
  std::function<std::string()> status;             ///< GET /status, JSON: everything about this worker
  std::function<std::string()> connectors;         ///< GET /connectors, JSON array of names
  std::function<std::string()> connectors_status;  ///< GET /connectors?expand=status, JSON object
  /// GET /connectors/NAME/status, JSON; nullopt: no such connector.
  std::function<std::optional<std::string>(const std::string& name)> connector_status;
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
  std::size_t connections = 64;               ///< more are closed at once
  std::int64_t refused_login_delay_ms = 500;  ///< slows down who guesses
};

/// One listener on one thread of its own, from start() to the destructor.
class AdminServer {
 public:
  /// CONFIG error: cannot listen there, or cannot use the certificate (names address or file, and cause).
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> start(const AdminListener& listener, AdminHandlers handlers,
                                                                  AdminLimits limits = {});
  /// Ends open connections and joins the thread.
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
