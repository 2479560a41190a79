// SPDX-License-Identifier: Apache-2.0
#include "kafka/listener_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>

namespace cnx::host::kafka {
namespace {

// Kafka protocol guide: size, api_key 18 (ApiVersions), version 0, correlation id, client id.
constexpr std::string_view kApiVersions{
    "\0\0\0\x16\0\x12\0\0cnx?\0\x0c"
    "connect-host",
    26};
constexpr std::string_view kCorrelationId = "cnx?";
// A ClientHello of TLS 1.2 with two cipher suites and no extensions (RFC 5246, 7.4.1.2); its random bytes are zero.
constexpr std::string_view kClientHelloHead{"\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x03", 11};
constexpr std::string_view kClientHelloTail{"\0\0\x04\xc0\x2b\xc0\x2f\x01\0", 9};
constexpr std::size_t kRandomBytes = 32;
constexpr char kTlsAlert = 0x15;
constexpr char kTlsHandshake = 0x16;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  const int fd_;
};

bool ready(int fd, short events, int timeout_ms) {
  pollfd wait{fd, events, 0};
  return ::poll(&wait, 1, timeout_ms) == 1;
}

bool connected(int fd, const addrinfo& to, int timeout_ms) {
  if (fd < 0) return false;
  if (::connect(fd, to.ai_addr, to.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS || !ready(fd, POLLOUT, timeout_ms)) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/// The first bytes that `to` answers to `request`; nullopt: no connection. Empty: it closed, or kept silent.
std::optional<std::string> ask(const addrinfo& to, std::string_view request, int timeout_ms) {
  const Socket socket(::socket(to.ai_family, to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol));
  if (!connected(socket.fd(), to, timeout_ms)) return std::nullopt;
  if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return "";
  }
  std::string answer;
  std::array<char, 64> buffer;
  while (answer.size() < 8 && ready(socket.fd(), POLLIN, timeout_ms)) {
    const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

bool is_tls(std::string_view answer) {
  return answer.size() >= 2 && (answer[0] == kTlsAlert || answer[0] == kTlsHandshake) && answer[1] == 0x03;
}

ListenerKind kind_of(const addrinfo& address, int timeout_ms) {
  const std::optional<std::string> answer = ask(address, kApiVersions, timeout_ms);
  if (!answer) return ListenerKind::kUnknown;
  if (answer->substr(0, 8).substr(std::min<std::size_t>(4, answer->size())) == kCorrelationId) {
    return ListenerKind::kPlain;
  }
  if (is_tls(*answer)) return ListenerKind::kTls;
  // Some TLS servers close without an alert: a proper greeting they answer.
  const std::string hello =
      std::string(kClientHelloHead) + std::string(kRandomBytes, '\0') + std::string(kClientHelloTail);
  return is_tls(ask(address, hello, timeout_ms).value_or("")) ? ListenerKind::kTls : ListenerKind::kUnknown;
}

}  // namespace

ListenerKind probe_listener(std::string_view broker, int timeout_ms) {
  const std::size_t colon = broker.rfind(':');
  std::string host(broker.substr(0, colon));
  const std::string port(colon == std::string_view::npos ? "9092" : broker.substr(colon + 1));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return ListenerKind::kUnknown;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, &::freeaddrinfo);
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    const ListenerKind kind = kind_of(*at, timeout_ms);
    if (kind != ListenerKind::kUnknown) return kind;
  }
  return ListenerKind::kUnknown;
}

}  // namespace cnx::host::kafka
