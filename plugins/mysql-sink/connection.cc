// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <errmsg.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

namespace cnx::mysql {
namespace {

constexpr int kLongestDozeMs = 10;

void set_options(MYSQL* handle, const ConnectionOptions& options) {
  mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &options.connect_timeout_s);
  mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &options.read_timeout_s);
  mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &options.write_timeout_s);
  const unsigned no_local_infile = 0;
  mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &no_local_infile);
  const my_bool no_reconnect = 0;
  mysql_options(handle, MYSQL_OPT_RECONNECT, &no_reconnect);
  const unsigned protocol = options.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "connect-host mysql-sink");
  if (options.tls == TlsMode::kDisabled) return;
  const my_bool yes = 1;
  mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes);
  if (!options.tls_ca.empty()) mysql_options(handle, MYSQL_OPT_SSL_CA, options.tls_ca.c_str());
  const my_bool verify = options.tls == TlsMode::kVerifyFull ? 1 : 0;
  mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (options.tls_certificate.empty()) return;
  mysql_options(handle, MYSQL_OPT_SSL_CERT, options.tls_certificate.c_str());
  mysql_options(handle, MYSQL_OPT_SSL_KEY, options.tls_key.c_str());
}

struct TlsFault {
  std::string_view part;  // of the library's text
  const char* meaning;
};

constexpr const char* kUntrusted = "the server's certificate is signed by none of the CAs in connection.ssl.ca";
constexpr TlsFault kTlsFaults[] = {
    {"alert", "the server refuses this client's certificate; correct connection.ssl.cert and connection.ssl.key"},
    {"has expired", "the server's certificate has expired"},
    {"self-signed certificate", kUntrusted},
    {"local issuer", kUntrusted},
    {"Validation of SSL server certificate failed",
     "the server's certificate is for another host name than the one in connection.url"},
    {"key values mismatch", "connection.ssl.key is not the key of connection.ssl.cert"},
};

std::string explain_tls(std::string_view text) {
  for (const TlsFault& fault : kTlsFaults)
    if (text.find(fault.part) != std::string_view::npos) return std::string("; ") + fault.meaning;
  return "";
}

/// The library does not tell which file it cannot read.
Status check_readable(const ConnectionOptions& options) {
  for (const auto& [key, path] :
       {std::pair{"connection.ssl.ca", &options.tls_ca}, std::pair{"connection.ssl.cert", &options.tls_certificate},
        std::pair{"connection.ssl.key", &options.tls_key}})
    if (!path->empty() && ::access(path->c_str(), R_OK) != 0)
      return config_error(std::string(key) + ": cannot read " + *path + ": " + std::generic_category().message(errno) +
                          "; correct the path or the file's permissions");
  return {};
}

// The settings with which a TLS handshake has succeeded in this process: when one fails later, the network or a server
// that starts or stops is to blame, not the settings. A task that starts anew has a new sink, so this is no member.
class TlsMemory {
 public:
  static TlsMemory& instance() {
    static TlsMemory memory;
    return memory;
  }
  void remember(const ConnectionOptions& options) {
    const std::lock_guard lock(mutex_);
    good_.insert(key(options));
  }
  bool knows(const ConnectionOptions& options) {
    const std::lock_guard lock(mutex_);
    return good_.contains(key(options));
  }

 private:
  static std::string key(const ConnectionOptions& options) {
    return options.address() + '\n' + std::to_string(static_cast<int>(options.tls)) + '\n' + options.tls_ca + '\n' +
           options.tls_certificate + '\n' + options.tls_key;
  }

  std::mutex mutex_;
  std::set<std::string> good_;  // guarded by mutex_
};

}  // namespace

ServerError error_of(MYSQL_STMT* statement) {
  return {mysql_stmt_errno(statement), mysql_stmt_error(statement), mysql_stmt_sqlstate(statement)};
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options, CancelSwitch& cancel) {
  // The library's global state is set up by the first call, which must not run in two tasks at once.
  static std::once_flag once;
  std::call_once(once, [] { mysql_server_init(0, nullptr, nullptr); });

  CNX_TRY(check_readable(options));
  const std::string object = "connecting to " + options.address() + " as " + options.user;
  MYSQL* handle = mysql_init(nullptr);
  if (handle == nullptr) return fatal_error(object + ": out of memory");
  std::unique_ptr<Connection> made(new Connection(handle, cancel));
  set_options(handle, options);
  const char* database = options.database.empty() ? nullptr : options.database.c_str();
  const char* socket = options.socket.empty() ? nullptr : options.socket.c_str();
  if (mysql_real_connect(handle, options.host.c_str(), options.user.c_str(), options.password.c_str(), database,
                         options.port, socket, CLIENT_FOUND_ROWS) == nullptr)
    return made->refused(object, options);
  // MYSQL_OPT_SSL_ENFORCE connects in plain text, without an error, to a server that has no TLS.
  if (options.tls != TlsMode::kDisabled && mysql_get_ssl_cipher(handle) == nullptr)
    return config_error(object +
                        ": the server offers no TLS, and connection.ssl.mode asks for it; enable TLS on the "
                        "server, or set connection.ssl.mode: disabled");
  made->socket_ = static_cast<int>(mysql_get_socket(handle));
  if (options.tls != TlsMode::kDisabled) TlsMemory::instance().remember(options);
  if (!cancel.attach(made->socket_)) {
    made->socket_ = -1;
    return cancelled_error();
  }
  return made;
}

