// SPDX-License-Identifier: Apache-2.0
#include "cancel.h"

#include <sys/socket.h>

#include <algorithm>

namespace cnx::mysql {

bool CancelSwitch::attach(int socket) {
  const std::lock_guard lock(mutex_);
  if (depth_ > 0 && cancelled_) return false;
  sockets_.push_back(socket);
  return true;
}

void CancelSwitch::detach(int socket) {
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
}

bool CancelSwitch::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void CancelSwitch::cancel() noexcept {
  const std::lock_guard lock(mutex_);
  if (depth_ == 0) return;
  cancelled_ = true;
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

void CancelSwitch::enter() {
  const std::lock_guard lock(mutex_);
  if (depth_++ == 0) cancelled_ = false;
}

void CancelSwitch::leave() {
  const std::lock_guard lock(mutex_);
  --depth_;
}

}  // namespace cnx::mysql
