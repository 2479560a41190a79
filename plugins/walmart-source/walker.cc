// SPDX-License-Identifier: Apache-2.0
#include "walker.h"

#include <algorithm>
#include <iterator>

namespace walmart {
namespace {

using cnx::Result;
using cnx::Status;

/// So many windows of a walk may be fetched before their turn: they hold memory even when they hold no orders.
constexpr std::size_t kMostAhead = 256;

}  // namespace

Walker::Walker(const cnx::Host& host, const Settings& settings, Metrics& metrics, ApiClient& client, Outbox& outbox,
               Flight& flight, WalkName name, std::size_t number)
    : parts_{host, settings, metrics, client, outbox, std::move(name), number}, flight_(flight) {}

void Walker::begin(EpochSeconds from, EpochSeconds to) {
  planned_ = from;
  to_ = to;
  if (!parts_.settings.bounded()) return;
  for (EpochSeconds at = from; at < to; at = first_window(at, to).end)
    report_window(parts_, first_window(at, to), CNX_UNIT_PLANNED);
}

Result<bool> Walker::step() {
  if (!parts_.settings.bounded()) leave_the_future();
  for (auto at = places_.begin(); at != places_.end();) {
    CNX_TRY(go_on(at));
    while (open_next()) continue;  // at once: pages of other windows may take their time
  }
  if (!places_.empty() && places_.front().failed) {
    Place& first = places_.front();
    cnx::Error error = *std::exchange(first.failed, std::nullopt);
    ++flight_.windows;  // should the host go on, then with this window
    return error;
  }
  while (open_next()) continue;
  return places_.empty() && planned_ >= to_;
}

/// Steps the window, and `at` to the next one. An error only when stopped.
Status Walker::go_on(Places::iterator& at) {
  const auto place = at++;
  if (!place->walk || place->failed) return {};
  auto outcome = place->walk->step();
  if (outcome.ok() && *outcome == WindowWalk::Outcome::kUnderWay) return {};
  --flight_.windows;
  if (!outcome.ok()) {
    place->failed = std::move(outcome).error();
    if (place->failed->action == cnx::Action::kCancelled) return *place->failed;
  } else if (*outcome == WindowWalk::Outcome::kComplete) {
    places_.erase(place);
  } else {
    cut_up(place);
  }
  return {};
}

/// What came through the window's lane before leaves with its first piece.
void Walker::cut_up(Places::iterator at) {
  auto lane = at->lane;
  const auto behind = std::next(at);
  for (const Window& piece : cut(at->window)) {
    if (piece.start != at->window.start) lane = parts_.outbox.open_behind(parts_.number, lane);
    places_.insert(behind, Place{piece, lane});
  }
  places_.erase(at);
}

bool Walker::may_open() const {
  // The oldest window of a walk needs no free slot: those that have them may all wait for it, or for a fault to end.
  const bool oldest = places_.empty() || !places_.front().walk;
  if (flight_.windows >= flight_.most && !oldest) return false;
  for (const Place& place : places_) {
    if (place.failed) return false;  // behind it nothing more is of use
    if (!place.walk) return true;
  }
  return planned_ < to_ && parts_.outbox.lanes(parts_.number) < kMostAhead;
}

/// Begins the next window if there is one and it may.
bool Walker::open_next() {
  if (!may_open()) return false;
  const auto place = next_place();
  if (place == places_.end()) return false;
  place->walk = std::make_unique<WindowWalk>(parts_, place->window, place->lane, to_);
  ++flight_.windows;
  Status asked = place->walk->ask();
  if (!asked.ok()) {
    --flight_.windows;
    place->failed = std::move(asked).error();
  }
  return true;
}

Walker::Places::iterator Walker::next_place() {
  const auto piece = std::find_if(places_.begin(), places_.end(), [](const Place& place) { return !place.walk; });
  if (piece != places_.end()) return piece;
  if (planned_ >= to_) return places_.end();
  const Window next = first_window(planned_, to_);
  planned_ = next.end;
  return places_.insert(places_.end(), Place{next, parts_.outbox.open(parts_.number)});
}

/// The end of a round was planned by a clock that may be ahead of the API's: what the API has not seen is left to the
/// next round.
void Walker::leave_the_future() {
  to_ = std::min(to_, parts_.client.api_now());
  for (auto at = places_.begin(); at != places_.end();) {
    if (at->walk || at->window.start < to_) {
      ++at;
      continue;
    }
    parts_.outbox.drop(parts_.number, at->lane);
    at = places_.erase(at);
  }
}

std::int64_t Walker::wake_ns() const {
  std::int64_t wake = ApiClient::kAtAnAnswer;
  for (const Place& place : places_) {
    if (place.walk && !place.failed) wake = std::min(wake, place.walk->wake_ns());
  }
  return may_open() ? 0 : wake;
}

}  // namespace walmart
