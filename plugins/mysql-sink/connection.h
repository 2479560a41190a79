// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mysql.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cancel.h"
#include "cnx/result.hpp"
#include "errors.h"

namespace cnx::mysql {

enum class TlsMode { kDisabled, kRequired, kVerifyCa, kVerifyFull };

/// Where and how to connect. Holds the password: never print it whole.
struct ConnectionOptions {
  std::string host;
  unsigned port = 3306;
  std::string socket;    ///< path of a unix socket; "" = TCP
  std::string database;  ///< "" = none chosen
  std::string user;
  std::string password;
  TlsMode tls = TlsMode::kDisabled;
  std::string tls_ca;           ///< file of CA certificates; "" = the system's
  std::string tls_certificate;  ///< file of the client's own; "" = none
  std::string tls_key;          ///< file of its private key
  unsigned connect_timeout_s = 5;
  unsigned read_timeout_s = 60;
  unsigned write_timeout_s = 60;
  /// A frozen owner's open transaction, and the locks in it, ends after this many seconds.
  unsigned idle_transaction_s = 30;

  /// "host:port" or the socket's path, for messages.
  [[nodiscard]] std::string address() const { return socket.empty() ? host + ":" + std::to_string(port) : socket; }
};

/// What the server, or the library, said of a statement's last call.
[[nodiscard]] ServerError error_of(MYSQL_STMT* statement);

using ResultRow = std::vector<std::optional<std::string>>;

/// One connection to a server: statements as text, whole small results. Owner thread only; CancelSwitch is how others
/// end a call. Every error says in its `object` part what the caller named.
class Connection {
 public:
  /// Bytes of an answer: head, kind, rows, id, status and warnings; a text may follow.
  static constexpr std::size_t kLeastAnswer = 11;

  /// Opens with utf8mb4, CLIENT_FOUND_ROWS, no LOCAL INFILE and no reconnecting behind our back. `cancel` outlives it.
  /// A failed TLS handshake is CONFIG until these options have led to a connection in this process, then RETRY.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options, CancelSwitch& cancel);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a statement without a result that writes no rows of a record. `object` as in to_error().
  Status execute(std::string_view sql, std::string_view object);
  /// Runs a statement that writes rows of records: they may be to blame for its error (kRecord).
  Status execute_rows(std::string_view sql, std::string_view object);
  /// The two halves of execute_rows(): the statement is on its way, and its answer.
  Status send(std::string_view sql, std::string_view object);
  Status receive(std::string_view object);
  /// The first half for a command whose body is made elsewhere. More of them may be sent before the first answer is
  /// taken: answers come in the order of the commands, and nothing but send() and receive() may be called in between.
  Status send(enum_server_command command, std::string_view body, std::string_view object);
  /// From now on small commands wait in the kernel, to leave in one packet, until let_go() or receive(). TCP only: a
  /// unix socket takes each as it comes.
  void gather();
  [[nodiscard]] bool gathers() const { return gathers_; }
  void let_go();
  /// Lets go, and sleeps until answers of so many bytes have come: one wake-up for all of them. Nothing depends on it:
  /// it ends after 10 ms, and receive() waits for what is missing.
  void doze(std::size_t bytes);
  /// Of the answer taken last, when it was neither an error nor a result: it took at least so many.
  [[nodiscard]] std::size_t answer_bytes() const;
  /// Runs a statement and keeps its whole result.
  Result<std::vector<ResultRow>> query(std::string_view sql, std::string_view object);
  /// Has the server check a statement (tables, columns, privileges) without running it.
  Status check(std::string_view sql, std::string_view object);
  /// Rows found by the last execute() (CLIENT_FOUND_ROWS: also those that an UPDATE left as they were).
  [[nodiscard]] std::uint64_t found_rows() const { return found_rows_; }
  /// Of the statement whose answer was taken last.
  [[nodiscard]] bool has_warnings() { return mysql_warning_count(handle_) != 0; }
  /// What the server said last: a statement outside of a transaction is committed by itself.
  [[nodiscard]] bool commits_by_itself() const { return (handle_->server_status & SERVER_STATUS_AUTOCOMMIT) != 0; }
  Status ping();

  /// The error of a call on a statement of this connection, as a value; remembers when it closed the connection.
  [[nodiscard]] Error fail(ServerError error, std::string_view object);
  /// True: nothing more can be done with it.
  [[nodiscard]] bool broken() const { return broken_; }
  /// What the last failed call was told.
  [[nodiscard]] const ServerError& last_error() const { return last_error_; }
  [[nodiscard]] MYSQL* native() { return handle_; }

 private:
  Connection(MYSQL* handle, CancelSwitch& cancel) : handle_(handle), cancel_(cancel) {}
  [[nodiscard]] Error fail(std::string_view object);
  // The error of an open() that failed.
  [[nodiscard]] Error refused(std::string_view object, const ConnectionOptions& options);

  MYSQL* handle_;
  CancelSwitch& cancel_;
  int socket_ = -1;  // attached to cancel_; -1: none
  bool broken_ = false;
  bool gathers_ = false;
  std::uint64_t found_rows_ = 0;
  ServerError last_error_;
};

}  // namespace cnx::mysql
