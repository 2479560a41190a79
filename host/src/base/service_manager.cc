// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "base/log.h"

namespace cnx::host {

ServiceManager ServiceManager::from_environment() {
  const char* address = std::getenv("NOTIFY_SOCKET");
  const std::string copy = address == nullptr ? "" : address;
  ::unsetenv("NOTIFY_SOCKET");
  return ServiceManager(copy);
}

void ServiceManager::report(bool healthy, std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (address_.empty() || stopping_) return;
  std::string line(text);
  // A second line would be a message of its own.
  std::replace(line.begin(), line.end(), '\n', ' ');
  const bool becomes_ready = healthy && !ready_;
  if (line == last_ && !becomes_ready) return;
  ready_ = ready_ || healthy;
  last_ = line;
  send((becomes_ready ? "READY=1\nSTATUS=" : "STATUS=") + line);
}

void ServiceManager::stopping() {
  const std::lock_guard lock(mutex_);
  if (address_.empty() || stopping_) return;
  stopping_ = true;
  send("STOPPING=1\nSTATUS=stopping");
}

void ServiceManager::send(const std::string& message) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool sent = false;
  if (socket >= 0 && address_.size() < sizeof to.sun_path) {
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // unix(7): abstract names begin with a zero
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    sent = ::sendto(socket, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                    length) >= 0;
  }
  const int fault = errno;
  if (socket >= 0) ::close(socket);
  if (sent) return;
  log::warning("worker",
               "the service manager at NOTIFY_SOCKET={} cannot be told how this process is: {}; not tried again",
               address_, errno_text(fault));
  address_.clear();
}

}  // namespace cnx::host
