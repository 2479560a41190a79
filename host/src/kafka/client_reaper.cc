// SPDX-License-Identifier: Apache-2.0
#include "kafka/client_reaper.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "base/thread.h"
#include "kafka/client_handle.h"

namespace cnx::host::kafka {
namespace {

constexpr std::chrono::seconds kExitWaits{2};

}  // namespace

// Shared with the threads, which may outlast the reaper.
struct ClientReaper::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t ending = 0;  // guarded by mutex
};

ClientReaper::ClientReaper() : state_(std::make_shared<State>()) {}

ClientReaper::~ClientReaper() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_for(lock, kExitWaits, [this] { return state_->ending == 0; });
}

ClientReaper& ClientReaper::instance() {
  static ClientReaper reaper;
  return reaper;
}

void ClientReaper::end(ClientHandle* client) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->ending;
  }
  const auto destroy = [state = state_, client] {
    delete client;
    const std::lock_guard lock(state->mutex);
    --state->ending;
    state->changed.notify_all();
  };
  if (auto thread = start_thread({}, destroy); thread.ok())
    thread->detach();
  else
    destroy();  // which may take long
}

}  // namespace cnx::host::kafka
