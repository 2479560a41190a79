// SPDX-License-Identifier: Apache-2.0
//
// The only file with Boost.Asio and Beast in it: they cost some ten seconds and 700 MB to compile.
#include "observe/admin_server.h"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/strings.h"
#include "base/thread.h"
#include "observe/admin_routes.h"

namespace cnx::host::observe {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr const char* kLogger = "admin";
using Response = http::response<http::string_body>;

/// Completion tokens that note errors instead of throwing them.
auto into(error_code& fault) { return asio::redirect_error(asio::use_awaitable, fault); }

beast::string_view to_beast(std::string_view text) { return {text.data(), text.size()}; }
std::string_view from_beast(beast::string_view text) { return {text.data(), text.size()}; }

/// How a request is answered on the wire.
struct Shape {
  unsigned version = 11;
  bool keep_alive = false;
  bool with_body = true;
};

Response to_response(Answer answer, Shape shape, const HttpAccess& access) {
  Response response(static_cast<http::status>(answer.status), shape.version);
  response.set(http::field::server, "connect-host");
  if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (!answer.allow.empty()) response.set(http::field::allow, answer.allow);
  if (answer.status == 401) response.set(http::field::www_authenticate, to_beast(access.challenge()));
  response.keep_alive(shape.keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (answer.status == 204) response.erase(http::field::content_length);  // RFC 9110, 8.6
  if (!shape.with_body) response.body().clear();                          // HEAD: the length of what GET would send
  return response;
}

/// What to answer to a request that could not be read; nullopt: nothing, the client has gone or was too slow.
std::optional<Answer> answer_fault(const error_code& fault) {
  if (fault == http::error::header_limit) return error_answer(431, "the request's header is too long");
  if (fault == http::error::body_limit) return error_answer(413, "the request's body is too long");
  const bool malformed = fault.category() == http::make_error_code(http::error::bad_version).category() &&
                         fault != http::error::end_of_stream && fault != http::error::partial_message;
  if (malformed) return error_answer(400, "this is not an HTTP/1 request: " + fault.message());
  return std::nullopt;
}

Result<std::thread> start_listener_thread(asio::io_context& work) {
  auto thread = start_thread({}, [&work] { work.run(); });
  if (!thread.ok()) return std::move(thread).error().in("listeners");
  return thread;
}

}  // namespace

struct AdminServer::Impl {
  Impl(AdminHandlers the_handlers, AdminLimits the_limits, HttpAccess the_access)
      : handlers(std::move(the_handlers)), access(std::move(the_access)), limits(the_limits), acceptor(context) {}

  asio::awaitable<void> accept_loop();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<void> serve_plain(tcp::socket socket);
  asio::awaitable<void> serve_tls(tcp::socket socket);
  template <class Stream>
  asio::awaitable<bool> serve_one(Stream& stream, beast::flat_buffer& buffer);
  asio::awaitable<Answer> answer_of(const Request& asked);
  void note_refused_login();
  Error cannot_listen(const AdminListener& at, const error_code& fault) const;
  Status open_tls(const AdminListener::Tls& files);
  Status listen(const AdminListener& at);

  const AdminHandlers handlers;
  const HttpAccess access;
  const AdminLimits limits;
  asio::io_context context{1};
  asio::io_context slow{1};  // what may take long, so that the rest need not wait for it
  asio::executor_work_guard<asio::io_context::executor_type> slow_stays{slow.get_executor()};
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::optional<ssl::context> tls;   // not set: plain text
  std::size_t open = 0;              // connections; server thread only
  std::uint64_t refused_logins = 0;  // since the last line of the log; server thread only
  std::chrono::steady_clock::time_point refusals_logged;
  std::thread thread;
  std::thread slow_thread;
};

asio::awaitable<void> AdminServer::Impl::accept_loop() {
  constexpr auto kPause = std::chrono::milliseconds(100);  // out of descriptors: try again, without spinning
  asio::steady_timer pause(context);
  for (;;) {
    error_code fault;
    tcp::socket socket = co_await acceptor.async_accept(into(fault));
    if (fault == asio::error::operation_aborted) co_return;
    if (fault) {
      log::warning(kLogger, "cannot accept a connection: {}", fault.message());
      pause.expires_after(kPause);
      co_await pause.async_wait(into(fault));
      continue;
    }
    if (open >= limits.connections) {
      log::warning(kLogger, "a connection was closed: {} are open already", open);
      continue;
    }
    asio::co_spawn(context, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> AdminServer::Impl::serve(tcp::socket socket) {
  ++open;
  try {
    if (tls) {
      co_await serve_tls(std::move(socket));
    } else {
      co_await serve_plain(std::move(socket));
    }
  } catch (const std::exception& fault) {
    log::warning(kLogger, "a connection ended: {}", fault.what());
  }
  --open;
}

asio::awaitable<void> AdminServer::Impl::serve_plain(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  while (co_await serve_one(stream, buffer)) {
  }
  error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> AdminServer::Impl::serve_tls(tcp::socket socket) {
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), *tls);
  beast::flat_buffer buffer;
  error_code fault;
  beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(limits.request_timeout_ms));
  co_await stream.async_handshake(ssl::stream_base::server, into(fault));
  if (fault) {
    log::debug(kLogger, "no TLS connection: {}", fault.message());
    co_return;
  }
  while (co_await serve_one(stream, buffer)) {
  }
  beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(limits.request_timeout_ms));
  co_await stream.async_shutdown(into(fault));
}

asio::awaitable<Answer> AdminServer::Impl::answer_of(const Request& asked) {
  if (!may_be_slow(asked.target)) co_return answer_request(handlers, access, asked);
  co_return co_await asio::co_spawn(
      slow, [&]() -> asio::awaitable<Answer> { co_return answer_request(handlers, access, asked); },
      asio::use_awaitable);
}

/// True: the connection stays open for another request.
template <class Stream>
asio::awaitable<bool> AdminServer::Impl::serve_one(Stream& stream, beast::flat_buffer& buffer) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(limits.body_bytes);
  error_code fault;
  beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(limits.request_timeout_ms));
  co_await http::async_read(stream, buffer, parser, into(fault));
  std::optional<Response> response;
  if (fault) {
    if (auto answer = answer_fault(fault)) response = to_response(*std::move(answer), {}, access);
  } else {
    const auto& request = parser.get();
    const bool is_head = request.method() == http::verb::head;
    const auto header = [&](auto name) { return from_beast(request[name]); };
    const Request asked{from_beast(request.method_string()), from_beast(request.target()),
                        header(http::field::host),           header(http::field::authorization),
                        header(http::field::origin),         header("Sec-Fetch-Site"),
                        header(http::field::content_type),   request.body()};
    Answer answer = co_await answer_of(asked);
    if (answer.status == 401) {
      note_refused_login();
      asio::steady_timer pause(context, std::chrono::milliseconds(limits.refused_login_delay_ms));
      co_await pause.async_wait(into(fault));
    }
    response = to_response(std::move(answer), {request.version(), request.keep_alive(), !is_head}, access);
  }
  if (!response) co_return false;
  beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(limits.response_timeout_ms));
  http::response_serializer<http::string_body> serializer(*response);
  co_await http::async_write(stream, serializer, into(fault));
  co_return !fault && response->keep_alive();
}

