// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <fmt/format.h>

#include <algorithm>

namespace walmart {

std::size_t Outbox::add_walk(WalkName name, SentLog log, bool dirty) {
  walks_.push_back({std::move(name), std::move(log), dirty});
  return walks_.size() - 1;
}

void Outbox::order(std::size_t walk, FetchedOrder order) {
  queue_.push_back({walk, std::move(order)});
  ++orders_;
}

void Outbox::finished(std::size_t walk, FinishedWindow window) { queue_.push_back({walk, window}); }

void Outbox::drain(cnx::RecordBatch& out) {
  while (!queue_.empty()) {
    Item& item = queue_.front();
    Walk& walk = walks_[item.walk];
    if (auto* order = std::get_if<FetchedOrder>(&item.what)) {
      if (out.size() >= settings_.batch_size) break;
      send(walk, std::move(*order), out);
      --orders_;
    } else {
      close(walk, std::get<FinishedWindow>(item.what));
    }
    queue_.pop_front();
  }
  for (Walk& walk : walks_) {
    if (walk.dirty) out.set_position(walk.name.position_key(), walk.log.encode());
    walk.dirty = false;
  }
}

void Outbox::send(Walk& walk, FetchedOrder order, cnx::RecordBatch& out) {
  if (walk.log.repeats(order.id, order.hash, order.until)) {
    metrics_.orders_repeated.add();
    return;
  }
  cnx::NewRecord record;
  record.topic = settings_.topic;
  if (order.has_id) record.key = order.id;
  record.value = std::move(order.value);
  record.headers = {{"walmart.account", walk.name.account}, {"walmart.ship.node.type", walk.name.ship_node_type}};
  // The time of the fetch: by orderDate the topic's retention would delete what was just written of an old range.
  record.timestamp_ms = order.fetched * 1000;
  out.add(std::move(record));
  walk.log.sent(std::move(order.id), order.hash, order.until);
  walk.dirty = true;
  ++walk.sent;
  metrics_.orders_sent.add();
}

void Outbox::close(Walk& walk, const FinishedWindow& w) {
  const EpochSeconds shortened = walk.log.window_done(w.done, w.keep_from);
  walk.dirty = true;
  if (shortened > 0)
    host_.warning(fmt::format("{}: more than {} orders within the re-read; it is shortened by {} s", walk.name.title(),
                              SentLog::kMaxOrders, shortened));
  metrics_.windows.add();
  metrics_.orders_repeated.add(static_cast<double>(w.outside));
  cnx_unit unit{};
  unit.struct_size = sizeof unit;
  unit.state = CNX_UNIT_DONE;
  const std::string name = walk.name.title(w.window);
  unit.name = cnx::str(name);
  unit.expected = w.expected;
  unit.fetched = w.fetched;
  unit.pages = w.pages;
  unit.tries = w.tries;
  unit.repeats = std::max<std::int64_t>(0, w.fetched - walk.sent);
  host_.unit(unit);
  const std::string line =
      fmt::format("{}: window {} … {} ({}) done: {} expected, {} fetched in {} pages, {} sent, {} repeats, {} tries",
                  walk.name.title(), settings_.zone.text(w.window.start), settings_.zone.text(w.window.end),
                  text_of(w.window), w.expected, w.fetched, w.pages, walk.sent, unit.repeats, w.tries);
  if (settings_.bounded() || walk.sent > 0) {
    host_.info(line);
  } else {
    host_.debug(line);
  }
  walk.sent = 0;
}

}  // namespace walmart
