// SPDX-License-Identifier: Apache-2.0
//
// What was fetched and is not sent yet, and the step from there to records and the positions that go with them.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/host.hpp"
#include "cnx/record_batch.hpp"
#include "metrics.h"
#include "sent_log.h"
#include "settings.h"
#include "walk_name.h"
#include "window.h"

namespace walmart {

struct FetchedOrder {
  std::string id;
  bool has_id = false;     ///< false: the record gets no key
  std::uint64_t hash = 0;  ///< of the bytes received; by creation none is needed
  std::string_view bytes;  ///< as received, in the body of its page
  EpochSeconds until = 0;  ///< how long a repeat of it may come
};

/// What one answer brought. Held whole until the last of its orders has left, so that none is copied before.
struct FetchedPage {
  std::string body;  ///< with more than an order in it, so that moving it leaves the bytes where they are
  EpochSeconds fetched = 0;
  std::vector<FetchedOrder> orders;
};

/// The account of a window that is complete.
struct FinishedWindow {
  Window window;
  std::int64_t expected = 0;
  std::int64_t fetched = 0;  ///< raw, with repeats
  std::int64_t outside = 0;  ///< of these: fetched because of the overlap, belong to another window
  std::int64_t pages = 0;
  std::int64_t tries = 0;
  EpochSeconds done = 0;       ///< see SentLog::window_done: the window's end, or the API's present if that is earlier
  EpochSeconds keep_from = 0;  ///< likewise
};

/// A lane for each window, in the order of time, and one SentLog a walk. Windows are fetched side by side, but orders
/// leave in the order of their lanes, those of a lane in the order of fetching: what is sent, and each position, is
/// what it would be if the windows were fetched one by one. An order counts as sent when it leaves; repeats are dropped
/// there. A window counts as done when all its orders have left. One thread.
class Outbox {
 private:
  struct HeldPage {
    FetchedPage page;
    std::string time;      ///< sql_text() of page.fetched
    std::uint64_t first;   ///< number of its first order in the order of fetching, over all lanes
    std::size_t next = 0;  ///< of its orders, to leave

    [[nodiscard]] std::size_t bytes() const { return page.body.capacity(); }
  };
  struct LaneOfWindow {
    std::deque<HeldPage> pages;  ///< each with orders that have not left
    std::size_t orders = 0;      ///< that have not left
    std::optional<FinishedWindow> finished;
  };
  using Lanes = std::list<LaneOfWindow>;

 public:
  using Lane = Lanes::iterator;

  /// All references outlive the outbox.
  Outbox(const cnx::Host& host, const Settings& settings, Metrics& metrics);

  /// Returns the number of the walk. `dirty`: its position is written even when nothing happens.
  std::size_t add_walk(WalkName name, SentLog log, bool dirty);

  /// A lane behind all others of the walk; it lives until its window is finished and all has left.
  [[nodiscard]] Lane open(std::size_t walk);
  /// A lane right behind `lane`, for a piece of its window.
  [[nodiscard]] Lane open_behind(std::size_t walk, Lane lane);
  /// Nothing came through it, and nothing will.
  void drop(std::size_t walk, Lane lane);
  void page(Lane lane, FetchedPage page);
  void finished(Lane lane, const FinishedWindow& window);

  /// Nothing can leave now.
  [[nodiscard]] bool empty() const;
  /// Orders that can leave now.
  [[nodiscard]] std::size_t ready() const;
  /// Whether the lane's orders can leave, as those of all lanes before it have.
  [[nodiscard]] bool is_first(std::size_t walk, Lane lane) { return walks_[walk].lanes.begin() == lane; }
  [[nodiscard]] std::size_t lanes(std::size_t walk) const { return walks_[walk].lanes.size(); }
  /// Memory of all pages held.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] const SentLog& log(std::size_t walk) const { return walks_[walk].log; }

  /// Moves up to batch.size orders into `out`, with the positions that hold once they are committed.
  void drain(cnx::RecordBatch& out);

 private:
  struct Walk {
    WalkName name;
    SentLog log;
    bool dirty;
    std::int64_t sent = 0;  ///< of the first window, by all its walks
    Lanes lanes;
  };

  void drain(Walk& walk, cnx::RecordBatch& out);
  void send(Walk& walk, HeldPage& held, cnx::RecordBatch& out);
  void close(Walk& walk, const FinishedWindow& window);

  const cnx::Host& host_;
  const Settings& settings_;
  Metrics& metrics_;
  std::vector<Walk> walks_;
  std::size_t turn_ = 0;  ///< the walk that is drained first
  std::uint64_t fetched_ = 0;
  std::size_t bytes_ = 0;
  cnx::NewRecord record_;  ///< of the order that leaves: one memory for all of them
};

}  // namespace walmart