void AdminServer::Impl::note_refused_login() {
  constexpr auto kLogEvery = std::chrono::seconds(10);
  const auto now = std::chrono::steady_clock::now();
  ++refused_logins;
  if (now - refusals_logged < kLogEvery) return;
  log::warning(kLogger, "{} request{} without a right login refused", refused_logins, refused_logins == 1 ? "" : "s");
  refusals_logged = now;
  refused_logins = 0;
}

Error AdminServer::Impl::cannot_listen(const AdminListener& at, const error_code& fault) const {
  std::string text =
      fmt::format("listeners: cannot listen on {}:{}: {}; ", at.host.empty() ? "*" : at.host, at.port, fault.message());
  // Not the configuration's fault: who has the port may give it back, and a service that is started again finds it.
  if (fault == asio::error::address_in_use)
    return retry_error(text +
                           "a second run on this machine takes any free port by --set "
                           "worker.listeners=http://127.0.0.1:0; else choose another address",
                       fault.value());
  return config_error(text + "choose another address, or port 0 for any free one", fault.value());
}

Status AdminServer::Impl::open_tls(const AdminListener::Tls& files) {
  const auto refuse = [](const char* key, const std::string& file, const error_code& fault) {
    return config_error(
        fmt::format("listeners.https.ssl.{}: cannot use {}: {}; it must be a PEM file that this process "
                    "may read, and key and certificate must belong together",
                    key, file, fault.message()),
        fault.value());
  };
  error_code fault;
  tls.emplace(ssl::context::tls_server);
  tls->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, fault);
  tls->set_password_callback(
      [password = files.key_password](std::size_t, ssl::context::password_purpose) { return password; });
  tls->use_certificate_chain_file(files.certificate, fault);
  if (fault) return refuse("certificate.location", files.certificate, fault);
  tls->use_private_key_file(files.key, ssl::context::pem, fault);
  if (fault) return refuse("key.location", files.key, fault);
  return {};
}

Status AdminServer::Impl::listen(const AdminListener& at) {
  error_code fault;
  tcp::endpoint endpoint(tcp::v4(), at.port);
  if (!at.host.empty()) {
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(at.host, std::to_string(at.port), tcp::resolver::passive, fault);
    if (fault || found.empty()) return cannot_listen(at, fault);
    endpoint = found.begin()->endpoint();
  }
  acceptor.open(endpoint.protocol(), fault);
  if (!fault) acceptor.set_option(tcp::acceptor::reuse_address(true), fault);
  if (!fault) acceptor.bind(endpoint, fault);
  if (!fault) acceptor.listen(tcp::acceptor::max_listen_connections, fault);
  if (!fault) port = acceptor.local_endpoint(fault).port();
  if (fault) return cannot_listen(at, fault);
  log::info(kLogger, "listening on {}://{}:{}", tls ? "https" : "http", at.host.empty() ? "0.0.0.0" : at.host, port);
  return {};
}

Result<std::unique_ptr<AdminServer>> AdminServer::start(const AdminListener& listener, AdminHandlers handlers,
                                                        AdminLimits limits) {
  auto impl = std::make_unique<Impl>(std::move(handlers), limits, HttpAccess(listener.logins, listener.loopback));
  if (listener.tls) CNX_TRY(impl->open_tls(*listener.tls));
  CNX_TRY(impl->listen(listener));
  std::unique_ptr<AdminServer> server(new AdminServer(std::move(impl)));
  Impl& state = *server->impl_;
  CNX_ASSIGN(state.slow_thread, start_listener_thread(state.slow));
  CNX_ASSIGN(state.thread, start_listener_thread(state.context));
  return server;
}

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  asio::co_spawn(impl_->context, impl_->accept_loop(), asio::detached);
}

AdminServer::~AdminServer() {
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->slow.stop();
  if (impl_->slow_thread.joinable()) impl_->slow_thread.join();
}

std::uint16_t AdminServer::port() const { return impl_->port; }

}  // namespace cnx::host::observe
