// SPDX-License-Identifier: Apache-2.0
//
// The configuration of walmart-source: its table of keys, and the same read into types.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cnx/config.hpp"
#include "cnx/result.hpp"
#include "times.h"
#include "zone.h"

namespace walmart {

/// By which of its times an order belongs to a window.
enum class Kind { kCreated, kLastModified };
/// "created", "lastModified".
[[nodiscard]] std::string_view name_of(Kind kind);

struct Account {
  std::string name;
  std::string client_id;
  std::string client_secret;  ///< never shown
};

/// Whole local days, both ends included.
struct Days {
  std::chrono::year_month_day first;
  std::chrono::year_month_day last;
};

struct Settings {
  std::string topic;
  std::string base_url;  ///< without a slash at its end
  std::string ca_file;   ///< empty: the system's
  std::string channel_type;
  std::vector<Account> accounts;
  std::vector<std::string> ship_node_types;
  Zone zone;
  std::optional<std::int64_t> hours;  ///< bounded by -H
  std::optional<Days> days;           ///< bounded by -s and -e
  Kind poll_by;                       ///< without bounds
  std::int64_t poll_interval_ms;
  std::string start_from;
  EpochSeconds reread;
  std::size_t batch_size;
  std::int64_t page_size;
  std::int64_t window_max_orders;
  std::size_t windows_in_flight;
  std::size_t prefetch_bytes;
  std::int64_t retry_timeout_ms;
  std::int64_t request_timeout_ms;
  std::int64_t connect_timeout_ms;
  bool replacement_info;

  [[nodiscard]] bool bounded() const { return hours.has_value() || days.has_value(); }
  [[nodiscard]] Kind kind() const { return bounded() ? Kind::kCreated : poll_by; }
};

/// A CONFIG error names the key and the mend.
[[nodiscard]] cnx::Result<Settings> read_settings(const cnx::Config& config);
/// All that is wrong with `config` that no single key of the table can tell.
void validate_settings(const cnx::Config& config, cnx::Findings& findings);

/// The instant from which a first start without bounds reads. `text`: now | <n>d | <n>h | a day | an instant.
[[nodiscard]] cnx::Result<EpochSeconds> resolve_start_from(std::string_view text, const Zone& zone, EpochSeconds now);

inline constexpr cnx::Key kKeys[] = {
    cnx::Key::string("topic", "Topic that the orders are written to.").required().with_flag("-t,--topic"),
    cnx::Key::string("base.url",
                     "Where the API is. http is meant for a server on this machine: credentials cross it in clear.")
        .with_default("https://marketplace.walmartapis.com"),
    cnx::Key::string("ssl.ca.location",
                     "File with the certificates (PEM) to trust, for a private server. Without it: the system's."),
    cnx::Key::string("market.channel.type",
                     "Sent as WM_CONSUMER.CHANNEL.TYPE; optional in the US, required in Canada."),
    cnx::Key::list("account", "Which of `accounts` to read. Without it: all of them.").with_flag("-a,--account"),
    cnx::Key::string("accounts.*.client.id", "The API's client id of the account."),
    cnx::Key::string("accounts.*.client.secret", "The API's client secret of the account.").secret(),
    cnx::Key::list("ship.node.type", "Which orders to read; each type is a walk of its own.")
        .with_default("SellerFulfilled,WFSFulfilled,3PLFulfilled")
        .allow("SellerFulfilled,WFSFulfilled,3PLFulfilled")
        .with_flag("--ship-node-type"),
    cnx::Key::string("timezone", "Time zone of days and of times in the log.").with_default("America/Los_Angeles"),
    cnx::Key::integer("hours",
                      "Bounded run: orders created in the last so many hours. Excludes start.date and end.date.")
        .with_unit("hours")
        .range(1, 4296)
        .with_flag("-H,--hours"),
    cnx::Key::string("start.date",
                     "Bounded run: first whole day, YYYYMMDD or YYYY-MM-DD, in `timezone`. Needs end.date.")
        .with_flag("-s,--start"),
    cnx::Key::string("end.date", "Bounded run: last whole day, included. Needs start.date.").with_flag("-e,--end"),
    cnx::Key::integer("batch.size",
                      "Most orders that are handed over at once: a Kafka transaction has one batch, or all that came "
                      "while the one before was under way.")
        .with_default("1000")
        .with_unit("records")
        .range(1, 10000)
        .with_flag("--batch-size"),
    cnx::Key::integer("page.size", "Orders asked for with one call; the API gives 200 at most.")
        .with_default("200")
        .with_unit("orders")
        .range(1, 200),
    cnx::Key::integer("window.max.orders",
                      "A window with more orders is cut: an hour into 10 minutes, these into minutes. The API refuses "
                      "more than 10,000 a query.")
        .with_default("2000")
        .with_unit("orders")
        .range(1, 9000),
    cnx::Key::integer(
        "windows.in.flight",
        "Windows that a task fetches side by side, the pages of each one after the other; the oldest one of "
        "each walk comes on top if it has to. The API's rate limit is kept whatever this is.")
        .with_default("8")
        .with_unit("windows")
        .range(1, 64),
    cnx::Key::integer(
        "prefetch.bytes",
        "When the answers that a task holds take so many bytes of memory, only the oldest window of each walk is "
        "fetched on. An answer is held whole until the last of its orders is on its way to Kafka. A page for each "
        "window in flight comes on top.")
        .with_default("33554432")
        .with_unit("bytes")
        .range(1, 1073741824),
    cnx::Key::string(
        "poll.by",
        "Without bounds: read orders by their last change (new orders and status changes) or by creation alone.")
        .with_default("lastModified")
        .allow("lastModified,created"),
    cnx::Key::integer("poll.interval.ms", "Without bounds: pause between two polls.")
        .with_default("60000")
        .with_unit("ms")
        .range(1, 86400000),
    cnx::Key::string("start.from",
                     "Without bounds, first start only: now, or so long ago (7d, 12h), a day (2026-11-23), or an "
                     "instant (2026-11-23T08:00:00Z).")
        .with_default("7d"),
    cnx::Key::integer("reread.window.ms",
                      "Without bounds: so much of the past is read again with every poll, for orders that show late.")
        .with_default("900000")
        .with_unit("ms")
        .range(0, 86400000),
    cnx::Key::integer("errors.retry.timeout",
                      "How long passing faults are retried without one good answer before the task gives up.")
        .with_default("600000")
        .with_unit("ms")
        .range(0, 86400000),
    cnx::Key::integer("request.timeout.ms", "The longest that one call may take.")
        .with_default("60000")
        .with_unit("ms")
        .range(100, 600000),
    cnx::Key::integer("connect.timeout.ms", "The longest that connecting may take.")
        .with_default("10000")
        .with_unit("ms")
        .range(100, 600000),
    cnx::Key::boolean("replacement.info", "Ask for orderType and originalCustomerOrderID with each order.")
        .with_default("false"),
};

}  // namespace walmart
