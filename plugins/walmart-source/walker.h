// SPDX-License-Identifier: Apache-2.0
//
// Walks the windows of one account and ship node type, several side by side, and accounts for every one.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>

#include "api_client.h"
#include "cnx/host.hpp"
#include "outbox.h"
#include "settings.h"
#include "walk_name.h"
#include "window.h"
#include "window_walk.h"

namespace walmart {

/// The windows that are under way, of all walkers together; may exceed `most` by the oldest of each.
struct Flight {
  std::size_t windows = 0;
  const std::size_t most;
};

/// Lifecycle: begin(from, to), then step() until it says that all is walked; then begin() again. One thread.
///
/// Windows begin in the order of time, oldest first, and the outbox lets their orders go in this order. A window that
/// fails for good ends the walk when all windows before it are complete: none of them is lost with it.
class Walker {
 public:
  /// All references outlive the walker; `number` is the walk's in `outbox`.
  Walker(const cnx::Host& host, const Settings& settings, Metrics& metrics, ApiClient& client, Outbox& outbox,
         Flight& flight, WalkName name, std::size_t number);

  /// Plans the windows of [from, to). Needs from < to and no walk under way.
  void begin(EpochSeconds from, EpochSeconds to);

  /// Goes on as far as it can without waiting; what it brings goes to the outbox. True: all windows are walked. False:
  /// go on at wake_ns(), or when an exchange ended or something left the outbox. Errors: those of WindowWalk::step.
  [[nodiscard]] cnx::Result<bool> step();
  [[nodiscard]] std::int64_t wake_ns() const;
  /// Up to where there is something to read.
  [[nodiscard]] EpochSeconds api_now() const { return parts_.client.api_now(); }

 private:
  /// A window that is under way, or a piece of one that was cut and waits for its turn.
  struct Place {
    Window window;
    Outbox::Lane lane;
    std::unique_ptr<WindowWalk> walk = nullptr;
    std::optional<cnx::Error> failed = std::nullopt;
  };
  using Places = std::list<Place>;

  [[nodiscard]] cnx::Status go_on(Places::iterator& at);
  void cut_up(Places::iterator at);
  [[nodiscard]] bool may_open() const;
  [[nodiscard]] bool open_next();
  [[nodiscard]] Places::iterator next_place();
  void leave_the_future();

  const WalkParts parts_;
  Flight& flight_;
  EpochSeconds planned_ = 0;  ///< windows are cut up to here
  EpochSeconds to_ = 0;
  Places places_;  ///< in the order of time
};

}  // namespace walmart
