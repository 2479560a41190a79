// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cnx/host.hpp"
#include "connection.h"
#include "sql_text.h"

namespace cnx::mysql {

/// What the server can do.
struct ServerInfo {
  std::string version;
  bool is_mariadb = false;
  Dialect dialect = Dialect::kValuesFunction;
  bool has_bulk = false;    ///< takes column-wise bulk statements
  bool names_rows = false;  ///< tells the number of the row that an INSERT failed at
  std::uint64_t max_allowed_packet = 0;

  /// From @@version: "8.0.36", "10.11.19-MariaDB-…".
  [[nodiscard]] static ServerInfo from_version(std::string version);
};

/// The sink's connection with its settings: UTC, strict, READ COMMITTED, bounded waits for locks and an end to
/// transactions of frozen owners. Reopens on demand; never retries a statement. Owner thread only.
class Session {
 public:
  /// Locks are waited for this long, in seconds.
  static constexpr int kLockWait = 10;
  /// A connection idle for this long is pinged before use.
  static constexpr std::int64_t kPingAfterNs = 10'000'000'000;

  Session(ConnectionOptions options, Host host, CancelSwitch& cancel)
      : options_(std::move(options)), host_(host), cancel_(cancel) {}

  /// A working connection: opened when there is none, pinged when it was idle, opened again when it is dead.
  Status ensure();
  /// Drops the connection (and with it an open transaction).
  void close() { connection_.reset(); }
  /// A second connection with the same settings, for DDL.
  Result<std::unique_ptr<Connection>> open_another();
  /// Off: a statement outside of a transaction begins one instead of being committed by itself. On again takes back
  /// what may be open. A new connection has it on; nothing is sent when it is so already, by the server's own word.
  Status set_autocommit(bool on);
  /// One transaction follows the other on a connection that answered within the last second.
  [[nodiscard]] bool is_busy() const;
  /// Notes that the connection was just used.
  void touch() { last_used_ns_ = host_.monotonic_ns(); }

  [[nodiscard]] bool is_open() const { return connection_ && !connection_->broken(); }
  /// Needs ensure() before.
  [[nodiscard]] Connection& connection() { return *connection_; }
  [[nodiscard]] const ServerInfo& server() const { return server_; }
  /// Grows with every connection opened: what was prepared on an older one is gone.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] const ConnectionOptions& options() const { return options_; }

 private:
  Status open();

  const ConnectionOptions options_;
  const Host host_;
  CancelSwitch& cancel_;
  std::unique_ptr<Connection> connection_;
  ServerInfo server_;
  std::int64_t last_used_ns_ = 0;
  std::uint64_t generation_ = 0;
};

/// Opens a connection with the session's settings; fills in `server`.
[[nodiscard]] Result<std::unique_ptr<Connection>> open_session(const ConnectionOptions& options, CancelSwitch& cancel,
                                                               ServerInfo& server);

}  // namespace cnx::mysql
