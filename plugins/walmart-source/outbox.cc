// SPDX-License-Identifier: Apache-2.0
#include "outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "page.h"
#include "times.h"

namespace walmart {

Outbox::Outbox(const cnx::Host& host, const Settings& settings, Metrics& metrics)
    : host_(host), settings_(settings), metrics_(metrics) {
  record_.topic = settings.topic;
  record_.value.emplace();
  record_.headers = {{"walmart.account", ""}, {"walmart.ship.node.type", ""}};
}

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
  for (const HeldPage& held : lane->pages) bytes_ -= held.bytes();
  walks_[walk].lanes.erase(lane);
}

void Outbox::page(Lane lane, FetchedPage page) {
  const std::size_t orders = page.orders.size();
  if (orders == 0) return;
  std::string time = sql_text(page.fetched);
  lane->pages.push_back({std::move(page), std::move(time), fetched_ + 1});
  lane->orders += orders;
  fetched_ += orders;
  bytes_ += lane->pages.back().bytes();
}

void Outbox::finished(Lane lane, const FinishedWindow& window) { lane->finished = window; }

bool Outbox::empty() const {
  return std::all_of(walks_.begin(), walks_.end(), [](const Walk& walk) {
    return walk.lanes.empty() || (walk.lanes.front().pages.empty() && !walk.lanes.front().finished);
  });
}

std::size_t Outbox::ready() const {
  std::size_t orders = 0;
  for (const Walk& walk : walks_) {
    for (const LaneOfWindow& lane : walk.lanes) {
      orders += lane.orders;
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
    while (!lane.pages.empty()) {
      if (out.size() >= settings_.batch_size) return;
      HeldPage& held = lane.pages.front();
      send(walk, held, out);
      --lane.orders;
      if (++held.next < held.page.orders.size()) continue;
      bytes_ -= held.bytes();
      lane.pages.pop_front();
    }
    if (!lane.finished) return;
    close(walk, *lane.finished);
    walk.lanes.pop_front();
  }
}

/// The next order of the page.
void Outbox::send(Walk& walk, HeldPage& held, cnx::RecordBatch& out) {
  FetchedOrder& order = held.page.orders[held.next];
  const std::uint64_t number = held.first + held.next;
  if (walk.log.repeats(order.id, order.hash, order.until, number)) {
    metrics_.orders_repeated.add();
    return;
  }
  if (order.has_id) {
    record_.key = order.id;
  } else {
    record_.key.reset();
  }
  put_request_time(order.bytes, held.time, *record_.value);
  record_.headers[0].second = walk.name.account;
  record_.headers[1].second = walk.name.ship_node_type;
  // The time of the fetch: by orderDate the topic's retention would delete what was just written of an old range.
  record_.timestamp_ms = held.page.fetched * 1000;
  out.add(record_);
  walk.log.sent(std::move(order.id), order.hash, order.until, number);
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
