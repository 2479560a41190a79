// SPDX-License-Identifier: Apache-2.0
#include "observe/admin_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "base/fault_points.h"

namespace cnx::host::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A blocking connection to the server.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& text) const {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  /// All that comes until the server closes.
  [[nodiscard]] std::string read_to_end() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (got <= 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  /// Until `end` was read.
  [[nodiscard]] std::string read_until(const std::string& end) const {
    std::string text;
    char byte = 0;
    while (!text.ends_with(end) && ::recv(fd_, &byte, 1, 0) == 1) text += byte;
    return text;
  }

 private:
  const int fd_;
};

class AdminServerTest : public ::testing::Test {
 protected:
  void start(AdminLimits limits = {}, const AdminListener& listener = {.host = "127.0.0.1"}) {
    AdminHandlers handlers;
    handlers.health = [] { return Health{Health::State::kHealthy, "ok"}; };
    handlers.api = [this](const ApiCall& call) {
      if (call.path.at(0) == "slow") {
        asked_.set_value();
        release_.get_future().wait();
      }
      if (call.path.at(0) == "nothing") return empty_answer(204);
      return json_answer(call.method + " " + std::string(call.body));
    };
    auto server = AdminServer::start(listener, std::move(handlers), limits);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = *std::move(server);
    ASSERT_NE(server_->port(), 0);
  }
  std::string exchange(const std::string& request) const {
    const Client client(server_->port());
    client.send(request);
    return client.read_to_end();
  }
  std::promise<void> asked_;
  std::promise<void> release_;
  std::unique_ptr<AdminServer> server_;
};

constexpr const char* kBody = R"({"status":"healthy","message":"ok"})";

TEST_F(AdminServerTest, AnswersGet) {
  start();
  const std::string answer = exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_TRUE(answer.ends_with(std::string("\r\n\r\n") + kBody)) << answer;
}

TEST_F(AdminServerTest, AnswersHeadWithoutABody) {
  start();
  const std::string answer = exchange("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 35\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(AdminServerTest, KeepsAConnectionForMoreRequests) {
  start();
  const Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.read_until(kBody), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
}

TEST_F(AdminServerTest, NamesTheMethodsOfAPath) {
  start();
  const std::string answer = exchange("DELETE /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"({"error_code":405,)"));
}

TEST_F(AdminServerTest, HandsOnMethodHeadersAndBody) {
  start();
  const std::string head = "PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n";
  EXPECT_THAT(exchange(head + "Content-Type: application/json\r\n\r\n{}"), HasSubstr("\r\n\r\nPUT {}"));
  EXPECT_THAT(exchange(head + "\r\n{}"), StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(exchange(head + "Origin: http://evil.example\r\n\r\n{}"), StartsWith("HTTP/1.1 403 "));
  const std::string empty = exchange("PUT /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(empty, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(empty, ::testing::Not(HasSubstr("\r\nContent-")));
}

TEST_F(AdminServerTest, ASlowAnswerHoldsNoOtherBack) {
  start();
  const Client slow(server_->port());
  slow.send("GET /slow/offsets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  asked_.get_future().wait();
  EXPECT_THAT(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  release_.set_value();
  EXPECT_THAT(slow.read_to_end(), HasSubstr("\r\n\r\nGET "));
}

TEST_F(AdminServerTest, RefusesALongBody) {
  start({.body_bytes = 1000});
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(AdminServerTest, RefusesALongHeader) {
  start({.header_bytes = 1024});
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(AdminServerTest, RefusesWhatIsNotHttp) {
  start();
  EXPECT_THAT(exchange("\x16\x03\x01\x02hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminServerTest, ClosesASlowClient) {
  start({.request_timeout_ms = 20});
  EXPECT_EQ(exchange("GET /health HT"), "");
}

TEST_F(AdminServerTest, ClosesConnectionsBeyondItsLimit) {
  start({.connections = 1});
  const Client first(server_->port());
  first.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_THAT(first.read_until(kBody), StartsWith("HTTP/1.1 200 OK\r\n"));
  const Client second(server_->port());
  EXPECT_EQ(second.read_to_end(), "");
  first.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(first.read_until(kBody), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AdminServerTest, ServesManyClientsAtOnce) {
  start();
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this] {
      for (int j = 0; j < 20; ++j) {
        EXPECT_THAT(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                    StartsWith("HTTP/1.1 200 OK"));
      }
    });
  }
  for (auto& client : clients) client.join();
}

TEST_F(AdminServerTest, EndsWithConnectionsOpen) {
  start();
  const Client idle(server_->port());
  idle.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  (void)idle.read_until(kBody);
  server_.reset();
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(AdminServerTest, AsksForALogin) {
  start({.refused_login_delay_ms = 1}, {.host = "127.0.0.1", .logins = {"", "", "planted-listener-token"}});
  const std::string head = "GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  const std::string refused = exchange(head + "\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(refused, HasSubstr("WWW-Authenticate: Bearer realm=\"connect-host\"\r\n"));
  EXPECT_THAT(exchange(head + "Authorization: Bearer planted-listener-tokem\r\n\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(exchange(head + "Authorization: Bearer planted-listener-token\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminServerTest, MakesWhoGuessesWait) {
  start({.refused_login_delay_ms = 200}, {.host = "127.0.0.1", .logins = {"", "", "planted-listener-token"}});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
}

TEST_F(AdminServerTest, RefusesRequestsForOtherHostsAndAllowsNoOtherOrigin) {
  start();
  EXPECT_THAT(exchange("GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 421 "));
  const std::string answer =
      exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, ::testing::Not(HasSubstr("Access-Control")));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
}

TEST(AdminServerStart, NamesACertificateThatCannotBeUsed) {
  AdminListener listener{.host = "127.0.0.1"};
  listener.tls = {"/no/such.pem", "/no/such-key.pem", ""};
  const auto server = AdminServer::start(listener, {});
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().action, Action::kConfig);
  EXPECT_THAT(server.error().message,
              StartsWith("listeners.https.ssl.certificate.location: cannot use /no/such.pem: No such file"));
}

TEST_F(AdminServerTest, NamesAnAddressThatIsTaken) {
  start();
  const auto second = AdminServer::start({.host = "127.0.0.1", .port = server_->port()}, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().action, Action::kRetry);
  EXPECT_EQ(second.error().message,
            "listeners: cannot listen on 127.0.0.1:" + std::to_string(server_->port()) +
                ": Address already in use; a second run on this machine takes any free port by --set "
                "worker.listeners=http://127.0.0.1:0; else choose another address");
}

TEST(AdminServerStart, AnAddressThatIsNotOfThisMachineIsTheConfigurationsFault) {
  const auto server = AdminServer::start({.host = "192.0.2.1"}, {});
  ASSERT_FALSE(server.ok());
  EXPECT_EQ(server.error().action, Action::kConfig);
  EXPECT_THAT(server.error().message, HasSubstr("choose another address, or port 0 for any free one"));
}

TEST(AdminServerStart, WithoutThreadsThereIsNoServerAndItSaysWhy) {
  for (const char* no_thread : {"thread.start=error@1", "thread.start=error@2"}) {
    ASSERT_TRUE(faults::arm(no_thread).ok());
    const auto server = AdminServer::start({.host = "127.0.0.1"}, {});
    faults::disarm();
    ASSERT_FALSE(server.ok()) << no_thread;
    EXPECT_EQ(server.error().action, Action::kRetry) << no_thread;
    EXPECT_THAT(server.error().message, StartsWith("listeners: a thread cannot be started")) << no_thread;
  }
}

TEST(AdminServerStart, NamesAHostThatIsNotHere) {
  EXPECT_FALSE(AdminServer::start({.host = "host.invalid"}, {}).ok());
  EXPECT_FALSE(AdminServer::start({.host = "192.0.2.1"}, {}).ok());
}

}  // namespace
}  // namespace cnx::host::observe
