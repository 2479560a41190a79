// SPDX-License-Identifier: Apache-2.0
#include "answer_dropping_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace cnx::mysql {
namespace {

sockaddr_in address_of(const std::string& host, unsigned port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error("not an IPv4 address: " + host);
  return address;
}

bool send_all(int to, const char* data, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(to, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= sent;
  }
  return true;
}

// Protocol::HandshakeV10: header (4), version (1), server's name up to NUL, thread (4), salt (8), filler (1), then the
// lower half of the capabilities, little-endian; CLIENT_SSL is 0x0800.
void clear_tls_flag(char* greeting, ssize_t size) {
  const char* name_end = static_cast<const char*>(std::memchr(greeting + 5, 0, static_cast<std::size_t>(size - 5)));
  if (name_end != nullptr) greeting[name_end - greeting + 15] &= static_cast<char>(~0x08);
}

}  // namespace

AnswerDroppingProxy::AnswerDroppingProxy(std::string host, unsigned port) : host_(std::move(host)), server_port_(port) {
  sockaddr_in address = address_of("127.0.0.1", 0);
  socklen_t size = sizeof address;
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::pipe(wake_) != 0)
    throw std::runtime_error("the proxy cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

AnswerDroppingProxy::~AnswerDroppingProxy() {
  const char end = 0;
  if (::write(wake_[1], &end, 1) == 1) thread_.join();
  for (const int fd : {listener_, wake_[0], wake_[1]}) ::close(fd);
}

void AnswerDroppingProxy::serve() {
  for (;;) {
    pollfd waits[] = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0 || waits[0].revents != 0) return;
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = address_of(host_, server_port_);
    if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) forward(client, server);
    ::close(client);
    ::close(server);
  }
}

void AnswerDroppingProxy::forward(int client, int server) {
  char buffer[65536];
  bool dropping = false;
  bool greeted = false;
  for (;;) {
    pollfd waits[] = {{wake_[0], POLLIN, 0}, {client, POLLIN, 0}, {server, POLLIN, 0}};
    if (::poll(waits, 3, -1) < 0 || waits[0].revents != 0) return;
    if (waits[2].revents != 0) {
      const ssize_t got = ::recv(server, buffer, sizeof buffer, 0);
      if (got <= 0 || dropping) return;
      if (hiding_tls_ && !std::exchange(greeted, true)) clear_tls_flag(buffer, got);
      if (!frozen_ && !send_all(client, buffer, got)) return;
    }
    if (waits[1].revents != 0) {
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) return;
      if (countdown_ > 0 && --countdown_ == 0) {
        if (cut_request_) return;
        dropping = true;
      }
      if (frozen_) {
        swallowed_ = true;
        swallowed_.notify_all();
      } else if (!send_all(server, buffer, got)) {
        return;
      }
    }
  }
}

}  // namespace cnx::mysql
