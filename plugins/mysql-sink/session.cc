// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <charconv>
#include <cstdio>

namespace cnx::mysql {
namespace {

// NO_AUTO_VALUE_ON_ZERO: a zero key stays zero. Without NO_BACKSLASH_ESCAPES: append_text() escapes with backslashes.
constexpr std::string_view kSqlMode =
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

constexpr std::int64_t kBusyNs = 1'000'000'000;

bool supports_bulk(MYSQL* handle) {
  unsigned long extended = 0;
  if (mariadb_get_infov(handle, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &extended) != 0) return false;
  return (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

std::string settings(const ServerInfo& server, const ConnectionOptions& options) {
  std::string sql = "SET SESSION time_zone='+00:00', SESSION sql_mode='" + std::string(kSqlMode) + "'";
  sql += ", SESSION autocommit=1";
  sql += ", SESSION innodb_lock_wait_timeout=" + std::to_string(Session::kLockWait);
  sql += ", SESSION lock_wait_timeout=" + std::to_string(Session::kLockWait);
  // MySQL has no timeout of its own for transactions: there the idle connection as a whole is closed.
  sql += server.is_mariadb ? ", SESSION idle_transaction_timeout=" : ", SESSION wait_timeout=";
  sql += std::to_string(options.idle_transaction_s);
  return sql;
}

}  // namespace

ServerInfo ServerInfo::from_version(std::string version) {
  ServerInfo info;
  int major = 0, minor = 0, patch = 0;
  std::sscanf(version.c_str(), "%d.%d.%d", &major, &minor, &patch);
  info.is_mariadb = version.find("MariaDB") != std::string::npos;
  // MySQL deprecates VALUES(column) from 8.0.20 on; the row alias that replaces it came with 8.0.19.
  const bool has_row_alias = !info.is_mariadb && major * 10000 + minor * 100 + patch >= 80019;
  info.dialect = has_row_alias ? Dialect::kRowAlias : Dialect::kValuesFunction;
  // MariaDB has ROW_NUMBER in its diagnostics from 10.7 on, MySQL has not.
  info.names_rows = info.is_mariadb && major * 100 + minor >= 1007;
  info.version = std::move(version);
  return info;
}

Result<std::unique_ptr<Connection>> open_session(const ConnectionOptions& options, CancelSwitch& cancel,
                                                 ServerInfo& server) {
  CNX_ASSIGN(std::unique_ptr<Connection> opened, Connection::open(options, cancel));
  const std::string object = "setting up the session on " + options.address();
  CNX_ASSIGN(const auto rows, opened->query("SELECT @@version, @@max_allowed_packet", object));
  server = ServerInfo::from_version(rows[0][0].value_or(""));
  const std::string packet = rows[0][1].value_or("");
  std::from_chars(packet.data(), packet.data() + packet.size(), server.max_allowed_packet);
  server.has_bulk = supports_bulk(opened->native());
  CNX_TRY(opened->execute(settings(server, options), object));
  CNX_TRY(opened->execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", object));
  return opened;
}

Status Session::ensure() {
  if (is_open() && host_.monotonic_ns() - last_used_ns_ < kPingAfterNs) return {};
  if (is_open() && connection_->ping().ok()) {
    touch();
    return {};
  }
  if (connection_) host_.debug("the idle connection to " + options_.address() + " was closed; opening a new one");
  return open();
}

Status Session::open() {
  close();
  ServerInfo server;
  CNX_ASSIGN(connection_, open_session(options_, cancel_, server));
  server_ = std::move(server);
  ++generation_;
  touch();
  return {};
}

Status Session::set_autocommit(bool on) {
  if (connection_->commits_by_itself() == on) return {};
  const std::string object = "setting autocommit on " + options_.address();
  // The server commits what is open when autocommit comes back.
  if (on) CNX_TRY(connection_->execute("ROLLBACK", object));
  CNX_TRY(connection_->execute(on ? "SET SESSION autocommit=1" : "SET SESSION autocommit=0", object));
  if (connection_->commits_by_itself() == on) return {};
  close();
  return retry_error(object +
                     ": the server, or a proxy before it, says that it is not as it was told; a proxy must keep a "
                     "connection's settings");
}

bool Session::is_busy() const {
  return is_open() && !connection_->commits_by_itself() && host_.monotonic_ns() - last_used_ns_ < kBusyNs;
}

Result<std::unique_ptr<Connection>> Session::open_another() {
  ServerInfo ignored;
  return open_session(options_, cancel_, ignored);
}

}  // namespace cnx::mysql
