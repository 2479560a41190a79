// SPDX-License-Identifier: Apache-2.0
//
// What was fetched and is not sent yet, and the step from there to records and the positions that go with them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <variant>
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
  bool has_id = false;  ///< false: the record gets no key
  std::uint64_t hash = 0;
  std::string value;  ///< with request_time
  EpochSeconds fetched = 0;
  EpochSeconds until = 0;  ///< how long a repeat of it may come
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

/// A queue in the order of fetching, and one SentLog a walk. An order counts as sent when it leaves the queue; repeats
/// are dropped there. A window counts as done when all before it has left. One thread.
class Outbox {
 public:
  /// All references outlive the outbox.
  Outbox(const cnx::Host& host, const Settings& settings, Metrics& metrics)
      : host_(host), settings_(settings), metrics_(metrics) {}

  /// Returns the number of the walk. `dirty`: its position is written even when nothing happens.
  std::size_t add_walk(WalkName name, SentLog log, bool dirty);
  void order(std::size_t walk, FetchedOrder order);
  void finished(std::size_t walk, FinishedWindow window);

  [[nodiscard]] bool empty() const { return queue_.empty(); }
  [[nodiscard]] std::size_t orders() const { return orders_; }
  [[nodiscard]] const SentLog& log(std::size_t walk) const { return walks_[walk].log; }

  /// Moves up to batch.size orders into `out`, with the positions that hold once they are committed.
  void drain(cnx::RecordBatch& out);

 private:
  struct Walk {
    WalkName name;
    SentLog log;
    bool dirty;
    std::int64_t sent = 0;  ///< of the window that is open, by all its walks
  };
  struct Item {
    std::size_t walk;
    std::variant<FetchedOrder, FinishedWindow> what;
  };

  void send(Walk& walk, FetchedOrder order, cnx::RecordBatch& out);
  void close(Walk& walk, const FinishedWindow& window);

  const cnx::Host& host_;
  const Settings& settings_;
  Metrics& metrics_;
  std::vector<Walk> walks_;
  std::deque<Item> queue_;
  std::size_t orders_ = 0;
};

}  // namespace walmart
