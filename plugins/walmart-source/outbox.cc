// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace walmart {

std::size_t Outbox::add_walk(WalkName name, SentLog log, bool dirty) {
  walks_.push_back({std::move(name), std::move(log), dirty, 0, {}});
  return walks_.size() - 1;
}

Outbox::Lane Outbox::open(std::size_t walk) {
  Lanes& lanes = walks_[walk].lanes;
  return lanes.emplace(lanes.end());
}

Outbox::Lane Outbox::open_behind(std::size_t walk, Lane lane) { return walks_[walk].lanes.emplace(std::next(lane)); }

void Outbox::drop(std::size_t walk, Lane lane) {
  for (const Item& item : lane->orders) bytes_ -= item.order.value.size();
  walks_[walk].lanes.erase(lane);
}

void Outbox::order(Lane lane, FetchedOrder order) {
  bytes_ += order.value.size();
  lane->orders.push_back({std::move(order), ++fetched_});
}

void Outbox::finished(Lane lane, const FinishedWindow& window) { lane->finished = window; }

bool Outbox::empty() const {
  return std::all_of(walks_.begin(), walks_.end(), [](const Walk& walk) {
    return walk.lanes.empty() || (walk.lanes.front().orders.empty() && !walk.lanes.front().finished);
  });
}

std::size_t Outbox::ready() const {
  std::size_t orders = 0;
  for (const Walk& walk : walks_) {
    for (const LaneOfWindow& lane : walk.lanes) {
      orders += lane.orders.size();
      if (!lane.finished) break;
    }
  }
  return orders;
}

void Outbox::drain(cnx::RecordBatch& out) {
  for (std::size_t i = 0; i < walks_.size(); ++i) drain(walks_[(turn_ + i) % walks_.size()], out);
  ++turn_;
  for (Walk& walk : walks_) {
    if (walk.dirty) out.set_position(walk.name.position_key(), walk.log.encode());
    walk.dirty = false;
  }
}

void Outbox::drain(Walk& walk, cnx::RecordBatch& out) {
  while (!walk.lanes.empty()) {
    LaneOfWindow& lane = walk.lanes.front();
    while (!lane.orders.empty()) {
      if (out.size() >= settings_.batch_size) return;
      bytes_ -= lane.orders.front().order.value.size();
      send(walk, std::move(lane.orders.front()), out);
      lane.orders.pop_front();
    }
    if (!lane.finished) return;
    close(walk, *lane.finished);
    walk.lanes.pop_front();
  }
}

void Outbox::send(Walk& walk, Item item, cnx::RecordBatch& out) {
  FetchedOrder& order = item.order;
  if (walk.log.repeats(order.id, order.hash, order.until, item.number)) {
    metrics_.orders_repeated.add();
    return;
  }
  cnx::NewRecord record;
  record.topic = settings_.topic;
  if (order.has_id) record.key = order.id;
  record.value = std::move(order.value);
  record.headers.reserve(2);
  record.headers.emplace_back("walmart.account", walk.name.account);
  record.headers.emplace_back("walmart.ship.node.type", walk.name.ship_node_type);
  // The time of the fetch: by orderDate the topic's retention would delete what was just written of an old range.
  record.timestamp_ms = order.fetched * 1000;
  out.add(std::move(record));
  walk.log.sent(std::move(order.id), order.hash, order.until, item.number);
  walk.dirty = true;
  ++walk.sent;
  metrics_.orders_sent.add();
}

void Outbox::close(Walk& walk, const FinishedWindow& w) {
  // Behind a time that the window before it has not seen it is no end of what is done: the next round reads it again.
  const SentLog& log = walk.log;
  const bool follows = w.window.start <= log.done();
  const EpochSeconds shortened =
      walk.log.window_done(follows ? w.done : log.done(), follows ? w.keep_from : log.kept_from());
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
