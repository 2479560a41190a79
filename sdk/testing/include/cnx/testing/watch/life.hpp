// SPDX-License-Identifier: Apache-2.0
//
// The life of one instance: its state, its owner thread, and that one call ends before the next begins.
#pragma once

#include <atomic>
#include <thread>

#include "cnx/testing/watch/breaches.hpp"

namespace cnx::testing::watch {

enum class Stage { kMade, kStarted, kStopped };

/// Thread-safe where it says so; the rest belongs to the owner thread, which is the one that made it.
class Life {
 public:
  explicit Life(Breaches& breaches) : breaches_(breaches) {}
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  [[nodiscard]] Breaches& breaches() const { return breaches_; }
  [[nodiscard]] bool is_owner() const { return std::this_thread::get_id() == owner_; }
  /// [any thread]
  void cancel() { cancelled_ = true; }
  [[nodiscard]] bool cancelled() const { return cancelled_; }

  Stage stage = Stage::kMade;

 private:
  friend class OwnerCall;
  Breaches& breaches_;
  const std::thread::id owner_ = std::this_thread::get_id();
  std::atomic<bool> busy_{false};
  std::atomic<bool> cancelled_{false};
};

/// One call that belongs to the owner thread, for as long as it runs.
class OwnerCall {
 public:
  /// `needs_start`: only between start and stop.
  OwnerCall(Life& life, std::string_view name, bool needs_start = true) : life_(life), name_(name) {
    life.breaches().count_call();
    if (!life.is_owner()) host_broke("was called on another thread than create");
    if (life.busy_.exchange(true)) host_broke("was called while another call was running");
    if (needs_start && life.stage != Stage::kStarted)
      host_broke(life.stage == Stage::kMade ? "was called before start" : "was called after stop");
  }
  ~OwnerCall() { life_.busy_ = false; }
  OwnerCall(const OwnerCall&) = delete;
  OwnerCall& operator=(const OwnerCall&) = delete;

  void host_broke(const std::string& what) { life_.breaches().add(Side::kHost, name_, what); }
  void plugin_broke(const std::string& what) { life_.breaches().add(Side::kPlugin, name_, what); }
  [[nodiscard]] std::string_view name() const { return name_; }

 private:
  Life& life_;
  const std::string_view name_;
};

}  // namespace cnx::testing::watch