Connection::~Connection() {
  if (socket_ >= 0) cancel_.detach(socket_);
  mysql_close(handle_);
}

Error Connection::refused(std::string_view object, const ConnectionOptions& options) {
  Error error = without_record(fail(object));
  const bool worked = TlsMemory::instance().knows(options);
  // With TLS 1.3 a client learns only after its handshake that its certificate is not wanted: the connection is cut, or
  // the library takes the alert for the name of a login plugin.
  const bool may_be_refusal = error.native_code == CR_SERVER_LOST || error.native_code == CR_AUTH_PLUGIN_CANNOT_LOAD;
  if (may_be_refusal && !options.tls_certificate.empty() && !worked)
    error.message += "; a server that refuses connection.ssl.cert may end the connection so";
  if (error.native_code != CR_SSL_CONNECTION_ERROR) return error;
  error.message += explain_tls(last_error_.text);
  if (!worked) return error;
  error.action = Action::kRetry;
  error.message += "; it worked before with these settings, so it is tried again";
  return error;
}

Error Connection::fail(std::string_view object) {
  return fail(ServerError{mysql_errno(handle_), mysql_error(handle_), mysql_sqlstate(handle_)}, object);
}

Error Connection::fail(ServerError error, std::string_view object) {
  last_error_ = std::move(error);
  if (closes_connection(last_error_)) {
    broken_ = true;
    if (cancel_.cancelled()) return cancelled_error(std::string(object) + ": cancelled");
  }
  return to_error(last_error_, object);
}

Status Connection::execute(std::string_view sql, std::string_view object) {
  Status done = execute_rows(sql, object);
  if (!done.ok()) return without_record(std::move(done).error());
  return done;
}

Status Connection::execute_rows(std::string_view sql, std::string_view object) {
  CNX_TRY(send(sql, object));
  return receive(object);
}

Status Connection::send(std::string_view sql, std::string_view object) {
  if (mysql_send_query(handle_, sql.data(), sql.size()) != 0) return fail(object);
  return {};
}

Status Connection::send(enum_server_command command, std::string_view body, std::string_view object) {
  if (handle_->methods->db_command(handle_, command, body.data(), body.size(), 1, nullptr) != 0) return fail(object);
  return {};
}

void Connection::gather() {
  const int on = 1;
  gathers_ = gathers_ || ::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0;
}

void Connection::let_go() {
  if (!gathers_) return;
  const int off = 0;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &off, sizeof off);  // were it to fail: the kernel holds nothing for long
  gathers_ = false;
}

void Connection::doze(std::size_t bytes) {
  let_go();
  int low_water = static_cast<int>(bytes);
  if (::setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof low_water) != 0) return;
  pollfd socket{socket_, POLLIN, 0};
  ::poll(&socket, 1, kLongestDozeMs);
  low_water = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof low_water);
}

std::size_t Connection::answer_bytes() const {
  const char* const text = mysql_info(handle_);
  return kLeastAnswer + (text == nullptr ? 0 : 1 + std::strlen(text));
}

Status Connection::receive(std::string_view object) {
  let_go();
  if (mysql_read_query_result(handle_) != 0) return fail(object);
  if (MYSQL_RES* unexpected = mysql_store_result(handle_)) mysql_free_result(unexpected);
  found_rows_ = mysql_affected_rows(handle_);
  return {};
}

Result<std::vector<ResultRow>> Connection::query(std::string_view sql, std::string_view object) {
  if (mysql_real_query(handle_, sql.data(), sql.size()) != 0) return without_record(fail(object));
  MYSQL_RES* result = mysql_store_result(handle_);
  if (result == nullptr) return without_record(fail(object));
  std::vector<ResultRow> rows;
  rows.reserve(mysql_num_rows(result));
  const unsigned width = mysql_num_fields(result);
  while (MYSQL_ROW raw = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    ResultRow& row = rows.emplace_back(width);
    for (unsigned i = 0; i < width; ++i)
      if (raw[i] != nullptr) row[i].emplace(raw[i], lengths[i]);
  }
  mysql_free_result(result);
  return rows;
}

Status Connection::check(std::string_view sql, std::string_view object) {
  const std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)> statement(mysql_stmt_init(handle_), &mysql_stmt_close);
  if (!statement) return fatal_error(std::string(object) + ": out of memory");
  if (mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0) return fail(error_of(statement.get()), object);
  return {};
}

Status Connection::ping() {
  if (mysql_ping(handle_) != 0) return fail("pinging the server");
  return {};
}

}  // namespace cnx::mysql
