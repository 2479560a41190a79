// SPDX-License-Identifier: Apache-2.0
//
// The only file with Boost.Asio and Beast in it: they cost some ten seconds and 700 MB to compile.
#include "observe/admin_server.h"

#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/strings.h"
#include "observe/admin_routes.h"

namespace cnx::host::observe {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr const char* kLogger = "admin";
using Response = http::response<http::string_body>;

auto into(error_code& fault) { return asio::redirect_error(asio::use_awaitable, fault); }

Response to_response(Answer answer, unsigned version, bool keep_alive, bool with_body) {
  Response response(static_cast<http::status>(answer.status), version);
  response.set(http::field::server, "connect-host");
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  if (answer.status == 405) response.set(http::field::allow, "GET, HEAD");
  response.keep_alive(keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (!with_body) response.body().clear();  // HEAD: the length of what GET would send
  return response;
}

/// What to answer to a request that could not be read; nullopt: nothing, the client has gone or was too slow.
std::optional<Answer> answer_fault(const error_code& fault) {
  if (fault == http::error::header_limit) return error_answer(431, "the request's header is too long");
  if (fault == http::error::body_limit) return error_answer(413, "this server takes no request bodies");
  const bool malformed = fault.category() == http::make_error_code(http::error::bad_version).category() &&
                         fault != http::error::end_of_stream && fault != http::error::partial_message;
  if (malformed) return error_answer(400, "this is not an HTTP/1 request: " + fault.message());
  return std::nullopt;
}

}  // namespace

struct AdminServer::Impl {
  Impl(AdminHandlers the_handlers, AdminLimits the_limits)
      : handlers(std::move(the_handlers)), limits(the_limits), acceptor(context) {}

  asio::awaitable<void> accept_loop();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer);

  const AdminHandlers handlers;
  const AdminLimits limits;
  asio::io_context context{1};
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::size_t open = 0;  // connections; server thread only
  std::thread thread;
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
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  try {
    while (co_await serve_one(stream, buffer)) {
    }
  } catch (const std::exception& fault) {
    log::warning(kLogger, "a connection ended: {}", fault.what());
  }
  error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  --open;
}

/// True: the connection stays open for another request.
asio::awaitable<bool> AdminServer::Impl::serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(0);
  error_code fault;
  stream.expires_after(std::chrono::milliseconds(limits.request_timeout_ms));
  co_await http::async_read(stream, buffer, parser, into(fault));
  std::optional<Response> response;
  if (fault) {
    if (auto answer = answer_fault(fault)) response = to_response(*std::move(answer), 11, false, true);
  } else {
    const auto& request = parser.get();
    const bool is_head = request.method() == http::verb::head;
    Answer answer = is_head || request.method() == http::verb::get
                        ? answer_get(handlers, {request.target().data(), request.target().size()})
                        : error_answer(405, "this server only answers GET and HEAD");
    response = to_response(std::move(answer), request.version(), request.keep_alive(), !is_head);
  }
  if (!response) co_return false;
  stream.expires_after(std::chrono::milliseconds(limits.response_timeout_ms));
  http::response_serializer<http::string_body> serializer(*response);
  co_await http::async_write(stream, serializer, into(fault));
  co_return !fault && response->keep_alive();
}

Result<std::unique_ptr<AdminServer>> AdminServer::start(const std::string& host, std::uint16_t port,
                                                        AdminHandlers handlers, AdminLimits limits) {
  auto impl = std::make_unique<Impl>(std::move(handlers), limits);
  const auto refuse = [&](const error_code& fault) {
    return config_error(fmt::format("listeners: cannot listen on {}:{}: {}; choose another address, or port 0 for any "
                                    "free one",
                                    host.empty() ? "*" : host, port, fault.message()),
                        fault.value());
  };
  error_code fault;
  tcp::endpoint endpoint(tcp::v4(), port);
  if (!host.empty()) {
    tcp::resolver resolver(impl->context);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, fault);
    if (fault || found.empty()) return refuse(fault);
    endpoint = found.begin()->endpoint();
  }
  impl->acceptor.open(endpoint.protocol(), fault);
  if (!fault) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), fault);
  if (!fault) impl->acceptor.bind(endpoint, fault);
  if (!fault) impl->acceptor.listen(tcp::acceptor::max_listen_connections, fault);
  if (!fault) impl->port = impl->acceptor.local_endpoint(fault).port();
  if (fault) return refuse(fault);
  log::info(kLogger, "listening on http://{}:{}", host.empty() ? "0.0.0.0" : host, impl->port);
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  asio::co_spawn(impl_->context, impl_->accept_loop(), asio::detached);
  impl_->thread = std::thread([state = impl_.get()] { state->context.run(); });
}

AdminServer::~AdminServer() {
  impl_->context.stop();
  impl_->thread.join();
}

std::uint16_t AdminServer::port() const { return impl_->port; }

}  // namespace cnx::host::observe
