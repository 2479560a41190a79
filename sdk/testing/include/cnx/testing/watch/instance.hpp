// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "cnx/abi/config.h"
#include "cnx/testing/watch/host.hpp"

namespace cnx::testing::watch {

/// Lives as long as the process (WatchedHost says why), and is kept where a search for leaks finds it.
inline WatchedHost& lasting_host(const cnx_host& real, const Life& life) {
  struct All {
    std::mutex mutex;
    std::deque<WatchedHost> hosts;
  };
  static auto* const all = new All;
  const std::lock_guard lock(all->mutex);
  return all->hosts.emplace_back(real, life);
}

/// What instances of all kinds have. `Table`: cnx_source, cnx_transform or cnx_sink.
template <class Table>
class WatchedInstance {
 public:
  WatchedInstance(const Table& table, const cnx_host& real_host, Breaches& breaches)
      : real(table), life(breaches), host(lasting_host(real_host, life)) {}
  WatchedInstance(const WatchedInstance&) = delete;
  WatchedInstance& operator=(const WatchedInstance&) = delete;

  const Table& real;
  Life life;
  WatchedHost& host;
  void* self = nullptr;  ///< the plugin's own instance

 protected:
  ~WatchedInstance() { host.over(); }
};

/// create of any kind: `made` has the watched instance, which becomes *self when the plugin makes its own.
template <class Watched>
cnx_status create(std::unique_ptr<Watched> made, const cnx_config* config, void** self, cnx_error* to) {
  Breaches& breaches = made->life.breaches();
  if (*self != nullptr) breaches.add(Side::kHost, "create", "got a place for the instance that is not empty");
  WatchedError error(breaches, "create", to);
  const cnx_status status = error.done(made->real.create(made->host.table(), config, &made->self, error.slot()));
  if (status == CNX_OK && made->self == nullptr) breaches.add(Side::kPlugin, "create", "said OK and gave no instance");
  if (status != CNX_OK && made->self != nullptr)
    breaches.add(Side::kPlugin, "create", "failed and gave an instance, which nobody will destroy");
  if (status == CNX_OK && made->self != nullptr) *self = made.release();
  return status;
}

template <class Watched>
void destroy(void* raw) {
  const std::unique_ptr<Watched> me(static_cast<Watched*>(raw));
  const OwnerCall call(me->life, "destroy", false);
  me->real.destroy(me->self);
}

template <class Watched>
void cancel(void* raw) {
  auto& me = *static_cast<Watched*>(raw);
  me.real.cancel(me.self);
  me.life.cancel();
}

template <class Watched>
void stop(void* raw) {
  auto& me = *static_cast<Watched*>(raw);
  const OwnerCall call(me.life, "stop", false);
  me.life.stage = Stage::kStopped;
  me.real.stop(me.self);
}

}  // namespace cnx::testing::watch
